"""What a chart can say of pumps and stimulators: settings, refills, programs, trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval, MinLen

from needlepoint.core.quantities import Pain, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpDrug:
    """One drug of the solution in a pump. Always mg: micrograms are divided by 1000 at the door."""

    name: Text
    concentration_mg_per_ml: Annotated[float, Gt(0)]
    dose_mg_per_day: Annotated[float, Gt(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpSetting:
    """What a pump was programmed to, and with what it is filled."""

    kind: Literal["pump_setting"] = "pump_setting"
    drugs: Annotated[tuple[PumpDrug, ...], MinLen(1)]
    flow_ml_per_day: Annotated[float, Interval(ge=0, le=30)] | None = None
    running: bool | None = None  # as the programmer showed it; silence is not running
    model: str | None = None
    catheter_cm: Annotated[float, Interval(gt=0, le=150)] | None = None  # implanted length
    bolus_mg: Annotated[float, Gt(0)] | None = None  # patient bolus, of the first drug
    boluses_per_day: Annotated[int, Interval(ge=0, le=48)] | None = None
    alarm_ml: Annotated[float, Interval(ge=0, le=20)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refill:
    """What was drawn from a reservoir and what was put in."""

    kind: Literal["refill"] = "refill"
    volume_ml: Annotated[float, Interval(gt=0, le=60)]
    residual_ml: Annotated[float, Interval(ge=0, le=60)] | None = None
    expected_residual_ml: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StimulatorProgram:
    """How a stimulator is set; unset numbers were not written down."""

    kind: Literal["stimulator_program"] = "stimulator_program"
    waveform: Text
    amplitude_ma: Annotated[float, Ge(0)] | None = None
    pulse_width_us: Annotated[float, Gt(0)] | None = None
    frequency_hz: Annotated[float, Gt(0)] | None = None
    contacts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDay:
    """One line of the diary of a trial."""

    day: Annotated[float, Ge(0)]
    nrs: Pain
    function_percent: Annotated[float, Interval(ge=-100, le=300)] | None = None  # change
    sleep_hours: Annotated[float, Interval(ge=0, le=24)] | None = None
    opioid_mme: Annotated[float, Ge(0)] | None = None
    dose_mg: Annotated[float, Interval(gt=0, le=50)] | None = None  # intrathecal: given that day
    side_effects: str | None = None  # "none" where there were none


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A stimulation or intrathecal trial."""

    kind: Literal["trial"] = "trial"
    of: Text
    method: Literal["bolus", "continuous"] | None = None  # of an intrathecal one
    drug: str | None = None  # of an intrathecal one
    days: Annotated[float, Gt(0)] | None = None
    nrs_before: Pain | None = None
    nrs_during: Pain | None = None
    diary: tuple[TrialDay, ...] = ()
    complications: str | None = None
    verdict: Literal["succeeded", "failed", "undecided"] | None = None
