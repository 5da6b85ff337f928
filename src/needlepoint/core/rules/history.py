"""What was done before, how often, when, and with what effect?

Counters are about procedures of the planned technique's group in its region of the body; words that
end in `_here` are about the places aimed at. What stands in the chart is never taken for all there
was: until somebody attests that earlier procedures were asked for, here and elsewhere, a count is
a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from needlepoint.core.chart import (
    Attestation,
    BlockTarget,
    DiagnosticBlock,
    EarlierTreatment,
    Entry,
    Procedure,
    Questionnaire,
)
from needlepoint.core.inference.reading import stated_relief
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.outcomes import instrument_named, reported_score
from needlepoint.core.rules.days import (
    WEEKS_A_MONTH,
    months_before,
    months_between,
    weeks_between,
)
from needlepoint.core.rules.diary import with_diary
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measured import Measured, unknown
from needlepoint.core.rules.own_outcomes import relief_of
from needlepoint.core.rules.places import Place, places, same_place, vertebrae

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation

ASK_EARLIER = (
    "Ask about earlier procedures of this kind, here and elsewhere, with dates, places and effect; "
    "attest earlier_procedures_complete."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One earlier procedure."""

    entry: str
    at: datetime
    technique: Technique | None
    targets: tuple[BlockTarget, ...]
    relief_percent: float | None
    relief_months: float | None
    statement: Procedure | DiagnosticBlock | EarlierTreatment
    proven_by: tuple[str, ...] = ()  # scores that its relief was read off


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything of one kind that was done on one day: what payers call a session."""

    day: date
    entries: tuple[str, ...]
    techniques: frozenset[str]
    places: frozenset[Place]
    bodies: frozenset[str]
    relief_percent: float | None  # the least of several
    relief_months: float | None
    proven_by: tuple[str, ...]
    therapeutic: bool  # more than a diagnostic block


def sessions(now: Situation) -> tuple[Session, ...]:
    """Every earlier procedure, performed block and dated treatment, oldest first."""
    if "sessions" not in now.memory:
        found = [_session(entry, now) for entry in now.entries_of(*_DONE)]
        known = [one for one in found if one is not None and one.at < now.at]
        now.memory["sessions"] = tuple(sorted(known, key=lambda one: (one.at, one.entry)))
    kept: tuple[Session, ...] = now.memory["sessions"]
    return kept


_DONE = (DiagnosticBlock, Procedure, EarlierTreatment)


def _session(entry: Entry, now: Situation) -> Session | None:
    one, at, months = entry.statement, entry.occurred_at, None
    proven: tuple[str, ...] = ()
    match one:
        case DiagnosticBlock() if one.performed:
            one = with_diary(entry.id, one, now)
            relief = stated_relief(one, now.knowledge)
            percent = None if relief is None else 100 * relief
            name, targets = one.block, one.targets
        case Procedure():
            percent, months, proven = relief_of(entry.id, one, now)
            name, targets = one.name, one.targets
        case EarlierTreatment() if one.started is not None:
            percent, months = one.relief_percent, _months(one.relief_weeks)
            name, targets = one.treatment, (one.target,) if one.target else ()
            at = datetime.combine(one.started, time(12), tzinfo=UTC)
        case _:
            return None
    return Session(
        entry=entry.id,
        at=at,
        technique=technique_named(name, now.knowledge),
        targets=targets,
        relief_percent=percent,
        relief_months=months,
        statement=one,
        proven_by=proven,
    )


def _months(weeks: float | None) -> float | None:
    return None if weeks is None else weeks / WEEKS_A_MONTH


def technique_named(name: str, knowledge: Knowledge) -> Technique | None:
    """The technique by its own name, or that of the therapy or block it carries out."""
    guidance, word = knowledge.guidance, name.strip().lower().replace(" ", "_")
    return guidance.techniques.get(word) or guidance.technique_of.get(word)


def visits(now: Situation) -> tuple[Visit, ...]:
    """Earlier sessions of the same group and region; one a day, however many entries."""
    if "visits" not in now.of_plan:
        wanted, days = now.planned.technique, dict[date, list[Session]]()
        for one in sessions(now):
            if one.technique is not None and one.technique.counts_with(wanted):
                days.setdefault(one.at.date(), []).append(one)
        now.of_plan["visits"] = tuple(visit(day, same, now) for day, same in days.items())
    kept: tuple[Visit, ...] = now.of_plan["visits"]
    return kept


def visit(day: date, same: Iterable[Session], now: Situation) -> Visit:
    """The sessions of one day as one; of several reliefs the least."""
    done = tuple(same)
    targets = [target for one in done for target in one.targets]
    reliefs = [one.relief_percent for one in done if one.relief_percent is not None]
    lasting = [one.relief_months for one in done if one.relief_months is not None]
    return Visit(
        day=day,
        entries=tuple(one.entry for one in done),
        techniques=frozenset(one.technique.id for one in done if one.technique),
        places=places(targets, now.knowledge.anatomy),
        bodies=vertebrae(targets),
        relief_percent=min(reliefs, default=None),
        relief_months=min(lasting, default=None),
        proven_by=tuple(entry for one in done for entry in one.proven_by),
        therapeutic=not all(isinstance(one.statement, DiagnosticBlock) for one in done),
    )


def is_complete(now: Situation) -> bool:
    """Whether earlier procedures, here and elsewhere, were asked for not long before the plan."""
    said: tuple[date, bool] | None = None
    for entry in now.entries_of(Attestation):
        one = entry.statement
        if isinstance(one, Attestation) and one.name == "earlier_procedures_complete":
            said = entry.occurred_at.date(), one.value is True
    if said is None or not said[1]:
        return False
    fact = now.safety.facts.get("history/asked_within_days")
    return fact is None or (now.at.date() - said[0]).days <= number(fact)


# --- counts ---------------------------------------------------------------------------------------


_Only = Callable[["Visit", "Situation"], bool]


def _any(one: Visit, now: Situation) -> bool:
    return True


def _of_technique(one: Visit, now: Situation) -> bool:
    return now.planned.technique.id in one.techniques


def _therapeutic(one: Visit, now: Situation) -> bool:
    return one.therapeutic


def _diagnostic(one: Visit, now: Situation) -> bool:
    return not one.therapeutic


def _within(months: int, only: _Only = _any) -> Callable[[Situation], Measured]:
    """Sessions in the rolling window that ends with the planned one, which counts.

    What was done earlier on the same day belongs to the planned session.
    """

    def count(now: Situation) -> Measured:
        today = now.at.date()
        start = months_before(today, months)
        inside = [one for one in visits(now) if start < one.day < today and only(one, now)]
        reached = float(len(inside) + 1)
        return Measured(
            value=reached if is_complete(now) else None,
            low=reached,
            entries=_entries(inside),
            ask=ASK_EARLIER,
            counted=tuple(one.day for one in inside),
            window_months=months,
        )

    return count


def _ever(now: Situation) -> Measured:
    found = visits(now)
    reached = float(len(found) + 1)
    value = reached if is_complete(now) else None
    return Measured(value=value, low=reached, entries=_entries(found), ask=ASK_EARLIER)


def _bodies_ever(now: Situation) -> Measured:
    """Vertebral bodies treated in a lifetime, the planned ones with them."""
    aimed = vertebrae(now.planned.targets)
    if not aimed:
        return unknown("Say which vertebral bodies are planned.")
    found = visits(now)
    bodies = float(len(aimed.union(*(one.bodies for one in found))))
    known = is_complete(now) and all(one.bodies for one in found)
    return Measured(
        value=bodies if known else None, low=bodies, entries=_entries(found), ask=ASK_EARLIER
    )


def _same_body_before(now: Situation) -> Measured:
    aimed = vertebrae(now.planned.targets)
    again = [one for one in visits(now) if one.bodies & aimed]
    if again:
        return Measured(value=True, entries=_entries(again), ask=ASK_EARLIER)
    known = aimed and is_complete(now) and all(one.bodies for one in visits(now))
    return Measured(value=False, ask=ASK_EARLIER) if known else unknown(ASK_EARLIER)


def _entries(found: Iterable[Visit]) -> tuple[str, ...]:
    return tuple(entry for one in found for entry in one.entries)


# --- whether, when and with what effect -----------------------------------------------------------


def _found(now: Situation, *, here: bool, only: _Only = _any) -> tuple[list[Visit], bool]:
    """Visits in the region or at the places aimed at; and whether others might be there too."""
    found = [one for one in visits(now) if only(one, now)]
    if not here:
        return found, False
    aimed = now.aimed_at
    fits = [(one, same_place(one.places, aimed)) for one in found]
    return [one for one, fit in fits if fit], any(fit is None for _, fit in fits)


def _before(now: Situation, *, here: bool, only: _Only = _any) -> Measured:
    found, doubtful = _found(now, here=here, only=only)
    if found:
        return Measured(value=True, entries=found[-1].entries, ask=ASK_EARLIER)
    if doubtful:
        return unknown("Record level and side of the plan and of the earlier procedures.")
    return Measured(value=False, ask=ASK_EARLIER) if is_complete(now) else unknown(ASK_EARLIER)


def _since(now: Situation, *, here: bool, unit: str) -> Measured:
    found, _ = _found(now, here=here)
    if not found:
        return unknown(ASK_EARLIER)
    last, today = found[-1], now.at.date()
    value = {
        "days": lambda: float((today - last.day).days),
        "weeks": lambda: weeks_between(last.day, today),
        "months": lambda: months_between(last.day, today),
    }[unit]()
    return Measured(
        value=value,
        entries=last.entries,
        ask=ASK_EARLIER,
        since=last.day,
        unit=unit,  # type: ignore[arg-type]
    )


def _relief(now: Situation, *, here: bool) -> Measured:
    ask = "Record the relief from the last procedure of this kind in percent, on one scale."
    found, _ = _found(now, here=here)
    if not found:
        return unknown(ask)
    last = found[-1]
    return Measured(value=last.relief_percent, entries=last.entries + last.proven_by, ask=ask)


def _lasted(now: Situation, *, here: bool) -> Measured:
    """Relief cannot have lasted longer than the time that has passed since."""
    ask = "Record how many weeks the relief from the last procedure of this kind lasted."
    found, _ = _found(now, here=here)
    if not found:
        return unknown(ask)
    last = found[-1]
    passed = months_between(last.day, now.at.date())
    if last.relief_months is None:
        return unknown(ask, entries=last.entries, high=passed)
    entries = last.entries + last.proven_by
    return Measured(value=min(last.relief_months, passed), entries=entries, ask=ask)


def _lasted_weeks(now: Situation, *, here: bool) -> Measured:
    months = _lasted(now, here=here)
    if not isinstance(months.value, float):
        high = None if months.high is None else months.high * WEEKS_A_MONTH
        return unknown(months.ask, entries=months.entries, high=high)
    weeks = months.value * WEEKS_A_MONTH
    return Measured(value=weeks, entries=months.entries, ask=months.ask)


def _function(now: Situation, *, here: bool) -> Measured:
    """Improvement of a functional score, on one instrument, from before the last one to after."""
    ask = "Record a functional score before and after the last procedure, on one instrument."
    found, _ = _found(now, here=here)
    if not found:
        return unknown(ask)
    known, instruments = (
        words(now.safety.facts["function/instruments"]),
        now.knowledge.guidance.instruments,
    )
    before: dict[str, tuple[str, float]] = {}
    change: Measured = unknown(ask)
    for entry in now.entries_of(Questionnaire):
        one = entry.statement
        if not isinstance(one, Questionnaire) or entry.occurred_at >= now.at:
            continue
        instrument = instrument_named(one.instrument, instruments)
        name = instrument.id if instrument else one.instrument.lower()
        value = reported_score(one, instruments)
        if name not in known or value is None:
            continue
        if entry.occurred_at.date() <= found[-1].day:
            before[name] = (entry.id, value)
        elif name in before and before[name][1] > 0:
            first, start = before[name]
            better = instrument is not None and instrument.higher_is == "better"
            gain = value - start if better else start - value
            change = Measured(value=100 * gain / start, entries=(first, entry.id), ask=ask)
    return change


_Count = Callable[["Situation"], Measured]


def _either(function: Callable[..., Measured], word: str, **more: object) -> dict[str, _Count]:
    """The word about the region, and with `_here` about the places aimed at."""
    return {
        word: lambda now: function(now, here=False, **more),
        f"{word}_here": lambda now: function(now, here=True, **more),
    }


COUNTS: Mapping[str, _Count] = {
    "sessions_12_months": _within(12),
    "sessions_6_months": _within(6),
    "technique_sessions_12_months": _within(12, _of_technique),
    "technique_sessions_6_months": _within(6, _of_technique),
    "therapeutic_sessions_12_months": _within(12, _therapeutic),
    "diagnostic_sessions_12_months": _within(12, _diagnostic),
    "sessions_ever": _ever,
    "bodies_ever": _bodies_ever,
    "same_body_before": _same_body_before,
    **_either(_before, "performed_before"),
    **_either(_before, "technique_before", only=_of_technique),
    **_either(_before, "therapeutic_before", only=_therapeutic),
    **_either(_since, "days_since_last", unit="days"),
    **_either(_since, "weeks_since_last", unit="weeks"),
    **_either(_since, "months_since_last", unit="months"),
    **_either(_relief, "last_relief_percent"),
    **_either(_lasted, "last_relief_months"),
    **_either(_lasted_weeks, "last_relief_weeks"),
    **_either(_function, "last_function_percent"),
}
