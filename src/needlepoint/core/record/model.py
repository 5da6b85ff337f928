"""The record: what is true of the patient, each statement with the entry it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from needlepoint.core.chart import (
    Allergy,
    Complaint,
    Condition,
    Decision,
    Demographics,
    DiagnosticBlock,
    Discogram,
    EarlierTreatment,
    Entry,
    ExamFinding,
    ImagingFinding,
    ImagingStudy,
    ImplantedDevice,
    Medication,
    PainDrawing,
    Procedure,
    Questionnaire,
    State,
    Symptom,
    Trial,
)

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Generic[T]):
    """A statement that still stands, with the entry that made it."""

    entry: str
    occurred_at: datetime
    statement: T


BlockRecord: TypeAlias = Said[DiagnosticBlock]  # with every diary line that belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRecord:
    """Everything that was said about one pain."""

    complaint: Complaint
    findings: tuple[Said[Symptom | ExamFinding | ImagingFinding], ...]
    questionnaires: tuple[Said[Questionnaire], ...]
    drawing: Said[PainDrawing] | None
    blocks: tuple[BlockRecord, ...]  # performed or planned, oldest first
    discograms: tuple[Said[Discogram], ...]
    treatments: tuple[Said[EarlierTreatment | Procedure], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """What is true of the patient as of a moment."""

    as_of: datetime
    demographics: Demographics
    complaints: tuple[ComplaintRecord, ...]
    findings: tuple[Said[Symptom | ExamFinding | ImagingFinding], ...]
    questionnaires: tuple[Said[Questionnaire], ...]
    studies: tuple[Said[ImagingStudy], ...]
    conditions: tuple[Said[Condition], ...]
    medications: tuple[Said[Medication], ...]
    allergies: tuple[Said[Allergy], ...]
    devices: tuple[Said[ImplantedDevice], ...]
    treatments: tuple[Said[EarlierTreatment], ...]
    procedures: tuple[Said[Procedure], ...]
    trials: tuple[Said[Trial], ...]
    decisions: tuple[Said[Decision], ...]  # the last about each subject
    entries: tuple[Entry, ...]  # all that stand, in order of when they were so

    @property
    def age(self) -> float | None:
        """Years at `as_of`; a birth year alone counts from its middle."""
        born = self.demographics
        if born.birth_date is not None:
            return (self.as_of.date() - born.birth_date).days / 365.2425
        if born.birth_year is not None:
            return max(
                0.0,
                self.as_of.year + self.as_of.timetuple().tm_yday / 365.25 - born.birth_year - 0.5,
            )
        return None

    @property
    def sex(self) -> str:
        return self.demographics.sex

    def state_of(self, finding: str) -> State:
        """Present if any standing statement says so, else absent if one does, else unexamined."""
        states = {said.statement.state for said in self.findings if said.statement.name == finding}
        if State.PRESENT in states:
            return State.PRESENT
        return State.ABSENT if State.ABSENT in states else State.UNEXAMINED
