"""What a chart can say of diagnostic blocks and discograms: as planned, done and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Interval, Le, MinLen

from needlepoint.core.anatomy import Side
from needlepoint.core.quantities import Pain, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTarget:
    """What the needle was aimed at: a site (`kind`) or a nerve (`nerve`), with level and side."""

    kind: str | None = None  # facet_joint
    segment: str | None = None  # L4-L5
    nerve: str | None = None  # medial_branch
    level: str | None = None  # L3
    side: Side | None = None

    def __str__(self) -> str:
        """As it is said: left L4-L5 facet joint, right L3 medial branch."""
        side = self.side.value if self.side else ""
        name = (self.nerve or self.kind or "").replace("_", " ")
        return " ".join(part for part in (side, self.segment or self.level or "", name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAgent:
    """A local anaesthetic as injected."""

    name: Text
    concentration_percent: Annotated[float, Interval(gt=0, le=10)] | None = None
    volume_ml: Annotated[float, Interval(gt=0, le=60)] | None = None  # a site


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line of a pain diary."""

    minutes: Annotated[float, Interval(ge=0, le=20160)]  # after the injection
    nrs: Pain
    activity: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What the patient reported, as exactly as it was reported. One field of the three."""

    percent: Annotated[float, Interval(ge=-100, le=100)] | None = None
    percent_range: tuple[float, float] | None = None
    word: str | None = None  # minimal, partial, good, complete: an interval, never a number


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticBlock:
    """A block as planned, done and answered. Without an answer it is no evidence."""

    kind: Literal["diagnostic_block"] = "diagnostic_block"
    block: Text
    targets: Annotated[tuple[BlockTarget, ...], MinLen(1)]
    complaint: str | None = None
    agent: BlockAgent | None = None
    steroid: str | None = None
    guidance: Literal["fluoroscopy", "ct", "ultrasound", "landmark", "unknown"] = "unknown"
    contrast: Literal["as_intended", "vascular", "spread_elsewhere", "not_used", "unknown"] = (
        "unknown"
    )
    sedation: Literal["none", "light", "opioid_or_benzodiazepine", "unknown"] = "unknown"
    needle_gauge: Annotated[int, Interval(ge=14, le=32)] | None = None
    performed: bool = True
    nrs_before: Annotated[float, Interval(gt=0, le=10)] | None = None  # read against pain
    diary: tuple[Reading, ...] = ()
    relief: Relief | None = None
    relief_hours: Annotated[float, Ge(0), Le(336)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryReading:
    """A diary line that arrives by itself, for a block named by its entry id."""

    kind: Literal["diary_reading"] = "diary_reading"
    block_entry: Text
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscLevel:
    """One disc under pressure."""

    segment: Text
    opening_pressure_psi: Annotated[float, Interval(ge=0, le=150)] | None = None
    pressure_psi: Annotated[float, Interval(ge=0, le=250)] | None = None  # at the pain, absolute
    volume_ml: Annotated[float, Interval(ge=0, le=10)] | None = None
    intensity: Pain
    concordance: Literal["none", "discordant", "similar", "exact"]
    annular_grade: Annotated[int, Interval(ge=0, le=5)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discogram:
    """Provocation of one or more discs in one session."""

    kind: Literal["discogram"] = "discogram"
    levels: Annotated[tuple[DiscLevel, ...], MinLen(1)]
    complaint: str | None = None
    sedation: Literal["none", "light", "opioid_or_benzodiazepine", "unknown"] = "unknown"
