"""What does the record say of a named measure: a value, or nothing yet?

Criteria of guidelines, payers and contraindications are data; the measures they name are here. A
name is family/word: `condition/pregnancy`, `lab/hba1c`, `taking/doac`, `blocks/positive_at/80`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from needlepoint.core.chart import (
    Attestation,
    Entry,
    RadiationDose,
    State,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.consent import consent
from needlepoint.core.rules.conservative import CONSERVATIVE
from needlepoint.core.rules.days import months_before
from needlepoint.core.rules.facts import words
from needlepoint.core.rules.history import COUNTS
from needlepoint.core.rules.laboratory import latest
from needlepoint.core.rules.measured import Measured, Value, unknown
from needlepoint.core.rules.patient_measures import (
    age,
    age_days,
    allergy,
    bmi,
    body_mass_index,
    childbearing,
    condition,
    crcl,
    creatinine_clearance,
    device,
    finding,
    finding_at_target,
    from_states,
    grades_of,
    height_cm,
    last_number,
    number_of_the_day,
    score,
    sex,
    taking,
    weight,
    weight_kg,
)
from needlepoint.core.rules.places import sides_fit
from needlepoint.core.rules.plan_measures import PAIN, PLANNED, PLANNED_ASK, image
from needlepoint.core.rules.prognostic import BLOCKS
from needlepoint.core.rules.red_flags import lowered
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.trial_measures import TRIAL, trial


def measure(name: str, now: Situation) -> Measured:
    """Look a measure up. A clinician's attestation answers what the record cannot.

    Raises:
        KeyError: there is no such family; the knowledge check refuses such a file.
    """
    if is_of_the_plan(name):
        of_pain = is_of_the_pain(name)
        key, kept = ((name, now.complaint), now.memory) if of_pain else (name, now.of_plan)
    else:
        key, kept = name, now.memory
    found: Measured | None = kept.get(key)
    if found is None:
        found = kept[key] = _measure(name, now)
    return found


_OF_THE_PLAN = frozenset(
    (
        "history", "blocks", "planned", "finding_at_target", "pain", "score", "image", "trial",
        "recorded", "count", "consent", "lab_today", "lab_age_days", "radiation",
    )
)  # fmt: skip


@cache
def is_of_the_plan(name: str) -> bool:
    """Whether another plan for the same patient may have another answer."""
    return name.partition("/")[0] in _OF_THE_PLAN


@cache
def is_of_the_pain(name: str) -> bool:
    """Whether every plan at that moment for the same pain has the same answer."""
    family, _, word = name.partition("/")
    if family == "pain":
        return word != "side_fits_plan"
    return family in ("score", "recorded") or (family == "history" and word in CONSERVATIVE)


def _measure(name: str, now: Situation) -> Measured:
    family, _, word = name.partition("/")
    found = FAMILIES[family](word, now)
    if found.value is not None:
        return found
    attested = _attested(word if family == "documented" else name, now)
    if attested.value is None or _contradicts(attested.value, found):
        return found
    return attested


def _contradicts(value: Value, found: Measured) -> bool:
    """Nobody can attest fewer sessions than the chart holds."""
    if isinstance(value, bool | str):
        return False
    below = found.low is not None and value < found.low
    return below or (found.high is not None and value > found.high)


def is_measure(name: str, knowledge: Knowledge) -> bool:
    """Whether a criterion may name it."""
    family, _, word = name.partition("/")
    if family not in FAMILIES or not (word or family in _ALONE):
        return False
    safety = knowledge.guidance.safety
    if family in ("finding", "finding_at_target"):
        finding, _, grade = word.partition("/")
        known_finding = knowledge.findings.get(finding)
        return known_finding is not None and (not grade or grade in grades_of(known_finding))
    if family == "blocks":
        name, _, argument = word.partition("/")
        return name in BLOCKS and (name == "positive_at") == _is_number(argument)
    if family == "image":
        kind, _, name = word.partition("/")
        return word == "age_months" or (
            kind == "concordant" and f"concordance/{name}" in safety.facts
        )
    words_of = _words_of(knowledge)
    return family not in words_of or word in words_of[family]


def _words_of(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """The words of every family whose words are a closed list."""
    safety, vocabulary = knowledge.guidance.safety, knowledge.guidance.vocabulary
    drugs = frozenset((*vocabulary.ingredients, *vocabulary.classes))
    lists = (name for name in safety.facts if name.startswith("count/"))
    return {
        "condition": frozenset(safety.conditions),
        "device": frozenset(safety.devices),
        "taking": drugs,
        "allergy": drugs | frozenset(safety.substances),
        "history": frozenset(_HISTORY),
        "planned": frozenset(PLANNED),
        "pain": frozenset(PAIN),
        "trial": frozenset(TRIAL),
        "recorded": frozenset(("function_score", "pain_score")),
        "count": frozenset(name.removeprefix("count/") for name in lists),
    }


def known_measures(knowledge: Knowledge) -> tuple[str, ...]:
    """Names that a misspelt one may have meant."""
    closed = (f"{f}/{word}" for f, words in _words_of(knowledge).items() for word in words)
    named = (f"finding/{name}" for name in knowledge.findings)
    blocks = (f"blocks/{name}" for name in BLOCKS)
    return (*closed, *named, *blocks, *_ALONE, "image/age_months")


def kind_of(name: str) -> type | None:
    """Whether a measure is yes or no, a number or a word; None where it may be any."""
    family, _, word = name.partition("/")
    if family in _YES_NO or word.removesuffix("_here") in _YES_NO_WORDS:
        return bool
    if family in _NUMBERS or family in ("history", "pain", "trial", "blocks"):
        return str if word == "presentation" else float
    if family == "image":
        return float if word == "age_months" else bool
    if family == "planned":
        return float if word in ("levels", "bodies") else str
    return str if family == "sex" else None


_YES_NO = frozenset(
    (
        "condition", "device", "allergy", "taking", "finding", "finding_at_target", "recorded",
        "childbearing_possible",
    )
)  # fmt: skip
_YES_NO_WORDS = frozenset(
    (
        "performed_before", "technique_before", "therapeutic_before", "same_body_before",
        "conservative_failed", "conservative_dated", "levels_match", "duration_fits_agent",
        "score_is_range", "same_scale", "of_nerves", "sedated", "succeeded", "side_fits_plan",
        "bilateral", "steroid", "particulate", "contrast", "biologic",
    )
)  # fmt: skip
_NUMBERS = frozenset(
    (
        "lab", "lab_today", "vital", "lab_age_days", "age", "weight_kg", "bmi", "crcl_ml_min",
        "score", "count",
    )
)  # fmt: skip


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


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
    return _is_recorded(*(score(name, now) for name in names), ask=_ASK_FUNCTION)


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
    ask = f"Look for each of: {', '.join(map(lowered, labels))}."
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
    return from_states(states, None, f"Document: {word.replace('_', ' ')}.")


def _attested(name: str, now: Situation) -> Measured:
    last = _attestations(now).get(name)
    if last is None:
        return _NOT_ATTESTED
    assert isinstance(last.statement, Attestation)
    return Measured(value=last.statement.value, entries=(last.id,))


_NOT_ATTESTED = Measured(value=None)


def _attestations(now: Situation) -> Mapping[str, Entry]:
    """The last of each name; of several at one moment the first."""
    if "attestations" not in now.memory:
        found: dict[str, Entry] = {}
        for entry in now.entries_of(Attestation):
            assert isinstance(entry.statement, Attestation)
            earlier = found.get(entry.statement.name)
            if earlier is None or entry.occurred_at > earlier.occurred_at:
                found[entry.statement.name] = entry
        now.memory["attestations"] = found
    kept: Mapping[str, Entry] = now.memory["attestations"]
    return kept


def _radiation(_: str, now: Situation) -> Measured:
    """Air kerma of the twelve months before, over every procedure that recorded it."""
    start = months_before(now.at, 12)
    doses = [
        (e.id, e.statement.air_kerma_mgy)
        for e in now.entries_of(RadiationDose)
        if isinstance(e.statement, RadiationDose) and start < e.occurred_at <= now.at
    ]
    known = [(entry, mgy) for entry, mgy in doses if mgy is not None]
    ask = "Record the air kerma of earlier procedures."
    if not known:
        return Measured(value=None, ask=ask)
    total = sum(mgy for _, mgy in known) / _MGY_IN_A_GY
    return Measured(value=total, entries=tuple(entry for entry, _ in known), ask=ask)


_MGY_IN_A_GY = 1000.0

FAMILIES: Mapping[str, Callable[[str, Situation], Measured]] = {
    "condition": condition,
    "device": device,
    "allergy": allergy,
    "taking": taking,
    "finding": finding,
    "finding_at_target": finding_at_target,
    "lab": last_number,
    "lab_today": number_of_the_day,
    "vital": last_number,
    "lab_age_days": age_days,
    "age": age,
    "sex": sex,
    "weight_kg": weight,
    "bmi": bmi,
    "crcl_ml_min": crcl,
    "childbearing_possible": childbearing,
    "score": score,
    "pain": lambda word, now: PAIN[word](now),
    "history": lambda word, now: _HISTORY[word](now),
    "blocks": _blocks,
    "planned": _planned,
    "image": image,
    "trial": trial,
    "recorded": _recorded,
    "count": _count,
    "documented": _documented,
    "consent": consent,
    "radiation": _radiation,
}
_ALONE = frozenset(("age", "sex", "weight_kg", "bmi", "crcl_ml_min", "childbearing_possible"))

__all__ = [
    "Measured",
    "Value",
    "body_mass_index",
    "creatinine_clearance",
    "height_cm",
    "is_measure",
    "is_of_the_plan",
    "kind_of",
    "known_measures",
    "latest",
    "measure",
    "weight_kg",
]
