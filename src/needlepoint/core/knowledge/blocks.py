"""What does a diagnostic block reach, and what does an answer to it mean?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from annotated_types import MinLen

from needlepoint.core.knowledge.evidence import Estimate, Grounds
from needlepoint.core.knowledge.therapies import ActionCosts
from needlepoint.core.quantities import Share, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCover:
    """What a block reaches besides, or instead of, the sites its nerves supply."""

    kind: Text
    share: Estimate  # of the pain of that site
    place: Literal[
        "target",  # the very site aimed at
        "same_segment",  # same segment and side, another kind
        "neighbour_segment",  # one segment away, same side; scaled by 1 - selectivity where given
        "same_side",  # any segment, same side
        "everywhere",
    ] = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockValues(Grounds):
    """The numbers of one diagnostic block."""

    nonspecific: Estimate  # chance that someone whose source lies elsewhere answers it
    technical_failure: Estimate | None = None  # null: the common value
    covers: tuple[BlockCover, ...] = ()
    selectivity_by_volume_ml: Mapping[float, Share] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A diagnostic block: what it numbs, and what an answer to it means."""

    id: Text
    label: Text
    label_es: str | None = None
    how: Text
    presentations: tuple[str, ...]
    nerves: tuple[str, ...] = ()  # nerve ids it aims at; its coverage follows their supply
    structures: tuple[str, ...] = ()  # kinds it aims at directly (intra-articular, epidural ...)
    volume_ml: tuple[float, float]  # usual diagnostic volume a site, lowest and highest
    agents: tuple[str, ...]
    controlled: bool = False  # is a second, comparative block customary
    contraindicated_by: tuple[str, ...] = ()
    values: Annotated[Mapping[date, BlockValues], MinLen(1)]
    costs: ActionCosts
    source_file: str = ""

    @property
    def name(self) -> str:
        """The word charts use."""
        return self.id.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockResponse(Grounds):
    """The shared shape of relief: see docs/method.md."""

    true_relief_beta: tuple[float, float]
    true_relief_beta_low: tuple[float, float]
    true_relief_beta_high: tuple[float, float]
    nonspecific_relief_beta: tuple[float, float]
    background_relief_beta: tuple[float, float]
    noise_sd: float
    technical_failure: Estimate
    technical_failure_vascular: Estimate  # contrast showed uptake into a vessel
    technical_failure_spread_elsewhere: Estimate  # contrast missed the target
    patient_sd: float
    clinic_sd: float
    sedation_shift: Estimate
    shares_beta: tuple[float, float]
    duration_in_order: Estimate  # likelihood ratio, longer agent lasted longer
    duration_out_of_order: Estimate
    words: Mapping[str, tuple[Share, Share]]  # "good" -> (0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(Grounds):
    """A local anaesthetic as a diagnostic tool: when it works."""

    id: Text
    label: Text
    synonyms: tuple[str, ...] = ()
    onset_minutes: tuple[float, float]
    duration_minutes: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscographyModel(Grounds):
    """How a disc answers provocation, and what that means."""

    intensity_min: float
    pressure_above_opening_psi_max: float
    volume_ml_max: float
    annular_grade_min: int
    sensitivity: Estimate
    false_positive_clean: Estimate
    false_positive_default: Estimate
    false_positive_chronic_pain: Estimate
    false_positive_somatisation: Estimate
    weight_without_control: Share
