"""What the story page prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import Chart, Entry, Retraction, Role
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.web.drawings.svg import Drawing
from needlepoint.web.source.pictures import pain_drawing
from needlepoint.web.story.sentences import sentence

_KNOWN = {"patient_said": "patient said", "clinician_found": "clinician found",
          "imported": "imported", "computed": "computed"}  # fmt: skip
_TOLD = ("complaint", "symptom", "medication", "allergy", "condition", "implanted_device",
         "earlier_treatment")  # fmt: skip
_SECTIONS = (
    (
        "complaint",
        "Complaints",
        "One pain at one place is a complaint; the differential begins with it.",
    ),
    (
        "medication",
        "Medicines",
        "With the last dose of anything that thins the blood. Add “none” as not taken "
        "once nothing else is: only then is the list whole.",
    ),
    (
        "allergy",
        "Allergies",
        "Contrast, latex, chlorhexidine and drugs decide what may be injected. Ask, and "
        "write down a no.",
    ),
    (
        "condition",
        "Conditions",
        "Diabetes, pregnancy, infection, bleeding, kidney and liver: what a procedure "
        "must know.",
    ),
    (
        "implanted_device",
        "Implants",
        "Pacemakers, stimulators, pumps, joints and rods: they decide on heat, current "
        "and MRI.",
    ),
    (
        "earlier_treatment",
        "Treatments tried",
        "What was tried, for how long, how much it helped, why it stopped. Payers ask for "
        "it.",
    ),
    (
        "goal",
        "Goals",
        "What the patient wants to be able to do again.",
    ),
    (
        "vital_sign",
        "Measurements",
        "Weight sets the ceiling of a local anaesthetic.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as it is shown."""

    entry: str
    says: str
    when: datetime
    known: str
    by: str
    is_withdrawn: bool
    reason: str  # why it was taken back
    may_retract: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the story, with what stands in it."""

    kind: str
    title: str
    teaches: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How many questions of the history were answered."""

    present: tuple[str, ...]
    absent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOf:
    complaint: str
    label: str
    drawing: Drawing | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """Exactly what the story prints."""

    sections: tuple[Section, ...]
    pictures: tuple[PictureOf, ...]
    answered: Answered
    timeline: tuple[Line, ...]
    older: int
    told: int  # statements in the patient's own name


def story_page(
    chart: Chart,
    record: PatientRecord,
    knowledge: Knowledge,
    *,
    names: Mapping[str, str],
    may_take_back: Callable[[Entry], bool],
    limit: int = 80,
) -> StoryPage:
    """Lay the chart out as a story.

    Args:
        names: author id to the name it is signed with.
        may_take_back: whether who looks may take an entry back.
        limit: how many of the latest entries the timeline shows.
    """
    withdrawn = {
        e.statement.entry: e.statement.reason
        for e in chart.entries
        if isinstance(e.statement, Retraction)
    }
    lines = [(e, _line(e, knowledge, names, withdrawn, may_take_back(e))) for e in chart.entries]
    ordered = sorted(lines, key=lambda pair: pair[0].occurred_at, reverse=True)
    standing = [(e, line) for e, line in ordered if not line.is_withdrawn]
    return StoryPage(
        sections=tuple(
            Section(kind=kind, title=title, teaches=teaches, lines=tuple(_of(kind, standing)))
            for kind, title, teaches in _SECTIONS
        ),
        pictures=tuple(_pictures(record, knowledge)),
        answered=_answered(record, knowledge),
        timeline=tuple(line for _, line in ordered[:limit]),
        older=max(0, len(ordered) - limit),
        told=sum(e.role is Role.PATIENT and e.statement.kind in _TOLD for e in record.entries),
    )


def _line(
    entry: Entry,
    knowledge: Knowledge,
    names: Mapping[str, str],
    withdrawn: Mapping[str, str],
    may: bool,
) -> Line:
    return Line(
        entry=entry.id,
        says=sentence(entry.statement, knowledge),
        when=entry.occurred_at,
        known=_KNOWN[entry.provenance.value],
        by=names.get(entry.author, entry.role.value.replace("_", " ")),
        is_withdrawn=entry.id in withdrawn,
        reason=withdrawn.get(entry.id, ""),
        may_retract=may
        and entry.id not in withdrawn
        and not isinstance(entry.statement, Retraction),
    )


def _of(kind: str, lines: Iterable[tuple[Entry, Line]]) -> Iterable[Line]:
    kinds = ("vital_sign", "demographics") if kind == "vital_sign" else (kind,)
    return (line for entry, line in lines if entry.statement.kind in kinds)


def _pictures(record: PatientRecord, knowledge: Knowledge) -> Iterable[PictureOf]:
    for one in record.complaints:
        drawing, note = pain_drawing(record, one, knowledge)
        label = knowledge.presentations[one.complaint.presentation].label
        yield PictureOf(complaint=one.complaint.name, label=label, drawing=drawing, note=note)


def _answered(record: PatientRecord, knowledge: Knowledge) -> Answered:
    history = [said.statement for said in record.findings if said.statement.kind == "symptom"]
    present = [
        sentence(s, knowledge).removesuffix(", present") for s in history if s.state == "present"
    ]
    return Answered(present=tuple(present), absent=sum(s.state == "absent" for s in history))


__all__ = ["StoryPage", "story_page"]
