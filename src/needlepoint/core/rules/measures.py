"""What does the record say of a named measure: a value, or nothing yet?

Criteria of guidelines, payers and contraindications are data; the measures they name are here. A
name is family/word: `condition/pregnancy`, `lab/hba1c`, `taking/doac`, `blocks/positive_at/80`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from needlepoint.core.chart import (
    Attestation,
    Demographics,
    State,
)
from needlepoint.core.knowledge import FindingKnowledge, Knowledge, Term
from needlepoint.core.medicines import EVERYTHING, resolve
from needlepoint.core.outcomes import instrument_named, reported_score
from needlepoint.core.rules.clock import days_between
from needlepoint.core.rules.conservative import CONSERVATIVE
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.history import COUNTS
from needlepoint.core.rules.laboratory import latest
from needlepoint.core.rules.measured import Measured, Value, unknown
from needlepoint.core.rules.places import sides_fit
from needlepoint.core.rules.plan_measures import PAIN, PLANNED, PLANNED_ASK, image
from needlepoint.core.rules.prognostic import BLOCKS
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.trial_measures import TRIAL, trial


def measure(name: str, now: Situation) -> Measured:
    """Look a measure up. A clinician's attestation answers what the record cannot.

    Raises:
        KeyError: there is no such family; the knowledge check refuses such a file.
    """
    kept = now.of_plan if name.partition("/")[0] in _OF_THE_PLAN else now.memory
    if name not in kept:
        kept[name] = _measure(name, now)
    found: Measured = kept[name]
    return found


# They look at the plan: another plan for the same patient may have another answer.
_OF_THE_PLAN = frozenset(
    (
        "history", "blocks", "planned", "finding_at_target", "pain", "score", "image", "trial",
        "recorded", "count",
    )
)  # fmt: skip


def _measure(name: str, now: Situation) -> Measured:
    family, _, word = name.partition("/")
    found = FAMILIES[family](word, now)
    if found.value is not None:
        return found
    attested = _attested(word if family == "documented" else name, now)
    return attested if attested.value is not None else found


def is_measure(name: str, knowledge: Knowledge) -> bool:
    """Whether a criterion may name it."""
    family, _, word = name.partition("/")
    if family not in FAMILIES or not (word or family in _ALONE):
        return False
    safety, vocabulary = knowledge.guidance.safety, knowledge.guidance.vocabulary
    if family in ("finding", "finding_at_target"):
        finding, _, grade = word.partition("/")
        known_finding = knowledge.findings.get(finding)
        return known_finding is not None and (not grade or grade in _grades(known_finding))
    if family == "blocks":
        name, _, argument = word.partition("/")
        return name in BLOCKS and (name == "positive_at") == _is_number(argument)
    if family == "image":
        return word == "age_months" or word in safety.facts
    known: dict[str, Iterable[str]] = {
        "condition": safety.conditions,
        "device": safety.devices,
        "taking": (*vocabulary.ingredients, *vocabulary.classes),
        "allergy": (*vocabulary.ingredients, *vocabulary.classes, *safety.substances),
        "history": _HISTORY,
        "planned": PLANNED,
        "pain": PAIN,
        "trial": TRIAL,
        "recorded": ("function_score", "pain_score"),
        "count": (n.removeprefix("count/") for n in safety.facts if n.startswith("count/")),
    }
    return family not in known or word in set(known[family])


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


# --- what the patient has -------------------------------------------------------------------------


def _condition(word: str, now: Situation) -> Measured:
    term = now.safety.conditions[word]
    names = {term.id, term.label.lower(), *(name.lower() for name in term.names)}
    states: list[tuple[State, str]] = []
    for said in now.record.conditions:
        one = said.statement
        coded = one.code is not None and any(
            one.code.strip().upper().startswith(code) for code in term.icd10
        )
        if coded or _plain(one.name) in {_plain(name) for name in names}:
            states.append((one.state, said.entry))
    wanted = (term.id, *term.findings)
    for finding in now.record.findings:
        if finding.statement.name in wanted:
            states.append((finding.statement.state, finding.entry))
    return _from_states(states, term)


def _device(word: str, now: Situation) -> Measured:
    term = now.safety.devices[word]
    names = {_plain(name) for name in (term.id, term.label, *term.names)}
    states: list[tuple[State, str]] = []
    for said in now.record.devices:
        one = said.statement
        name = _plain(one.device)
        if name in names:
            states.append((one.state, said.entry))
        elif name in EVERYTHING or name in ("implanted device", "implants", "any implant"):
            states.append((one.state, said.entry) if one.state is State.ABSENT else _UNKNOWN)
    return _from_states(states, term)


_UNKNOWN = (State.UNEXAMINED, "")


def _allergy(word: str, now: Situation) -> Measured:
    vocabulary, substances = now.knowledge.guidance.vocabulary, now.safety.substances
    known = vocabulary.classes.get(word)
    label = known.label[0].lower() + known.label[1:] if known else word.replace("_", " ")
    ask = f"Ask about allergy to {label}."
    if word in substances:
        ask = substances[word].ask
    states: list[tuple[State, str]] = []
    for said in now.record.allergies:
        one = said.statement
        name = _plain(one.substance)
        if one.state is State.ABSENT and name in EVERYTHING | {"known allergies", "allergies"}:
            states.append((State.ABSENT, said.entry))
            continue
        term = substances.get(word)
        if term and name in {_plain(n) for n in (term.id, term.label, *term.names)}:
            states.append((one.state, said.entry))
            continue
        meant = resolve(one.substance, vocabulary)
        groups = {c for i in meant.ingredients for c in vocabulary.ingredients[i].classes}
        named_class = {_plain(c.label): c.id for c in vocabulary.classes.values()}.get(name)
        if word in meant.ingredients or word in groups or word in (named_class, *meant.classes):
            states.append((one.state, said.entry))
    return _from_states(states, None, ask)


def _taking(word: str, now: Situation) -> Measured:
    state, entries = now.medicines.state(now.knowledge.guidance.vocabulary, word)
    value = {State.PRESENT: True, State.ABSENT: False}.get(state)
    return Measured(value=value, entries=entries, ask=f"Ask: {word.replace('_', ' ')} taken?")


def _finding(word: str, now: Situation) -> Measured:
    return _finding_states(word, now, lambda segment: True)


def _finding_at_target(word: str, now: Situation) -> Measured:
    """At a level of the plan; a finding without a level speaks for every level."""
    levels = {t.segment or t.level for t in now.planned.targets} - {None}
    return _finding_states(word, now, lambda segment: not levels or segment in (None, *levels))


def _finding_states(word: str, now: Situation, here: Callable[[str | None], bool]) -> Measured:
    """`name` or `name/grade`: a grade asks for at least that much of it."""
    name, _, grade = word.partition("/")
    finding = now.knowledge.findings[name]
    grades = _grades(finding)
    states: list[tuple[State, str]] = []
    for said in now.record.findings:
        one = said.statement
        if one.name != name or not here(one.segment):
            continue
        state = one.state
        if grade and state is State.PRESENT:
            if one.grade not in grades:
                state = State.UNEXAMINED
            elif grades.index(one.grade) < grades.index(grade):
                state = State.ABSENT
        states.append((state, said.entry))
    degree = f" ({grade})" if grade else ""
    label = f"{finding.label[0].lower()}{finding.label[1:]}"
    return _from_states(states, None, f"Look for: {label}{degree}.")


def _grades(finding: FindingKnowledge) -> list[str]:
    """Mildest first."""
    return [grade for tables in finding.values.values() for grade in tables.grades]


def _from_states(
    states: list[tuple[State, str]], term: Term | None, ask: str | None = None
) -> Measured:
    """Present anywhere is present; else absent where it was said; else not known."""
    question = ask or (term.ask if term else "")
    for wanted, value in ((State.PRESENT, True), (State.ABSENT, False)):
        entries = tuple(entry for state, entry in states if state is wanted)
        if entries:
            return Measured(value=value, entries=entries, ask=question)
    return Measured(value=None, ask=question)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


# --- numbers --------------------------------------------------------------------------------------


def _number(word: str, now: Situation) -> Measured:
    ask = f"Measure {word.replace('_', ' ')}."
    result = latest(word, now)
    if result is None:
        return Measured(value=None, ask=ask)
    if result.value is None:
        ask = f"{word.replace('_', ' ')} {result.written:g}: ask for the unit."
    return Measured(value=result.value, entries=(result.entry,), ask=ask)


def _age_days(word: str, now: Situation) -> Measured:
    result = latest(word, now)
    ask = f"Measure {word.replace('_', ' ')}."
    if result is None:
        return Measured(value=None, ask=ask)
    return Measured(value=days_between(result.at, now.at), entries=(result.entry,), ask=ask)


def _age(_: str, now: Situation) -> Measured:
    return Measured(value=now.record.age, ask="Record the birth date.")


def _sex(_: str, now: Situation) -> Measured:
    sex = now.record.sex
    return Measured(value=None if sex == "unknown" else sex, ask="Record the sex.")


def _weight(_: str, now: Situation) -> Measured:
    return Measured(value=weight_kg(now), ask="Weigh the patient.")


def weight_kg(now: Situation) -> float | None:
    """As the demographics say, or the last measured vital sign if that is later or the only one."""
    return _body("weight_kg", now)


def height_cm(now: Situation) -> float | None:
    """As the demographics say, or as it was measured."""
    return _body("height_cm", now)


def _body(name: str, now: Situation) -> float | None:
    noted: float | None = getattr(now.record.demographics, name)
    result = latest(name, now)
    if result is None or result.value is None:
        return noted
    written = [
        e.occurred_at
        for e in now.record.entries
        if isinstance(e.statement, Demographics) and getattr(e.statement, name) is not None
    ]
    return noted if written and max(written) > result.at else result.value


def body_mass_index(now: Situation) -> float | None:
    """Kilograms per square metre."""
    weight, height = weight_kg(now), height_cm(now)
    if weight is None or height is None:
        return None
    return weight / (height / 100) ** 2


def _bmi(_: str, now: Situation) -> Measured:
    return Measured(value=body_mass_index(now), ask="Record weight and height.")


def creatinine_clearance(now: Situation) -> Measured:
    """ml/min as measured, else by Cockcroft and Gault from age, weight, sex and creatinine.

    Source:
        Cockcroft DW, Gault MH. Nephron 1976;16:31-41. Its constants are in safety/facts.
    """
    ask = "Give the creatinine clearance, or creatinine (mg/dL), weight, age and sex."
    measured = latest("creatinine_clearance", now)
    if measured is not None and measured.value is not None:
        return Measured(value=measured.value, entries=(measured.entry,), ask=ask)
    result, age, weight = latest("creatinine", now), now.record.age, weight_kg(now)
    facts = now.safety.facts
    if result is None or age is None or weight is None or now.record.sex not in ("female", "male"):
        return Measured(value=None, ask=ask)
    creatinine = result.value
    if creatinine is None or creatinine <= 0:
        return Measured(value=None, ask=ask)
    value = (number(facts["renal/cockcroft_gault/age_constant"]) - age) * weight
    value /= number(facts["renal/cockcroft_gault/divisor"]) * creatinine
    if now.record.sex == "female":
        value *= number(facts["renal/cockcroft_gault/female_factor"])
    return Measured(value=max(value, 0.0), entries=(result.entry,), ask=ask)


def _crcl(_: str, now: Situation) -> Measured:
    return creatinine_clearance(now)


def _childbearing(_: str, now: Situation) -> Measured:
    """Whether pregnancy is possible by sex and age alone."""
    age, sex = now.record.age, now.record.sex
    ask = "Record sex and birth date."
    if sex == "male":
        return Measured(value=False, ask=ask)
    facts = now.safety.facts
    low, high = number(facts["pregnancy/age_from"]), number(facts["pregnancy/age_to"])
    if age is not None and not low <= age <= high:
        return Measured(value=False, ask=ask)
    return Measured(value=True if sex != "unknown" and age is not None else None, ask=ask)


def _score(word: str, now: Situation) -> Measured:
    ask = f"Give the patient the {word.upper()}."
    instruments = now.knowledge.guidance.instruments
    wanted = instrument_named(word, instruments)
    said = [
        q
        for q in now.record.questionnaires
        if wanted is not None
        and instrument_named(q.statement.instrument, instruments) is wanted
        and (q.statement.complaint is None or q.statement.complaint == now.complaint)
    ]
    if not said:
        return Measured(value=None, ask=ask)
    last = max(said, key=lambda one: one.occurred_at)
    value = reported_score(last.statement, instruments)
    return Measured(value=value, entries=(last.entry,), ask=ask)


# --- what was written down by name ----------------------------------------------------------------


_HISTORY = {**COUNTS, **CONSERVATIVE}


def _blocks(word: str, now: Situation) -> Measured:
    name, _, argument = word.partition("/")
    return BLOCKS[name](now, argument)


def _planned(word: str, now: Situation) -> Measured:
    ask = PLANNED_ASK.get(word, f"Plan the {word.replace('_', ' ')}.")
    entries = (now.planned.entry,) if now.planned.entry else ()
    return Measured(value=PLANNED[word](now), entries=entries, ask=ask)


def _recorded(word: str, now: Situation) -> Measured:
    """True once such a score is on record; silence is a question, never a no."""
    if word == "pain_score":
        return _is_recorded(PAIN["nrs_average"](now), PAIN["nrs_worst"](now))
    names = words(now.safety.facts["function/instruments"])
    return _is_recorded(*(_score(name, now) for name in names), ask=_ASK_FUNCTION)


_ASK_FUNCTION = "Record a functional score (ODI, RMDQ, NDI, PEG or another) before the procedure."


def _is_recorded(*found: Measured, ask: str | None = None) -> Measured:
    said = [one for one in found if one.value is not None]
    if not said:
        return unknown(ask or found[0].ask)
    return Measured(value=True, entries=said[0].entries, ask=ask or said[0].ask)


def _count(word: str, now: Situation) -> Measured:
    """How many findings of the list count/WORD are present; those not looked for may be too."""
    listed = words(now.safety.facts[f"count/{word}"])
    labels = [now.knowledge.findings[name].label for name in listed]
    ask = f"Look for each of: {', '.join(f'{label[0].lower()}{label[1:]}' for label in labels)}."
    present, absent, entries = set[str](), set[str](), list[str]()
    for said in now.record.findings:
        one = said.statement
        if one.name not in listed or sides_fit(one.side, now.planned.targets) is False:
            continue
        if one.state is State.PRESENT:
            present.add(one.name)
            entries.append(said.entry)
        elif one.state is State.ABSENT:
            absent.add(one.name)
    low, high = float(len(present)), float(len(listed) - len(absent - present))
    if low == high:
        return Measured(value=low, entries=tuple(entries), ask=ask)
    return unknown(ask, entries=tuple(entries), low=low, high=high)


def _documented(word: str, now: Situation) -> Measured:
    """Said by a clinician, or noted as a finding or symptom of that name."""
    states = [
        (said.statement.state, said.entry)
        for said in now.record.findings
        if said.statement.name == word
    ]
    return _from_states(states, None, f"Document: {word.replace('_', ' ')}.")


def _attested(name: str, now: Situation) -> Measured:
    found = [
        e
        for e in now.record.entries
        if isinstance(e.statement, Attestation) and e.statement.name == name
    ]
    if not found:
        return Measured(value=None)
    last = max(found, key=lambda e: e.occurred_at)
    assert isinstance(last.statement, Attestation)
    return Measured(value=last.statement.value, entries=(last.id,))


FAMILIES: Mapping[str, Callable[[str, Situation], Measured]] = {
    "condition": _condition,
    "device": _device,
    "allergy": _allergy,
    "taking": _taking,
    "finding": _finding,
    "finding_at_target": _finding_at_target,
    "lab": _number,
    "vital": _number,
    "lab_age_days": _age_days,
    "age": _age,
    "sex": _sex,
    "weight_kg": _weight,
    "bmi": _bmi,
    "crcl_ml_min": _crcl,
    "childbearing_possible": _childbearing,
    "score": _score,
    "pain": lambda word, now: PAIN[word](now),
    "history": lambda word, now: _HISTORY[word](now),
    "blocks": _blocks,
    "planned": _planned,
    "image": image,
    "trial": trial,
    "recorded": _recorded,
    "count": _count,
    "documented": _documented,
}
_ALONE = frozenset(("age", "sex", "weight_kg", "bmi", "crcl_ml_min", "childbearing_possible"))

__all__ = [
    "Measured",
    "Value",
    "body_mass_index",
    "creatinine_clearance",
    "height_cm",
    "is_measure",
    "latest",
    "measure",
    "weight_kg",
]
