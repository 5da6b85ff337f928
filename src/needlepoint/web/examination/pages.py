"""What the examination page prints: every manoeuvre in order of what it would tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.chart import ExamFinding, ImagingFinding, State, Symptom
from needlepoint.core.findings.observe import knowledge_of
from needlepoint.core.knowledge import FindingKnowledge, Knowledge
from needlepoint.core.record import ComplaintRecord
from needlepoint.core.rules import Outcome
from needlepoint.web.source.complaints import complaint_of
from needlepoint.web.source.differential import Differential, differential
from needlepoint.web.source.suppose import finding_name

Station = Literal["history", "examination"]
Finding = Symptom | ExamFinding | ImagingFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Manoeuvre:
    """One row of the form, with what stands in the chart."""

    name: str
    label: str
    how: str
    bits: str
    is_red_flag: bool
    sides: bool
    segments: tuple[str, ...]  # to choose from; empty where no level is said
    state: str
    side: str
    segment: str
    also: str  # further standing statements about it, in words
    refused: str  # why it is not to be done now; empty where nothing speaks against it


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationPage:
    """Exactly what the page prints."""

    station: Station
    complaint: str
    label: str
    choices: tuple[tuple[str, str, bool], ...]
    rows: tuple[Manoeuvre, ...]
    examined: int
    moving: Differential


def examination_page(
    result: Assessment, knowledge: Knowledge, *, station: Station, complaint: str
) -> ExaminationPage | None:
    """List what can be asked or examined; None if the chart has no complaint."""
    one = complaint_of(result, complaint)
    if one is None:
        return None
    said = record_of(result, one)
    rows = tuple(_rows(result, one, said, knowledge, station))
    return ExaminationPage(
        station=station,
        complaint=one.observed.complaint,
        label=knowledge.presentations[one.observed.presentation].label,
        choices=tuple(
            (
                c.observed.complaint,
                knowledge.presentations[c.observed.presentation].label,
                c is one,
            )
            for c in result.complaints
        ),
        rows=rows,
        examined=sum(bool(row.state) for row in rows),
        moving=differential(one, one.where.leading_kind),
    )


def record_of(result: Assessment, one: ComplaintAssessment) -> ComplaintRecord:
    """What the record holds of the complaint that was assessed."""
    name = one.observed.complaint
    return next(c for c in result.record.complaints if c.complaint.name == name)


def askable(
    result: Assessment, one: ComplaintAssessment, knowledge: Knowledge, station: Station
) -> tuple[FindingKnowledge, ...]:
    """What the complaint asks for at this station; open red flags belong to the history."""
    known = {finding_name(f): f for f in knowledge_of(one.observed.presentation, knowledge)}
    flags = _open_flags(result, knowledge) if station == "history" else {}
    return tuple(
        f for f in {**flags, **known}.values() if f.station == station and f.cluster is None
    )


def _open_flags(result: Assessment, knowledge: Knowledge) -> dict[str, FindingKnowledge]:
    """What must be asked before a red flag can be cleared."""
    flags = {flag.id: flag for flag in knowledge.red_flags}
    asked = [
        name
        for verdict in result.verdicts
        if verdict.outcome is not Outcome.CLEAR and verdict.rule.startswith("red_flag/")
        for name in flags[verdict.rule.removeprefix("red_flag/")].ask
    ]
    return {name: knowledge.findings[name] for name in asked if name in knowledge.findings}


def _rows(
    result: Assessment,
    one: ComplaintAssessment,
    said: ComplaintRecord,
    knowledge: Knowledge,
    station: Station,
) -> Iterable[Manoeuvre]:
    bits = {s.action: s.information_bits for s in one.plan.steps}
    flags = _open_flags(result, knowledge) if station == "history" else {}
    segments = _segments(one)
    refused = {n.action: n.why for n in one.plan.not_proposed if n.stated}
    rows = [
        replace(
            _row(f, bits.get(finding_name(f)), finding_name(f) in flags, said, segments),
            refused=refused.get(finding_name(f), ""),
        )
        for f in askable(result, one, knowledge, station)
    ]
    return sorted(
        rows,
        key=lambda r: (
            bool(r.state or r.refused), not r.is_red_flag, -bits.get(r.name, 0.0), r.label
        ),
    )  # fmt: skip


def _row(
    f: FindingKnowledge,
    bits: float | None,
    is_flag: bool,
    said: ComplaintRecord,
    segments: tuple[str, ...],
) -> Manoeuvre:
    name = finding_name(f)
    standing = standing_of(said, name)
    last = standing[-1] if standing else None
    return Manoeuvre(
        name=name,
        label=f.label,
        how=f.how,
        bits="" if bits is None else f"{bits:.2f} bit",
        is_red_flag=is_flag,
        sides=f.sided,
        segments=segments if f.levelled else (),
        state=last.state.value if last else "",
        side=last.side.value if last and last.side else "",
        segment=(last.segment or "") if last else "",
        also="; ".join(_place(one) for one in standing[:-1]),
        refused="",
    )


def standing_of(said: ComplaintRecord, name: str) -> list[Finding]:
    """What stands about one finding, the last statement last."""
    return [
        one.statement
        for one in said.findings
        if one.statement.name == name and one.statement.state is not State.UNEXAMINED
    ]


def _place(one: Finding) -> str:
    side = one.side.value if one.side else ""
    return " ".join(word for word in (one.segment or "", side, one.state.value) if word)


def _segments(one: ComplaintAssessment) -> tuple[str, ...]:
    """Levels of this complaint from the top down."""
    frame = one.where.frame
    seen = {site.segment for site in frame.sites if site.segment}
    order = [s for kind in frame.kinds for s in frame.anatomy.kinds[kind].segments]
    return tuple(dict.fromkeys(s for s in order if s in seen))


__all__ = [
    "ExaminationPage",
    "Finding",
    "Manoeuvre",
    "Station",
    "askable",
    "examination_page",
    "record_of",
    "standing_of",
]
