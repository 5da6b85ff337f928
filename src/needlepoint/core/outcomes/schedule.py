"""When is a patient asked during the diary of a block?

The times of a diary lie where the local anaesthetic works. Numbers come from the knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from needlepoint.core.knowledge import Agent

_GRAIN_MINUTES = 5  # times that a clock can be set to


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """Numbers of the knowledge base."""

    diary_readings: int  # within the working time
    diary_after_share: float  # one more, at this multiple of the longest working time
    diary_late_minutes: float  # after its time an answer is marked late
    diary_early_minutes: float  # before its time it may be given


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


def answered_slots(
    minutes: Iterable[float], given: Iterable[float], rules: ScheduleRules
) -> frozenset[int]:  # fmt: skip
    """The numbers of the times that readings answer: each the nearest one.

    Before the first time and after the last one, only as much as an answer may be early or late.
    """
    times = tuple(enumerate(minutes, 1))
    first, last = times[0][1], times[-1][1]
    return frozenset(
        min(times, key=lambda one: (abs(one[1] - reading), one[0]))[0]
        for reading in given
        if first - rules.diary_early_minutes <= reading <= last + rules.diary_late_minutes
    )


def schedule_rules(numbers: Mapping[str, object]) -> ScheduleRules:
    """From the facts of the knowledge base, by name."""

    def one(name: str) -> float:
        value = numbers[name]
        assert isinstance(value, int | float), f"{name} is not a number"
        return float(value)

    return ScheduleRules(
        diary_readings=int(one("diary/readings")),
        diary_after_share=one("diary/after_window_share"),
        diary_late_minutes=one("diary/late_after_minutes"),
        diary_early_minutes=one("diary/early_minutes"),
    )


__all__ = [
    "ScheduleRules", "Slot", "answered_slots", "diary_minutes", "diary_slots", "schedule_rules",
]  # fmt: skip
