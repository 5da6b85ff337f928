"""Which readings of a block's diary are there, and which are missing?

A missing reading is neither a zero nor an unchanged pain: it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import DiagnosticBlock, DiaryReading, Reading
from needlepoint.core.inference.reading import agent_of
from needlepoint.core.knowledge import Agent, Knowledge
from needlepoint.core.outcomes import ScheduleRules, Slot, answered_slots, diary_minutes
from needlepoint.core.outcomes import diary_slots as slots_at
from needlepoint.core.record import PatientRecord

_HOUR = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryTally:
    """The times of one diary, and what became of each."""

    slots: tuple[Slot, ...]
    agent: Agent | None

    @property
    def answered(self) -> int:
        return sum(slot.state == "answered" for slot in self.slots)

    @property
    def missed(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.state == "missed")

    @property
    def missed_at_work(self) -> tuple[Slot, ...]:
        """Those missed while the agent may work."""
        if self.agent is None:
            return self.missed
        first, last = self.agent.onset_minutes[0], self.agent.duration_minutes[1]
        return tuple(slot for slot in self.missed if first <= slot.minutes <= last)

    @property
    def is_running(self) -> bool:
        return any(slot.state in ("due", "coming") for slot in self.slots)

    def __str__(self) -> str:
        """As it is said: 4 of 7 readings, missing at 2 h, 4 h."""
        says = f"{self.answered} of {len(self.slots)} readings"
        if self.missed:
            says += f", missing at {times_of(self.missed)}"
        left = sum(slot.state in ("due", "coming") for slot in self.slots)
        return f"{says}, {left} to come" if left else says


def times_of(slots: tuple[Slot, ...]) -> str:
    """Their times after the injection: 20 min, 1 h 50, 4 h."""
    return ", ".join(after(slot.minutes) for slot in slots)


def after(minutes: float) -> str:
    """A time after the injection in words."""
    hours, rest = divmod(round(minutes), _HOUR)
    if not hours:
        return f"{rest:g} min"
    return f"{hours:g} h {rest:02.0f}" if rest else f"{hours:g} h"


def tally(
    entry: str, record: PatientRecord, knowledge: Knowledge, rules: ScheduleRules, *, now: datetime
) -> DiaryTally | None:
    """The diary of a block that was done and still stands; None where there is none."""
    block = next((e for e in record.entries if e.id == entry), None)
    if block is None or not isinstance(block.statement, DiagnosticBlock):
        return None
    if not block.statement.performed:
        return None
    agent = agent_of(block.statement, knowledge)
    minutes = diary_minutes(agent, knowledge.agents.values(), rules)
    given = [reading.minutes for reading in readings_of(entry, block.statement, record)]
    answered = answered_slots(minutes, given, rules)
    slots = slots_at(block.occurred_at, minutes, answered, rules, now=now)
    return DiaryTally(slots=slots, agent=agent)


def readings_of(
    entry: str, block: DiagnosticBlock, record: PatientRecord
) -> tuple[Reading, ...]:  # fmt: skip
    """Its own lines and those that arrived by themselves."""
    more = [
        e.statement.reading
        for e in record.entries
        if isinstance(e.statement, DiaryReading) and e.statement.block_entry == entry
    ]
    return (*block.diary, *more)


__all__ = ["DiaryTally", "after", "readings_of", "tally", "times_of"]
