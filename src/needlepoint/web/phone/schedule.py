"""The diary of a block, as the chart has it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from needlepoint.core.chart import Chart, DiagnosticBlock, DiaryReading, Entry, Reading
from needlepoint.core.inference.reading import agent_of
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import (
    Slot,
    diary_minutes,
    diary_slots,
)
from needlepoint.core.record import PatientRecord, fold
from needlepoint.web.links.diaries import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """A block, the times of its diary, and what was answered at each."""

    entry: Entry
    block: DiagnosticBlock
    slots: tuple[Slot, ...]
    answers: Mapping[int, Reading]  # by the number of the slot

    @property
    def due(self) -> Slot | None:
        return next((s for s in reversed(self.slots) if s.state == "due"), None)

    @property
    def missed(self) -> tuple[Slot, ...]:
        return tuple(s for s in self.slots if s.state == "missed")

    @property
    def is_over(self) -> bool:
        return all(s.state in ("answered", "missed") for s in self.slots)


def diary_mark(block_entry: str, slot: int) -> str:
    """What the id of the answer at one time of one block's diary begins with."""
    return f"diary-{sha256(block_entry.encode()).hexdigest()[:10]}-{slot}-"


def diary_of(
    chart: Chart, block_entry: str, knowledge: Knowledge, *, now: datetime
) -> Diary | None:
    """The diary of a block that was done and still stands; None where there is none."""
    record = fold(chart, as_of=max(now, chart.as_of or now))
    entry = next((e for e in record.entries if e.id == block_entry), None)
    if entry is None or not isinstance(entry.statement, DiagnosticBlock):
        return None
    block, rules = entry.statement, rules_of(knowledge)
    if not block.performed:
        return None
    minutes = diary_minutes(agent_of(block, knowledge), knowledge.agents.values(), rules)
    answers = _answers(record, entry.id, len(minutes))
    slots = diary_slots(entry.occurred_at, minutes, answers, rules, now=now)
    return Diary(entry=entry, block=block, slots=slots, answers=answers)


def _answers(record: PatientRecord, block: str, slots: int) -> dict[int, Reading]:
    found = {}
    for entry in record.entries:
        if isinstance(entry.statement, DiaryReading) and entry.statement.block_entry == block:
            for n in range(1, slots + 1):
                if entry.id.startswith(diary_mark(block, n)):
                    found[n] = entry.statement.reading
    return found


def blocks_of(record: PatientRecord) -> tuple[tuple[str, datetime, DiagnosticBlock], ...]:
    """Blocks that were done, the latest first: each can have a diary."""
    done = [
        (e.id, e.occurred_at, e.statement)
        for e in record.entries
        if isinstance(e.statement, DiagnosticBlock) and e.statement.performed
    ]
    return tuple(reversed(done))


__all__ = ["Diary", "blocks_of", "diary_mark", "diary_of", "rules_of"]
