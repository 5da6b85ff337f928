"""From the ticked rows to statements: only what differs from the chart is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import ExamFinding, State, Symptom
from needlepoint.core.knowledge import FindingKnowledge
from needlepoint.core.record import ComplaintRecord
from needlepoint.web.examination.pages import Finding, standing_of
from needlepoint.web.source.suppose import finding_name

_TYPES: Mapping[str, type[Symptom] | type[ExamFinding]] = {
    "history": Symptom,
    "examination": ExamFinding,
}


def changed(
    posted: Mapping[str, str], findings: Iterable[FindingKnowledge], said: ComplaintRecord
) -> tuple[Finding, ...]:
    """One statement a changed row. A row set back to unexamined takes its state away.

    `s-NAME` is the state, `d-NAME` the side, `g-NAME` the segment. A present finding without a
    side is on the side of the complaint; an absent one without a side is absent on both.
    """
    return tuple(statement for finding in findings for statement in _row(posted, finding, said))


def _row(
    posted: Mapping[str, str], finding: FindingKnowledge, said: ComplaintRecord
) -> Iterable[Finding]:
    name = finding_name(finding)
    if f"s-{name}" not in posted:
        return
    standing = standing_of(said, name)
    before = standing[-1] if standing else None
    now = _said(posted, finding, said)
    if before is not None and (
        now is None or (now.side, now.segment) != (before.side, before.segment)
    ):
        yield _TYPES[finding.station](
            name=name, state=State.UNEXAMINED, side=before.side, segment=before.segment,
            complaint=said.complaint.name,
        )  # fmt: skip
    if now is not None and (before is None or _key(now) != _key(before)):
        yield now


def _said(
    posted: Mapping[str, str], finding: FindingKnowledge, said: ComplaintRecord
) -> Finding | None:
    name = finding_name(finding)
    state = posted.get(f"s-{name}", "")
    if state not in (State.PRESENT, State.ABSENT):
        return None
    return _TYPES[finding.station](
        name=name, state=State(state), side=_side(posted, finding, said, State(state)),
        segment=posted.get(f"g-{name}") or None, complaint=said.complaint.name,
    )  # fmt: skip


def _side(
    posted: Mapping[str, str], finding: FindingKnowledge, said: ComplaintRecord, state: State
) -> Side | None:
    chosen = posted.get(f"d-{finding_name(finding)}", "")
    if chosen in (Side.LEFT, Side.RIGHT, Side.BOTH):
        return Side(chosen)
    mine = said.complaint.side
    takes_side = finding.sided and state is State.PRESENT
    return mine if takes_side and mine in (Side.LEFT, Side.RIGHT, Side.BOTH) else None


def _key(one: Finding) -> tuple[State, Side | None, str | None]:
    return (one.state, one.side, one.segment)


__all__ = ["changed"]
