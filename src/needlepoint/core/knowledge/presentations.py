"""How common is each source of a complaint, and where does it sit?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from annotated_types import MinLen

from needlepoint.core.knowledge.evidence import Estimate, Grounds
from needlepoint.core.quantities import Share, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class KindShare:
    """How common a kind of source is among patients with this complaint."""

    share: Estimate  # relative frequency; the table is normalised to 1 - none_nameable
    age_log_odds_per_decade: Estimate | None = None  # against the table's mean; flat <30 and >70
    age_at_share: float | None = None  # mean age of the series the share comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOdds:
    """Two kinds found together more (or less) often than chance."""

    kinds: tuple[str, str]
    odds_ratio: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorTable(Grounds):
    """Pre-test probabilities of one complaint."""

    kinds: Annotated[Mapping[str, KindShare], MinLen(1)]
    none_nameable: Estimate
    sources: tuple[float, float, float]  # P(one, two, three sources | any)
    pairs: tuple[PairOdds, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """A complaint as the patient presents it, with its own table of sources."""

    id: Text
    label: Text
    label_es: Text
    region: Text  # lumbosacral, cervical, head, thoracic, abdomen, pelvis, ...: joins place tables
    says: Text  # when to choose this table, for the clinician
    zones: Annotated[tuple[str, ...], MinLen(1)]  # its territory: which zones of a drawing speak
    values: Annotated[Mapping[date, PriorTable], MinLen(1)]
    source_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTable(Grounds):
    """Where a kind of source sits, given that it is the source: level, run and side."""

    kind: Text
    region: Text
    segments: Mapping[str, Estimate] = field(default_factory=dict)  # relative; only these occur
    runs: Mapping[int, float] = field(default_factory=dict)  # P(one, two, three neighbours)
    bilateral: Share = 0.0  # share in which both sides are one pattern (paired kinds)
