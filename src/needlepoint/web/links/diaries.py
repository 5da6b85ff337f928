"""How far is the diary of a block? With the numbers of the knowledge base."""

from __future__ import annotations

from datetime import datetime

from needlepoint.core.inference.diary import DiaryTally, tally
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import ScheduleRules, schedule_rules
from needlepoint.core.record import PatientRecord


def rules_of(knowledge: Knowledge) -> ScheduleRules:
    """The numbers of the knowledge base."""
    facts = knowledge.guidance.safety.facts
    return schedule_rules({name: fact.value for name, fact in facts.items()})


def diary_tally(
    block: str, record: PatientRecord, knowledge: Knowledge, *, now: datetime
) -> DiaryTally | None:
    """Answered, missed and still to come; None where no such block stands."""
    return tally(block, record, knowledge, rules_of(knowledge), now=now)


__all__ = ["diary_tally", "rules_of"]
