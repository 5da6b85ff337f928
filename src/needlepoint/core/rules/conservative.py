"""How long was conservative treatment tried, when, and did it fail?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from needlepoint.core.chart import EarlierTreatment, Entry
from needlepoint.core.rules.days import DAYS_A_WEEK, WEEKS_A_MONTH
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measured import Measured, unknown

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation

_ASK = "Record conservative treatment: each kind with its start, its weeks and its effect."


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course of conservative treatment."""

    entry: str
    started: date | None
    weeks: float | None
    treatment: EarlierTreatment

    @property
    def span(self) -> tuple[date, date] | None:
        if self.started is None or self.weeks is None:
            return None
        return self.started, self.started + timedelta(days=round(self.weeks * DAYS_A_WEEK))


def courses(now: Situation) -> tuple[Course, ...]:
    """Conservative treatment of the pain that the plan is for."""
    key = ("courses", now.complaint)
    if key not in now.memory:
        now.memory[key] = _courses(now)
    kept: tuple[Course, ...] = now.memory[key]
    return kept


def _courses(now: Situation) -> tuple[Course, ...]:
    known = words(now.safety.facts["conservative/treatments"])
    return tuple(
        _course(entry, entry.statement)
        for entry in now.entries_of(EarlierTreatment)
        if isinstance(entry.statement, EarlierTreatment)
        and entry.statement.treatment.strip().lower().replace(" ", "_").replace("-", "_") in known
        and entry.statement.complaint in (None, now.complaint)
        and entry.occurred_at <= now.at
    )


def _course(entry: Entry, one: EarlierTreatment) -> Course:
    """A course without its weeks that was not stopped lasted at least until it was written down."""
    weeks = one.duration_weeks
    if weeks is None and one.started is not None and not one.reason_stopped:
        weeks = max(0, (entry.occurred_at.date() - one.started).days) / DAYS_A_WEEK
    return Course(entry=entry.id, started=one.started, weeks=weeks, treatment=one)


def _weeks(now: Situation) -> Measured:
    """Courses side by side count once, one after the other they add up."""
    found = [one for one in courses(now) if one.weeks is not None]
    if not found:
        return unknown(_ASK)
    spans = [one.span for one in found if one.span is not None]
    undated = [one.weeks for one in found if one.span is None and one.weeks is not None]
    weeks = max([_union_days(spans) / DAYS_A_WEEK, *undated])
    return Measured(value=weeks, entries=_entries(found), ask=_ASK)


def _union_days(spans: Iterable[tuple[date, date]]) -> int:
    """Days that at least one of them covers."""
    total, reached = 0, date.min
    for start, end in sorted(spans):
        total += max(0, (end - max(start, reached)).days)
        reached = max(reached, end)
    return total


def _months(now: Situation) -> Measured:
    weeks = _weeks(now)
    if not isinstance(weeks.value, float):
        return weeks
    return Measured(value=weeks.value / WEEKS_A_MONTH, entries=weeks.entries, ask=_ASK)


def _dated(now: Situation) -> Measured:
    """True once one course carries its start; without it there is nothing to check."""
    dated = [one for one in courses(now) if one.started is not None]
    ask = "Date the conservative treatment: since when, and for how many weeks."
    if not dated:
        return unknown(ask, entries=_entries(courses(now)))
    return Measured(value=True, entries=_entries(dated), ask=ask)


def _failed(now: Situation) -> Measured:
    """Failed if every course whose effect is known gave too little or was stopped in vain."""
    ask = "Record what came of the conservative treatment: relief in percent, or why it ended."
    enough = number(now.safety.facts["conservative/enough_relief_percent"])
    in_vain = words(now.safety.facts["conservative/stopped_in_vain"])
    told: list[tuple[Course, bool]] = []
    for one in courses(now):
        reason = (one.treatment.reason_stopped or "").lower()
        if one.treatment.relief_percent is not None:
            told.append((one, one.treatment.relief_percent < enough))
        elif any(word in reason for word in in_vain):
            told.append((one, True))
    if not told:
        return unknown(ask, entries=_entries(courses(now)))
    failed = all(in_vain for _, in_vain in told)
    return Measured(value=failed, entries=_entries(one for one, _ in told), ask=ask)


def _kinds(now: Situation) -> Measured:
    """How many different kinds were tried."""
    found = courses(now)
    if not found:
        return unknown(_ASK)
    kinds = {one.treatment.treatment.strip().lower() for one in found}
    return Measured(value=float(len(kinds)), entries=_entries(found), ask=_ASK)


def _entries(found: Iterable[Course]) -> tuple[str, ...]:
    return tuple(one.entry for one in found)


CONSERVATIVE: Mapping[str, Callable[[Situation], Measured]] = {
    "conservative_weeks": _weeks,
    "conservative_months": _months,
    "conservative_dated": _dated,
    "conservative_failed": _failed,
    "conservative_kinds": _kinds,
}
