"""What a chart can say of procedures: planned, done, with what, at what dose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval

from needlepoint.core.chart.blocks import BlockTarget
from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationInjected:
    """A drug that was injected, or is going to be."""

    name: Text
    dose_mg: Annotated[float, Gt(0)] | None = None
    concentration_percent: Annotated[float, Interval(gt=0, le=100)] | None = None
    volume_ml: Annotated[float, Interval(gt=0, le=120)] | None = None  # over all sites
    adrenaline: bool | None = None  # in the solution


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionBody:
    """What was injected, and by which approach."""

    technique: Literal["injection"] = "injection"
    medicines: tuple[MedicationInjected, ...] = ()
    approach: str | None = None
    needle_gauge: Annotated[int, Interval(ge=14, le=32)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiofrequencyBody:
    """Heat or pulses at the tip of a needle; `seconds` is the time of one lesion."""

    technique: Literal["radiofrequency"] = "radiofrequency"
    mode: Literal["conventional", "cooled", "pulsed"]
    temperature_c: Annotated[float, Interval(ge=37, le=95)] | None = None
    seconds: Annotated[float, Interval(gt=0, le=1200)] | None = None
    needle_gauge: Annotated[int, Interval(ge=14, le=25)] | None = None
    active_tip_mm: Annotated[float, Interval(gt=0, le=30)] | None = None
    lesions: Annotated[int, Ge(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CryoBody:
    """Cold at the tip of a probe; `seconds` is the time of one freeze."""

    technique: Literal["cryoneurolysis"] = "cryoneurolysis"
    temperature_c: Annotated[float, Interval(ge=-196, le=0)] | None = None
    cycles: Annotated[int, Ge(1)] | None = None
    seconds: Annotated[float, Gt(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBody:
    """Any other technique, in words."""

    technique: Literal["other"] = "other"
    details: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A therapeutic procedure, with a body of its technique."""

    kind: Literal["procedure"] = "procedure"
    name: Text
    targets: tuple[BlockTarget, ...] = ()
    body: InjectionBody | RadiofrequencyBody | CryoBody | OtherBody
    guidance: str | None = None
    complaint: str | None = None
    relief_percent: Annotated[float, Interval(ge=-100, le=100)] | None = None
    relief_weeks: Annotated[float, Ge(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiationDose:
    """What the X-ray machine showed at the end of a procedure, and its images. Never computed."""

    kind: Literal["radiation_dose"] = "radiation_dose"
    procedure_entry: str | None = None  # the procedure or block it belongs to
    dose_area_product_gy_cm2: Annotated[float, Interval(ge=0, le=5000)] | None = None
    air_kerma_mgy: Annotated[float, Interval(ge=0, le=50000)] | None = (
        None  # at the reference point
    )
    fluoroscopy_seconds: Annotated[float, Interval(ge=0, le=36000)] | None = None
    study_uid: str | None = None  # its images


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProcedure:
    """A procedure that is going to be done: what safety, coverage and the papers are about."""

    kind: Literal["planned_procedure"] = "planned_procedure"
    technique: Text
    targets: tuple[BlockTarget, ...] = ()
    at: datetime | None = None
    medicines: tuple[MedicationInjected, ...] = ()
    sedation: Literal["none", "minimal", "moderate", "deep", "unknown"] = "unknown"
    guidance: Literal["fluoroscopy", "ct", "ultrasound", "none"] | None = None
    complaint: str | None = None
