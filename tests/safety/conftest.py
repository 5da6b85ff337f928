"""A patient before a procedure, in one line of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from needlepoint.core.chart import PlannedProcedure
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import Said, fold
from needlepoint.core.rules.safety import SafetyCheck, check_safety
from needlepoint.core.rules.situation import Situation, planned_procedure, situation
from needlepoint.files.charts import read_chart

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
Check = Callable[..., SafetyCheck]


def before(
    entries: Iterable[dict[str, Any]],
    knowledge: Knowledge,
    *,
    as_of: datetime = NINE,
    now: datetime | None = None,
) -> Situation:
    """The situation of the planned procedure among the entries."""
    data = {"as_of": as_of, "entries": list(entries)}
    chart = read_chart(data, knowledge=knowledge, now=now or max(as_of, datetime.now(UTC)))
    record = fold(chart, as_of=as_of)
    entry = next(e for e in record.entries if isinstance(e.statement, PlannedProcedure))
    assert isinstance(entry.statement, PlannedProcedure)
    said = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=entry.statement)
    technique = knowledge.guidance.techniques[entry.statement.technique]
    planned = planned_procedure(said, technique, knowledge, not_before=as_of)
    return situation(record, planned, knowledge)


@pytest.fixture
def check(knowledge: Knowledge) -> Check:
    def run(*entries: dict[str, Any], **options: Any) -> SafetyCheck:
        return check_safety(before(entries, knowledge, **options))

    return run
