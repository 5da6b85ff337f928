"""When is a patient asked: during a block's diary, and after a treatment?

The times of a diary lie where the local anaesthetic works. Numbers come from the knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from needlepoint.core.chart import PlannedProcedure, Procedure, Questionnaire
from needlepoint.core.knowledge import Agent
from needlepoint.core.record import PatientRecord

_GRAIN_MINUTES = 5  # times that a clock can be set to


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """Numbers of the knowledge base."""

    diary_readings: int  # within the working time
    diary_after_share: float  # one more, at this multiple of the longest working time
    diary_late_minutes: float  # after its time an answer is marked late
    diary_early_minutes: float  # before its time it may be given
    follow_up_days: tuple[float, ...]  # after a treatment
    baseline_within_days: float  # how old a score before it may be
    instruments: tuple[str, ...]  # what is asked, in this order
    only_after: tuple[str, ...]  # what makes no sense before a treatment


def diary_minutes(agent: Agent | None, agents: Iterable[Agent], rules: ScheduleRules
                  ) -> tuple[float, ...]:  # fmt: skip
    """Minutes after the injection at which the pain is asked for, first to last.

    An agent that is not on file may be any of those that are: the diary then runs from the earliest
    full effect of any to the longest working time of any.
    """
    known = (agent,) if agent is not None else tuple(agents)
    first = min(one.onset_minutes[1] for one in known)
    last = max(one.duration_minutes[1] for one in known)
    steps = max(1, rules.diary_readings - 1)
    times = [first + (last - first) * n / steps for n in range(rules.diary_readings)]
    return tuple(dict.fromkeys(_grain(t) for t in (*times, last * rules.diary_after_share)))


def _grain(minutes: float) -> float:
    return _GRAIN_MINUTES * float(round(minutes / _GRAIN_MINUTES))


SlotState = Literal["answered", "due", "missed", "coming"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time of a diary."""

    number: int  # the first is 1
    minutes: float
    at: datetime
    state: SlotState


def diary_slots(
    injected_at: datetime, minutes: Iterable[float], answered: Iterable[int],
    rules: ScheduleRules, *, now: datetime,
) -> tuple[Slot, ...]:  # fmt: skip
    """Each time of the diary, and whether it is answered, due now, missed, or still to come."""
    done = set(answered)
    times = [(n, m, injected_at + timedelta(minutes=m)) for n, m in enumerate(minutes, 1)]
    return tuple(
        Slot(number=n, minutes=m, at=at, state=_slot_state(n in done, at, rules, now))
        for n, m, at in times
    )


def _slot_state(is_done: bool, at: datetime, rules: ScheduleRules, now: datetime) -> SlotState:
    if is_done:
        return "answered"
    if now < at - timedelta(minutes=rules.diary_early_minutes):
        return "coming"
    return "due" if now <= at + timedelta(minutes=rules.diary_late_minutes) else "missed"


DueState = Literal["answered", "due", "missed", "coming"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One time at which outcome measures belong to a treatment."""

    procedure: str  # its entry
    name: str
    complaint: str | None
    days: float  # after it; 0 is before it
    at: datetime
    state: DueState


def follow_ups(
    record: PatientRecord, rules: ScheduleRules, *, now: datetime
) -> tuple[FollowUp, ...]:
    """Every time of every treatment, oldest first: before it, and after it on the schedule.

    A later treatment of the same pain ends the schedule of the earlier one. A time is answered by a
    score between it and the next.
    """
    scored = [
        (e.occurred_at, e.statement.complaint)
        for e in record.entries
        if isinstance(e.statement, Questionnaire) and e.statement.instrument in rules.instruments
    ]
    found: list[FollowUp] = []
    for entry, at, name, complaint, until in _treatments(record, now):
        found += _of_one(entry, at, name, complaint, until, scored, rules, now)
    return tuple(sorted(found, key=lambda f: (f.at, f.procedure, f.days)))


Treated = tuple[str, datetime, str, "str | None", "datetime | None"]


def _treatments(record: PatientRecord, now: datetime) -> Iterable[Treated]:
    """Treatments done, and those planned for a time that has not come."""
    done: list[tuple[str, datetime, str, str | None]] = []
    for e in record.entries:
        if isinstance(e.statement, Procedure):
            done.append((e.id, e.occurred_at, e.statement.name, e.statement.complaint))
        elif isinstance(e.statement, PlannedProcedure) and e.statement.at and e.statement.at > now:
            done.append((e.id, e.statement.at, e.statement.technique, e.statement.complaint))
    for n, (entry, at, name, complaint) in enumerate(done):
        later = [
            when for _, when, _, other in done[n + 1 :]
            if when > at and (other is None or complaint is None or other == complaint)
        ]  # fmt: skip
        yield entry, at, name, complaint, min(later, default=None)


def _of_one(
    entry: str, at: datetime, name: str, complaint: str | None, until: datetime | None,
    scored: list[tuple[datetime, str | None]], rules: ScheduleRules, now: datetime,
) -> Iterable[FollowUp]:  # fmt: skip
    before = at - timedelta(days=rules.baseline_within_days)
    times = [(0.0, before, at)]
    starts = [at + timedelta(days=d) for d in rules.follow_up_days]
    ends = [*starts[1:], starts[-1] + (starts[-1] - starts[-2])] if len(starts) > 1 else starts
    times += list(zip(rules.follow_up_days, starts, ends))
    for days, start, end in times:
        if until is not None and start >= until:
            continue
        answered = any(
            start <= when < end and (said is None or complaint is None or said == complaint)
            for when, said in scored
        )
        yield FollowUp(
            procedure=entry, name=name, complaint=complaint, days=days, at=start if days else at,
            state=_due_state(answered, start, end, now),
        )  # fmt: skip


def _due_state(answered: bool, start: datetime, end: datetime, now: datetime) -> DueState:
    if answered:
        return "answered"
    if now < start:
        return "coming"
    return "due" if now < end else "missed"


def schedule_rules(numbers: Mapping[str, object]) -> ScheduleRules:
    """From the facts of the knowledge base, by name."""

    def one(name: str) -> float:
        value = numbers[name]
        assert isinstance(value, int | float), f"{name} is not a number"
        return float(value)

    def many(name: str) -> tuple[object, ...]:
        value = numbers[name]
        assert isinstance(value, tuple), f"{name} is not a list"
        return value

    return ScheduleRules(
        diary_readings=int(one("diary/readings")),
        diary_after_share=one("diary/after_window_share"),
        diary_late_minutes=one("diary/late_after_minutes"),
        diary_early_minutes=one("diary/early_minutes"),
        follow_up_days=tuple(float(str(d)) for d in many("outcomes/follow_up_days")),
        baseline_within_days=one("outcomes/baseline_within_days"),
        instruments=tuple(str(name) for name in many("outcomes/follow_up_instruments")),
        only_after=tuple(str(name) for name in many("outcomes/instruments_only_after")),
    )


__all__ = [
    "FollowUp", "ScheduleRules", "Slot", "diary_minutes", "diary_slots", "follow_ups",
    "schedule_rules",
]  # fmt: skip
