"""What a chart can say of the patient and the pain: complaint, drawing, findings, scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, Interval, Le, MinLen

from needlepoint.core.anatomy import Side
from needlepoint.core.quantities import Pain, Share, Text


class State(StrEnum):
    """Whether a finding was there. Silence is unexamined, never absent."""

    PRESENT = "present"
    ABSENT = "absent"
    UNEXAMINED = "unexamined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Who the patient is, as far as the medicine needs it. Identity is kept elsewhere."""

    kind: Literal["demographics"] = "demographics"
    birth_date: date | None = None
    birth_year: Annotated[int, Interval(ge=1900, le=2100)] | None = None
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    weight_kg: Annotated[float, Interval(gt=1, le=400)] | None = None
    height_cm: Annotated[float, Interval(gt=30, le=260)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One pain at one place. Back pain and knee pain in one patient are two complaints."""

    kind: Literal["complaint"] = "complaint"
    name: Text = "main"  # what other entries call it
    presentation: Text  # which table of sources fits: axial_low_back, leg_dominant, neck ...
    side: Side | None = None
    onset: date | None = None
    duration_months: Annotated[float, Ge(0), Le(1200)] | None = None
    nrs_average: Pain | None = None
    nrs_worst: Pain | None = None
    words: str | None = None  # the patient's own


@dataclass(frozen=True, slots=True, kw_only=True)
class PainMark:
    """A painted zone."""

    zone: Text
    side: Side | None = None  # of a paired zone
    quality: (
        Literal["aching", "burning", "stabbing", "numb", "pins_and_needles", "electric", "other"]
        | None
    ) = None
    intensity: Pain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One line of the finger, in figure units from 0 to 1, as it was drawn."""

    view: Literal["front", "back", "left", "right"]
    points: Annotated[tuple[tuple[Share, Share], ...], MinLen(1)]
    quality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PainDrawing:
    """Where it hurts. Zones left blank speak only if the drawing was finished."""

    kind: Literal["pain_drawing"] = "pain_drawing"
    complaint: str | None = None
    complete: bool = False
    marks: tuple[PainMark, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    worst: PainMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    name: Text
    state: State = State.PRESENT
    side: Side | None = None
    segment: str | None = None
    grade: str | None = None
    complaint: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom(_Finding):
    """What the patient tells."""

    kind: Literal["symptom"] = "symptom"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFinding(_Finding):
    """What the examiner finds."""

    kind: Literal["exam_finding"] = "exam_finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingStudy:
    """A study that was made, whatever it showed."""

    kind: Literal["imaging_study"] = "imaging_study"
    modality: Text  # mri, radiograph, ct, bone_scan, spect, ultrasound
    region: str | None = None
    conclusion: str | None = None
    study_uid: str | None = None  # of images that can be looked at here
    images: Annotated[int, Ge(1)] | None = None  # how many were attached by this entry
    note: str | None = None  # why images were attached whose name or birth date differs


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingFinding(_Finding):
    """What a reader saw, at a level and a side, graded."""

    kind: Literal["imaging_finding"] = "imaging_finding"
    modality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """The score of an instrument. Item texts are not kept."""

    kind: Literal["questionnaire"] = "questionnaire"
    instrument: Text
    score: float | None = None  # as it was reported; or else computed from the answers
    answers: Mapping[str, float] = field(
        default_factory=dict
    )  # item id -> answer; silence: missing
    complaint: str | None = None
