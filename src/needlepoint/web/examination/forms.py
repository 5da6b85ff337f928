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
    if posted.get(f"s-{name}") not in ("", State.PRESENT, State.ABSENT):
        return  # not sent, or nothing that the form can say
    standing = standing_of(said, name)
    before = standing[-1] if standing else None
    if _is_untouched(posted, name, before):
        return
    now = _said(posted, finding, said)
    if before is not None and (now is None or _place(now) != _place(before)):
        yield _TYPES[finding.station](
            name=name, state=State.UNEXAMINED, side=before.side, segment=before.segment,
            complaint=before.complaint,
        )  # fmt: skip
    if now is not None:
        yield now


def _is_untouched(posted: Mapping[str, str], name: str, before: Finding | None) -> bool:
    """Whether the row says what stands in the chart, as it was shown."""
    shown = ("", "", "")
    if before is not None:
        side = before.side.value if before.side else ""
        shown = (before.state.value, side, before.segment or "")
    sent = tuple(posted.get(f"{field}-{name}", "") for field in "sdg")
    return sent == shown or (before is None and not sent[0])


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


def _place(one: Finding) -> tuple[Side | None, str | None, str | None]:
    """What tells two statements apart: a later one at the same place replaces an earlier one."""
    return (one.side, one.segment, one.complaint)


__all__ = ["changed"]
