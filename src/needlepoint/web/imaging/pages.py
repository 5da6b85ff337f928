"""What the imaging page prints beside the grid: studies, doses, what to read next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.chart import DiagnosticBlock, ImagingFinding, RadiationDose, State
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.imaging.studies import Study
from needlepoint.web.imaging.grid import modality_label, short
from needlepoint.web.story.sentences import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """One study in the list."""

    uid: str  # empty: only its report is known here
    label: str
    when: date
    says: str
    is_open: bool
    is_beside: bool
    modality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLine:
    """One dose, with what it was given for."""

    procedure: str
    when: date
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """Doses on file and their sums; a procedure without one is counted, not taken as none."""

    lines: tuple[DoseLine, ...]
    total: str
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLine:
    """What was read on an earlier day and reads otherwise now."""

    when: date
    says: str


def study_lines(
    record: PatientRecord, studies: Sequence[Study], opened: Sequence[str]
) -> tuple[StudyLine, ...]:
    """Every study on file, those with images to open, the latest first."""
    here = {study.uid: study for study in studies}
    seen: set[str] = set()
    lines = []
    for said in sorted(record.studies, key=lambda s: s.occurred_at, reverse=True):
        uid = said.statement.study_uid or ""
        if uid in seen:
            continue
        seen |= {uid} if uid else set()
        lines.append(
            StudyLine(
                uid=uid,
                label=" ".join(
                    w for w in (modality_label(said.statement.modality), said.statement.region) if w
                ),
                when=said.occurred_at.date(),
                says=_says(said.statement.conclusion, said.statement.note, here.get(uid)),
                is_open=bool(uid) and uid in opened[:1],
                is_beside=bool(uid) and uid in opened[1:],
                modality=said.statement.modality,
            )
        )
    return tuple(lines)


def _says(conclusion: str | None, note: str | None, study: Study | None) -> str:
    where = ""
    if study is not None:
        many = "1 image" if study.images == 1 else f"{study.images} images"
        where = many if study.images else "images in the archive"
    return " · ".join(part for part in (where, conclusion, note) if part)


def performed(record: PatientRecord, knowledge: Knowledge) -> tuple[tuple[str, datetime, str], ...]:
    """Procedures and blocks that were done: entry, moment and words, the latest first."""
    done = [
        (said.entry, said.occurred_at, sentence(said.statement, knowledge))
        for said in record.procedures
    ]
    done += [
        (e.id, e.occurred_at, sentence(e.statement, knowledge))
        for e in record.entries
        if isinstance(e.statement, DiagnosticBlock) and e.statement.performed
    ]
    return tuple(sorted(done, key=lambda one: one[1], reverse=True))


def doses_of(record: PatientRecord, knowledge: Knowledge) -> Doses:
    """The doses on file with their sums."""
    done = {entry: says for entry, _, says in performed(record, knowledge)}
    found = [
        (e.occurred_at, e.statement) for e in record.entries
        if isinstance(e.statement, RadiationDose)
    ]  # fmt: skip
    lines = [
        DoseLine(
            procedure=done.get(one.procedure_entry or "", "without a procedure"),
            when=when.date(),
            says=dose_words(one),
        )
        for when, one in reversed(found)
    ]
    told = {one.procedure_entry for _, one in found if dose_words(replace(one, study_uid=None))}
    return Doses(
        lines=tuple(lines),
        total=dose_words(total_of([one for _, one in found])),
        without=sum(entry not in told for entry in done),
    )


def total_of(doses: Sequence[RadiationDose]) -> RadiationDose:
    """Sums of what was entered; a number nobody entered stays unsaid."""

    def added(name: str) -> float | None:
        values = [getattr(one, name) for one in doses if getattr(one, name) is not None]
        return sum(values) if values else None

    return RadiationDose(
        dose_area_product_gy_cm2=added("dose_area_product_gy_cm2"),
        air_kerma_mgy=added("air_kerma_mgy"),
        fluoroscopy_seconds=added("fluoroscopy_seconds"),
    )


def dose_words(one: RadiationDose) -> str:
    """A dose as it is said."""
    parts = (
        (one.dose_area_product_gy_cm2, "Gy·cm²"),
        (one.air_kerma_mgy, "mGy air kerma"),
        (one.fluoroscopy_seconds, "s of fluoroscopy"),
    )
    told = [f"{value:g} {unit}" for value, unit in parts if value is not None]
    return ", ".join([*told, *(["images kept"] if one.study_uid else [])])


def information(one: ComplaintAssessment, knowledge: Knowledge) -> dict[str, float]:
    """What each step of the plan that is read off an image would tell, by its name."""
    names = {f.name for f in knowledge.findings.values() if f.station == "imaging"}
    modalities = {f.modality for f in knowledge.findings.values() if f.modality}
    return {
        step.action: step.information_bits
        for step in one.plan.steps
        if step.action in names or step.action in modalities
    }


def telling(one: ComplaintAssessment, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """Which images would tell most, with what to look for and how many bits."""
    known = information(one, knowledge)
    steps = [s for s in one.plan.steps if s.action in known]
    ranked = sorted(steps, key=lambda s: -s.information_bits)[:4]
    return tuple((s.label, f"{s.information_bits:.2f} bit") for s in ranked)


def earlier_readings(record: PatientRecord, knowledge: Knowledge) -> tuple[EarlierLine, ...]:
    """Readings that a later one about the same place replaced, for comparison."""
    readings = [e for e in record.entries if isinstance(e.statement, ImagingFinding)]
    last = {_place(e.statement): e.id for e in readings if isinstance(e.statement, ImagingFinding)}
    older = [
        EarlierLine(when=e.occurred_at.date(), says=_reading(e.statement, knowledge))
        for e in readings
        if isinstance(e.statement, ImagingFinding)
        and last[_place(e.statement)] != e.id
        and e.statement.state is not State.UNEXAMINED
    ]
    return tuple(reversed(older))


def _place(one: ImagingFinding) -> tuple[object, ...]:
    return (one.name, one.side, one.segment, one.complaint)


def _reading(one: ImagingFinding, knowledge: Knowledge) -> str:
    known = knowledge.findings.get(one.name)
    words = (
        short(known.label) if known else one.name, one.segment,
        one.side.value if one.side else None, one.grade, one.state.value,
    )  # fmt: skip
    return ", ".join(word for word in words if word)


def procedure_choices(record: PatientRecord, knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    """Procedures to attach a dose to."""
    return (
        (entry, f"{when:%Y-%m-%d} {says}") for entry, when, says in performed(record, knowledge)
    )


__all__ = [
    "DoseLine",
    "Doses",
    "EarlierLine",
    "StudyLine",
    "dose_words",
    "doses_of",
    "earlier_readings",
    "information",
    "performed",
    "procedure_choices",
    "study_lines",
    "telling",
    "total_of",
]
