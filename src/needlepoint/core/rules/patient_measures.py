"""What the patient has, takes and weighs: conditions, findings, medicines, values, scores."""

from __future__ import annotations

from collections.abc import Callable

from needlepoint.core.chart import Condition, Demographics, State
from needlepoint.core.knowledge import FindingKnowledge, SafetyKnowledge, Term, Vocabulary
from needlepoint.core.medicines import EVERYTHING, resolve
from needlepoint.core.outcomes import instrument_named, reported_score
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.clock import days_between
from needlepoint.core.rules.days import months_before
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.laboratory import latest, test_named
from needlepoint.core.rules.measured import Measured
from needlepoint.core.rules.red_flags import lowered
from needlepoint.core.rules.screened import screened
from needlepoint.core.rules.situation import Situation
from needlepoint.core.words import plain, plain_names

# --- what the patient has -------------------------------------------------------------------------


def condition(word: str, now: Situation) -> Measured:
    """Present by name, kind or code; absent only by the name of the whole.

    Who has no haemophilia may still have another bleeding disorder.
    """
    term = now.safety.conditions[word]
    whole = plain_names((term.id, term.label, *term.names))
    parts, dated = plain_names(term.parts), plain_names(term.dated)
    states: list[tuple[State, str]] = []
    for said in now.record.conditions:
        one, name = said.statement, plain(said.statement.name)
        coded = one.code is not None and any(
            one.code.strip().upper().startswith(code) for code in term.icd10
        )
        if name in whole:
            states.append((one.state, said.entry))
        elif one.state is State.PRESENT and name in parts:
            states.append((State.PRESENT, said.entry))
        elif one.state is State.PRESENT and (coded or name in dated):
            states.append((_by_date(one, term, now), said.entry))
    wanted = (term.id, *term.findings)
    for finding in now.record.findings:
        if finding.statement.name in wanted:
            states.append((finding.statement.state, finding.entry))
    found = from_states(states, term)
    return found if found.value is not None else screened(term, now) or found


def _by_date(one: Condition, term: Term, now: Situation) -> State:
    """Whether it lies within the months that count; without a date it is asked for."""
    if term.within_months is None:
        return State.PRESENT
    if one.since is None:
        return State.UNEXAMINED
    start = months_before(now.at, int(term.within_months)).date()
    return State.PRESENT if one.since >= start else State.UNEXAMINED


def device(word: str, now: Situation) -> Measured:
    term = now.safety.devices[word]
    names = plain_names((term.id, term.label, *term.names))
    states: list[tuple[State, str]] = []
    for said in now.record.devices:
        one = said.statement
        name = plain(one.device)
        if name in names:
            states.append((one.state, said.entry))
        elif name in EVERYTHING or name in ("implanted device", "implants", "any implant"):
            states.append((one.state, said.entry) if one.state is State.ABSENT else _UNKNOWN)
    return from_states(states, term)


_UNKNOWN = (State.UNEXAMINED, "")


_NO_DRUG_ALLERGY = frozenset(
    ("nkda", "nka", "no known allergies", "no known drug allergies", "no drug allergies")
)


def allergy(word: str, now: Situation) -> Measured:
    vocabulary, substances = now.knowledge.guidance.vocabulary, now.safety.substances
    known = vocabulary.classes.get(word)
    label = known.label[0].lower() + known.label[1:] if known else word.replace("_", " ")
    ask = f"Ask about allergy to {label}."
    if word in substances:
        ask = substances[word].ask
    states: list[tuple[State, str]] = []
    doubted: list[tuple[str, str]] = []  # what to ask, entry
    for said in now.record.allergies:
        one = said.statement
        name = plain(one.substance)
        if one.state is State.ABSENT and name in EVERYTHING | {"known allergies", "allergies"}:
            states.append((State.ABSENT, said.entry))
            continue
        if name in _NO_DRUG_ALLERGY:
            states += [(State.ABSENT, said.entry)] if word not in substances else []
            continue
        term = substances.get(word)
        if term and name in plain_names((term.id, term.label, *term.names)):
            states.append((one.state, said.entry))
            continue
        meant = resolve(one.substance, vocabulary, one.not_meant)
        groups = {c for i in meant.ingredients for c in vocabulary.ingredients[i].classes}
        named_class = {plain(c.label): c.id for c in vocabulary.classes.values()}.get(name)
        # To bear one of a group says nothing of the rest.
        of_group = word in groups and one.state is State.PRESENT
        if of_group or word in meant.ingredients or word in (named_class, *meant.classes):
            states.append((one.state, said.entry))
        doubts = (*meant.not_meant, *meant.candidates)
        kinds = {c for i in doubts for c in _classes_of(i, vocabulary)}
        if one.state is State.PRESENT and word in {*doubts, *kinds}:
            doubted.append((meant.question or ask, said.entry))
    found = from_states(states, None, ask)
    if doubted and found.value is not True:  # it may be this one after all, whatever else was said
        return Measured(value=None, entries=(doubted[0][1],), ask=doubted[0][0])
    return found


def _classes_of(ingredient: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    known = vocabulary.ingredients.get(ingredient)
    return known.classes if known else ()


def taking(word: str, now: Situation) -> Measured:
    state, entries = now.medicines.state(now.knowledge.guidance.vocabulary, word)
    value = {State.PRESENT: True, State.ABSENT: False}.get(state)
    return Measured(value=value, entries=entries, ask=f"Ask: {word.replace('_', ' ')} taken?")


def finding(word: str, now: Situation) -> Measured:
    return _finding_states(word, now, lambda segment: True)


def finding_at_target(word: str, now: Situation) -> Measured:
    """At a level of the plan; a finding without a level speaks for every level."""
    levels = {t.segment or t.level for t in now.planned.targets} - {None}
    return _finding_states(word, now, lambda segment: not levels or segment in (None, *levels))


def _finding_states(word: str, now: Situation, here: Callable[[str | None], bool]) -> Measured:
    """`name` or `name/grade`: a grade asks for at least that much of it."""
    name, _, grade = word.partition("/")
    finding = now.knowledge.findings[name]
    grades = grades_of(finding)
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
    return from_states(states, None, f"Look for: {lowered(finding.label)}{degree}.")


def grades_of(finding: FindingKnowledge) -> list[str]:
    """Mildest first."""
    return [grade for tables in finding.values.values() for grade in tables.grades]


def from_states(
    states: list[tuple[State, str]], term: Term | None, ask: str | None = None
) -> Measured:
    """Present anywhere is present; else absent where it was said; else not known."""
    question = ask or (term.ask if term else "")
    for wanted, value in ((State.PRESENT, True), (State.ABSENT, False)):
        entries = tuple(entry for state, entry in states if state is wanted)
        if entries:
            return Measured(value=value, entries=entries, ask=question)
    return Measured(value=None, ask=question)


# --- numbers --------------------------------------------------------------------------------------


def last_number(word: str, now: Situation) -> Measured:
    name = _spoken(word, now)
    result = latest(word, now)
    if result is None:
        return Measured(value=None, ask=f"Measure {name}.")
    ask = f"{name} {result.written:g}: ask for the unit." if result.value is None else ""
    return Measured(value=result.value, entries=(result.entry,), ask=ask or f"Measure {name}.")


def number_of_the_day(word: str, now: Situation) -> Measured:
    """The last value, if it was measured in the 24 hours before the procedure."""
    found, result = last_number(word, now), latest(word, now)
    if result is None or 0 <= days_between(result.at, now.at) < 1:
        return found
    ask = f"Measure {_spoken(word, now)} on the day; last measured on {result.at:%Y-%m-%d}."
    return Measured(value=None, entries=found.entries, ask=ask)


def age_days(word: str, now: Situation) -> Measured:
    result = latest(word, now)
    ask = f"Measure {_spoken(word, now)}."
    if result is None:
        return Measured(value=None, ask=ask)
    return Measured(value=days_between(result.at, now.at), entries=(result.entry,), ask=ask)


def _spoken(word: str, now: Situation) -> str:
    """A test as people say it: glucose, HbA1c."""
    test = test_named(word, now.safety)
    return lowered(test.label) if test else word.replace("_", " ")


def age(_: str, now: Situation) -> Measured:
    return Measured(value=now.record.age, ask="Record the birth date.")


def sex(_: str, now: Situation) -> Measured:
    sex = now.record.sex
    return Measured(value=None if sex == "unknown" else sex, ask="Record the sex.")


def weight(_: str, now: Situation) -> Measured:
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
        for e in now.entries_of(Demographics)
        if isinstance(e.statement, Demographics) and getattr(e.statement, name) is not None
    ]
    return noted if written and max(written) > result.at else result.value


def body_mass_index(now: Situation) -> float | None:
    """Kilograms per square metre."""
    weight, height = weight_kg(now), height_cm(now)
    if weight is None or height is None:
        return None
    return weight / (height / 100) ** 2


def bmi(_: str, now: Situation) -> Measured:
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


def crcl(_: str, now: Situation) -> Measured:
    return creatinine_clearance(now)


def childbearing(_: str, now: Situation) -> Measured:
    possible = childbearing_possible(now.record, now.safety)
    return Measured(value=possible, ask="Record sex and birth date.")


def childbearing_possible(record: PatientRecord, safety: SafetyKnowledge) -> bool | None:
    """Whether pregnancy is possible by sex and age alone; None: one of them is not known."""
    if record.sex == "male":
        return False
    low, high = (number(safety.facts[f"pregnancy/age_{end}"]) for end in ("from", "to"))
    if record.age is not None and not low <= record.age <= high:
        return False
    return True if record.sex != "unknown" and record.age is not None else None


def score(word: str, now: Situation) -> Measured:
    ask = f"Give the patient the {word.upper()}."
    instruments = now.knowledge.guidance.instruments
    wanted = instrument_named(word, instruments)
    said = [
        q
        for q in now.record.questionnaires
        if (
            instrument_named(q.statement.instrument, instruments) is wanted
            if wanted is not None
            else q.statement.instrument.lower() == word.lower()
        )
        and (q.statement.complaint is None or q.statement.complaint == now.complaint)
    ]
    if not said:
        return Measured(value=None, ask=ask)
    last = max(said, key=lambda one: one.occurred_at)
    value = reported_score(last.statement, instruments)
    return Measured(value=value, entries=(last.entry,), ask=ask)
