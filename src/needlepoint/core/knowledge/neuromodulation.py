"""The adopted numbers of intrathecal delivery and of stimulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from needlepoint.core.knowledge.evidence import Estimate
from needlepoint.core.knowledge.safety import Criterion, Fact, Span
from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrathecalDrug:
    """Limits of one drug in the spinal fluid. All in mg, whatever unit people speak in."""

    drug: Text
    trial_bolus_mg: Span | None = None
    trial_bolus_naive_max_mg: Estimate | None = None
    start_mg_per_day: Span | None = None
    label_start_max_mg_per_day: Estimate | None = None  # where a label differs from the consensus
    increment_mg_per_day: Estimate | None = None  # largest step up
    increment_percent: Estimate | None = None  # or as a share of the dose
    increment_days: Estimate | None = None  # least days between steps
    caution_mg_per_day: Estimate | None = None  # from here on it must be weighed
    max_mg_per_day: Estimate | None = None
    max_concentration_mg_per_ml: Estimate | None = None
    label_max_mg_per_day: Estimate | None = None  # where a label differs from the consensus
    spoken_unit: Literal["mg", "mcg"] = "mg"
    on_label: bool = False  # labelled for a pump; else compounded
    withdrawal: bool = False  # stopping it abruptly harms
    withdrawal_card: str | None = None
    overdose_card: str | None = None
    refill_margin_days: Estimate | None = None
    alarm_ml: Estimate | None = None  # a higher alarm volume than the pump's own
    first_fill_days: Estimate | None = None  # of a new pump
    max_days_in_pump: Estimate | None = None
    undiluted_mg_per_ml: tuple[float, ...] = ()  # strengths that keep longer
    max_days_undiluted: Estimate | None = None
    contraindicated_by: tuple[str, ...] = ()  # conditions
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admixture:
    """What is known of drugs together in one reservoir."""

    drugs: Annotated[tuple[str, ...], MinLen(1)]
    with_any: bool = False  # these with any other drug; false: exactly these
    effect: Literal["stable", "fades", "never"]
    days: Estimate | None = None  # how long it keeps, where that was measured
    says: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugLine:
    """Which drugs a consensus places in which line, by pain type."""

    pain: Literal["noncancer_localized", "noncancer_diffuse", "cancer_localized", "cancer_diffuse"]
    line: Text  # 1a, 1b, 2, 3 ...
    combinations: Annotated[tuple[tuple[str, ...], ...], MinLen(1)]
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """A pump model: what its maker says of it."""

    id: Text
    label: Text
    names: tuple[str, ...] = ()  # as charts and labels write it
    reservoir_ml: Estimate
    flow_ml_per_day: Span
    tubing_ml: (
        Estimate | None
    )  # from the reservoir to the catheter; null: read it from the programmer
    catheter_ml_per_cm: Estimate | None
    catheter_full_cm: float | None = None
    accuracy_percent: Estimate | None = None
    alarm_ml: Estimate
    mri: Text
    before_mri: Text
    after_mri: Text
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadCoverage:
    """Which zones of the body a lead at some levels reaches."""

    of: Literal["scs", "drg", "pns"]
    levels: Annotated[tuple[str, ...], MinLen(1)]  # vertebral levels, ganglia or nerve ids
    zones: Annotated[tuple[str, ...], MinLen(1)]
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, kw_only=True)
class NeuromodulationKnowledge:
    """Everything adopted about pumps and stimulators."""

    drugs: Mapping[str, IntrathecalDrug]
    lines: tuple[DrugLine, ...]
    admixtures: tuple[Admixture, ...]
    pumps: Mapping[str, Pump]
    coverage: tuple[LeadCoverage, ...]
    intrathecal_candidacy: tuple[Criterion, ...]
    stimulation_candidacy: tuple[Criterion, ...]
    facts: Mapping[str, Fact]
