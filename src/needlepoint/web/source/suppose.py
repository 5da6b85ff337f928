"""What if it were so? A chart with findings that nobody recorded, for looking at only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    Chart,
    Entry,
    ExamFinding,
    ImagingFinding,
    Provenance,
    Role,
    State,
    Statement,
    Symptom,
)
from needlepoint.core.knowledge import FindingKnowledge, Knowledge

_KINDS = {"history": Symptom, "examination": ExamFinding, "imaging": ImagingFinding}
_SIDES = (Side.LEFT, Side.RIGHT, Side.BOTH)


def suppose(
    chart: Chart,
    states: Mapping[str, State],
    *,
    complaint: str,
    side: Side | None,
    as_of: datetime,
    knowledge: Knowledge,
) -> Chart:
    """The chart as if these findings had been recorded just now. It is never stored.

    Args:
        states: finding to present or absent; names that are not known are left out.
        side: of the complaint: a finding that has a side is supposed on it.
    """
    known = [knowledge.findings[name] for name in states if name in knowledge.findings]
    said = [
        _KINDS[finding.station](
            name=finding_name(finding),
            state=states[finding_name(finding)],
            side=side if finding.sided and side in _SIDES else None,
            complaint=complaint,
        )
        for finding in known
        if finding.station in _KINDS
    ]
    return with_statements(chart, said, as_of=as_of)


def with_statements(chart: Chart, said: Iterable[Statement], *, as_of: datetime) -> Chart:
    """The chart with statements that nobody stored, as if made at a moment."""
    entries = tuple(
        Entry(
            id=f"supposed-{n}",
            occurred_at=as_of,
            recorded_at=as_of,
            author="supposed",
            role=Role.SYSTEM,
            provenance=Provenance.COMPUTED,
            statement=statement,
        )
        for n, statement in enumerate(said)
    )
    return replace(chart, entries=(*chart.entries, *entries))


def finding_name(finding: FindingKnowledge) -> str:
    """The last part of its path: what charts call it."""
    return finding.id.rpartition("/")[2]


__all__ = ["finding_name", "suppose", "with_statements"]
