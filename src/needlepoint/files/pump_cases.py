"""What a case says must come out about a pump."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPumpVerdict:
    """What one rule about the pump must say."""

    rule: Text  # pump/running, pump/limits, pump/residual ...
    outcome: Literal["clear", "hold", "cannot_tell"] | None  # null: the rule does not speak
    says: str | None = None  # words that one of the reasons must contain
    never_says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedUnbridged:
    """What a drug would get while the old solution still flows at the new flow."""

    drug: Text
    dose_mg_per_day: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedBridge:
    """The bridge from the setting before to the present one."""

    flow_ml_per_day: float
    days: float
    given_mg: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPrime:
    """A prime with the present solution."""

    part: Literal["tubing_and_catheter", "catheter"]
    ml: float
    holds_mg: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedInterval:
    """The concentration with which a fill lasts that long."""

    days: float
    fill_ml: float
    concentration_mg_per_ml: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPump:
    """Numbers that were worked out by hand in the case's `point`, to four figures."""

    zone: str = "UTC"  # of the clinic
    flow_ml_per_day: float | None = None
    most_mg_per_day: Mapping[str, float] = field(default_factory=dict)  # with all boluses
    highest_first_drug_mg_per_day: float | None = None
    content_ml: tuple[float, float] | None = None  # least, most
    refill_by: date | None = None
    limited_by: Literal["volume", "stability", "accuracy", "withdrawal"] | None = None
    alarm_at: datetime | None = None
    danger_from: datetime | None = None
    empty_at: datetime | None = None
    line_ml: float | None = None
    old_solution_until: datetime | None = None
    old_solution_gone: bool = False
    unbridged: tuple[ExpectedUnbridged, ...] = ()
    bridge: ExpectedBridge | None = None
    prime: ExpectedPrime | None = None
    interval: ExpectedInterval | None = None
    changed: tuple[str, ...] = ()  # words that the change must contain
    asks: str | None = None  # words of the question that stands instead of a date or a volume
    cards: tuple[str, ...] = ()
    verdicts: tuple[ExpectedPumpVerdict, ...] = ()
