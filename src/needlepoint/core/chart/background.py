"""What a chart can say of everything else: medicines, conditions, tests, implants, treatments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval, Le

from needlepoint.core.anatomy import Side
from needlepoint.core.chart.blocks import BlockTarget
from needlepoint.core.chart.pain import State
from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """A medicine taken, stopped or never taken, as people write it."""

    kind: Literal["medication"] = "medication"
    name: Text
    state: State = State.PRESENT
    dose: str | None = None
    frequency: str | None = None
    route: str | None = None
    last_taken: datetime | None = None
    started: date | None = None
    stopped: date | None = None
    indication: str | None = None  # primary_prevention, secondary_prevention, ...
    may_stop: Literal["agreed", "refused"] | None = None  # what its prescriber said
    prescriber: str | None = None  # who said so
    as_written: str | None = None  # the line as typed, where the name was picked for it
    not_meant: tuple[Text, ...] = ()  # ingredients that the name reads as, and that are not meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """A reaction to a substance; absent, where it was asked for and denied."""

    kind: Literal["allergy"] = "allergy"
    substance: Text
    state: State = State.PRESENT
    reaction: str | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    as_written: str | None = None  # the line as typed, where the substance was picked for it
    not_meant: tuple[Text, ...] = ()  # ingredients that the words read as, and that are not meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A disease, or a state such as pregnancy; absent, where it was asked for and denied."""

    kind: Literal["condition"] = "condition"
    name: Text
    state: State = State.PRESENT
    code: str | None = None  # ICD-10-CM
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryValue:
    """A result in its unit; without one it counts only where it can be true in one alone."""

    kind: Literal["laboratory_value"] = "laboratory_value"
    name: Text
    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSign:
    """A measure of the body: weight, height, blood pressure, oxygen saturation."""

    kind: Literal["vital_sign"] = "vital_sign"
    name: Text
    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplantedDevice:
    """Something implanted, with what a scanner and a revision must know of it."""

    kind: Literal["implanted_device"] = "implanted_device"
    device: (
        Text  # pacemaker, icd, scs_generator, intrathecal_pump, joint_prosthesis, fusion_hardware
    )
    state: State = State.PRESENT
    site: str | None = None
    side: Side | None = None
    model: str | None = None
    udi: str | None = None  # unique device identifier as printed, with its brackets
    mri: Literal["safe", "conditional", "unsafe", "unknown"] = "unknown"
    implanted_on: date | None = None
    leads: tuple[Text, ...] = ()  # model and place of each: "LEAD-60 at T8"
    adapter: bool | None = None  # between lead and generator
    abandoned_leads: bool | None = None
    impedances_in_range: bool | None = None
    expected_life_years: Annotated[float, Gt(0), Le(30)] | None = None
    reason: str | None = None  # why it was revised or taken out


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTreatment:
    """Something tried before, and what came of it."""

    kind: Literal["earlier_treatment"] = "earlier_treatment"
    treatment: Text
    target: BlockTarget | None = None
    started: date | None = None
    duration_weeks: Annotated[float, Ge(0)] | None = None
    relief_percent: Annotated[float, Interval(ge=-100, le=100)] | None = None
    relief_weeks: Annotated[float, Ge(0)] | None = None
    reason_stopped: str | None = None
    complaint: str | None = None
    as_written: str | None = None  # the patient's words, where another name was found for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the patient wants to be able to do again, in the patient's words."""

    kind: Literal["goal"] = "goal"
    words: Text
    complaint: str | None = None
