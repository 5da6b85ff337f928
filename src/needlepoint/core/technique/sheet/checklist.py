"""What must be settled before the needle, and what of it does the chart already answer?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from needlepoint.core.chart import Consent, State
from needlepoint.core.knowledge import CheckItem, is_verified
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.safety import SafetyCheck
from needlepoint.core.technique.sheet.aim import Needle

Answer = tuple[tuple[str, ...], tuple[str, ...]]  # what is known, what is to be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line to tick, with what the chart says of it."""

    moment: Literal["before", "time_out"]
    says: str
    known: tuple[str, ...]  # from the chart
    ask: tuple[str, ...]  # what the chart does not say
    rests_on: tuple[str, ...]
    verified: bool


def checklist(
    items: Iterable[CheckItem], needles: tuple[Needle, ...], safety: SafetyCheck
) -> tuple[CheckLine, ...]:
    """The lines of the checklist; silence of the chart is a question, never a tick."""
    return tuple(_line(item, needles, safety) for item in items)


def _line(item: CheckItem, needles: tuple[Needle, ...], safety: SafetyCheck) -> CheckLine:
    known: list[str] = []
    ask: list[str] = []
    if item.known_by is not None:
        said, asked = _ANSWERS[item.known_by](safety, needles)
        known += said
        ask += asked
    for name in item.measures:
        found = measure(name, safety.now)
        if found.value is None:
            ask.append(found.ask)
            continue
        known.append(f"{_words(name)}: {_value(found.value)}")
        if name == "childbearing_possible" and found.value is False:
            break  # nothing more to ask
    return CheckLine(
        moment=item.moment,
        says=item.says,
        known=tuple(known),
        ask=tuple(dict.fromkeys(one for one in ask if one)),
        rests_on=item.rests_on,
        verified=is_verified(item, safety.now.knowledge),
    )


def _words(measure_name: str) -> str:
    return measure_name.rpartition("/")[2].replace("_", " ")


def _value(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


# --- what the chart answers -----------------------------------------------------------------------


def _patient(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    born = safety.now.record.demographics.birth_date
    if born is None:
        return (), ("Ask name and date of birth.",)
    return (f"born {born.isoformat()}",), ()


def _target(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    targets = [str(target) for target in safety.now.planned.targets]
    if not targets:
        return (), ("Name target, level and side.",)
    places = ", ".join(str(needle) for needle in needles)
    return (", ".join(targets), *((f"needles at {places}",) if places else ())), ()


def _consent(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    technique = safety.now.planned.technique
    names = {_plain(name) for name in (technique.id, technique.label, *technique.carries_out)}
    said = [
        entry
        for entry in safety.now.record.entries
        if isinstance(entry.statement, Consent) and _plain(entry.statement.to) in names
    ]
    if not said:
        return (), ("Take consent; none to this procedure is recorded.",)
    last = max(said, key=lambda entry: entry.occurred_at)
    assert isinstance(last.statement, Consent)
    if not last.statement.given:
        return (), (f"Consent was REFUSED on {last.occurred_at:%d %b %Y}. Stop and ask.",)
    return (f"given {last.occurred_at:%d %b %Y}",), ()


def _plain(text: str) -> str:
    return text.strip().lower().replace("_", " ")


def _allergies(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    said = [one.statement for one in safety.now.record.allergies]
    known = [
        f"{one.substance}{f' ({one.severity})' if one.severity else ''}"
        for one in said
        if one.state is State.PRESENT
    ]
    denied = [f"no {one.substance}" for one in said if one.state is State.ABSENT]
    if not said:
        return (), ("Ask about allergies.",)
    return (", ".join(known + denied),), ()


def _blood_thinners(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    known = []
    for hold in safety.bleeding.calendar:
        if hold.last_dose_by is not None:
            by = hold.last_dose_by.astimezone(safety.now.at.tzinfo)
            known.append(f"{hold.drug}: last dose by {by:%d %b %Y %H:%M}")
        else:
            known.append(f"{hold.drug}: {hold.action.replace('_', ' ')}")
    medicines = safety.now.medicines
    if not medicines.is_complete:
        return tuple(known), ("Ask for every medicine that thins the blood.",)
    ask = tuple(what for what, _ in medicines.questions)
    return tuple(known) or ("none is taken",), ask


def _imaging(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    studies = [
        " ".join(word for word in (one.statement.modality, one.statement.region) if word)
        + f" {one.occurred_at:%d %b %Y}"
        for one in safety.now.record.studies
    ]
    if not studies:
        return (), ("Get and read the images; none is recorded.",)
    return tuple(dict.fromkeys(studies)), ()


def _devices(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    found = [
        one.statement.device.replace("_", " ")
        for one in safety.now.record.devices
        if one.statement.state is State.PRESENT
    ]
    return (", ".join(found),) if found else (), ()


def _sedation(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    depth = safety.now.planned.sedation
    return ((), ("Plan the sedation.",)) if depth == "unknown" else ((f"{depth} planned",), ())


def _agents(safety: SafetyCheck, needles: tuple[Needle, ...]) -> Answer:
    """Weight, and the sum of all anaesthetic as the rule worked it out."""
    weight = safety.now.record.demographics.weight_kg
    known = [f"{weight:g} kg"] if weight is not None else []
    ask = [] if known else ["Weigh the patient."]
    for verdict in safety.verdicts:
        if verdict.rule == "anaesthetic_dose" and known:
            known += [reason.says for reason in verdict.reasons if "ceiling" in reason.says]
    return tuple(known), tuple(ask)


_ANSWERS: Mapping[str, Callable[[SafetyCheck, tuple[Needle, ...]], Answer]] = {
    "patient": _patient,
    "target": _target,
    "consent": _consent,
    "allergies": _allergies,
    "blood_thinners": _blood_thinners,
    "imaging": _imaging,
    "devices": _devices,
    "sedation": _sedation,
    "agents": _agents,
}
