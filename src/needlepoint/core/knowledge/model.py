"""All that inference and planning are given: the adopted knowledge as one.

Dated blocks (`values`) hold numbers together with their grounds; the block in force on the day of
the assessment is used. Names of kinds, segments, zones and nerves come from the anatomy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated

from annotated_types import Gt, MinLen

from needlepoint.core.anatomy import Anatomy
from needlepoint.core.knowledge.blocks import Agent, Block, BlockResponse, DiscographyModel
from needlepoint.core.knowledge.evidence import Estimate, Extract, Grounds, Source
from needlepoint.core.knowledge.findings import (
    FindingGroup,
    FindingKnowledge,
    MechanismKnowledge,
    RedFlag,
    Referral,
)
from needlepoint.core.knowledge.guidance import Guidance
from needlepoint.core.knowledge.presentations import PlaceTable, Presentation
from needlepoint.core.knowledge.therapies import Therapy, TreatmentKnowledge
from needlepoint.core.quantities import Share, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Utilities(Grounds):
    """How much a success, a harm, a bit of information and an hour weigh against each other."""

    success: float  # the unit: 1
    full_worth_months: Annotated[float, Gt(0)]  # a success that lasts so long is worth the unit
    half_worth_months: Annotated[float, Gt(0)]  # how soon more months add less
    failed_destructive: float
    per_bit: float
    per_discomfort: float
    per_serious_harm: float
    per_visit: float
    per_minute: float
    per_extra_site: float  # each further site costs this part of the first one's burden
    least_reach: Share  # a therapy expected to reach less of the pain is not offered
    worthwhile: float  # an action worth less than this has little left to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentKnown:
    """What people call a treatment, and the therapies or the numbers of its own it stands for."""

    names: Annotated[tuple[Text, ...], MinLen(1)]
    therapies: tuple[str, ...] = ()  # the first that fits the complaint; its response rates
    reaches: Mapping[str, Share] = field(default_factory=dict)  # kind -> share of its pain
    success: Estimate | None = None  # P(at least half the pain gone), all of the pain reached
    success_elsewhere: Estimate | None = None
    duration_months: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTreatments(Grounds):
    """How much the effect of an earlier treatment says about where the pain comes from."""

    exponent: Estimate
    weight_without_duration: Share  # relief is stated and for how long is not
    rho: Share  # correlation between repeats of one treatment
    relief_min: Share  # it helped: at least this share of the pain gone
    lasting_share: Share  # for at least this part of the usual duration ...
    lasting_weeks_most: float  # ... or this long, whichever is less
    brief_weeks: float  # relief no longer than this is none
    treatments: tuple[TreatmentKnown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceParameters(Grounds):
    """The exponents, bounds and doubts of the calculation."""

    finding_exponent: Estimate
    drawing_exponent: Estimate
    block_exponent: Estimate
    floor: Annotated[float, Gt(0)]  # P(finding | h) stays in [floor, 1 - floor]
    soft_sign_floor: Share  # least likelihood ratio of one absent examiner-dependent sign
    neighbour_weight: Share  # a finding one level away counts this much
    zone_leak: Share  # chance that a zone is painted by no named source
    complaint_side: Mapping[str, Mapping[str, float]]  # stated side -> side of source -> weight
    triple_patterns: int  # how many of the best patterns are combined in threes
    redraws: int
    redraw_prior_log_sd: float
    redraw_between_studies_logit_sd: float
    interval_hypotheses: int
    age_flat_below: float
    age_flat_above: float


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything medicine says, adopted and grounded, ready for inference."""

    version: str  # hash of the files
    anatomy: Anatomy
    sources: Mapping[str, Source]
    extracts: Mapping[str, Extract]  # "source/extract" ->
    presentations: Mapping[str, Presentation]
    places: tuple[PlaceTable, ...]
    findings: Mapping[str, FindingKnowledge]  # by name
    groups: Mapping[str, FindingGroup]
    referrals: tuple[Referral, ...]
    blocks: Mapping[str, Block]  # by name
    block_response: BlockResponse
    agents: Mapping[str, Agent]
    discography: DiscographyModel
    mechanism: MechanismKnowledge
    red_flags: tuple[RedFlag, ...]
    therapies: Mapping[str, Therapy]
    utilities: Utilities
    parameters: InferenceParameters
    earlier_treatments: EarlierTreatments
    guidance: Guidance = field(default_factory=Guidance)
    treatment: TreatmentKnowledge = field(default_factory=TreatmentKnowledge)

    @cached_property
    def places_by_kind_and_region(self) -> dict[tuple[str, str], PlaceTable]:
        """Where a kind of source sits, by (kind, region)."""
        return {(table.kind, table.region): table for table in self.places}

    @cached_property
    def referrals_by_kind(self) -> dict[str, tuple[Referral, ...]]:
        """The referral tables of a kind; one without segments serves all of them."""
        kinds = {referral.kind for referral in self.referrals}
        return {k: tuple(r for r in self.referrals if r.kind == k) for k in sorted(kinds)}

    @cached_property
    def verified_extracts(self) -> frozenset[str]:
        """Every extract that was read in its source or its abstract."""
        return frozenset(name for name, one in self.extracts.items() if one.seen.is_verified)

    @cached_property
    def adoption_days(self) -> tuple[date, ...]:
        """Every day on which some value was adopted."""
        days: set[date] = set()
        for dated in (self.presentations, self.findings, self.blocks, self.therapies):
            for item in dated.values():
                days |= set(item.values)
        for referral in self.referrals:
            days |= set(referral.values)
        return tuple(sorted(days))

    def edition(self, on: date) -> date:
        """The last day up to then on which anything changed: one compiled model serves it."""
        earlier = [day for day in self.adoption_days if day <= on]
        return earlier[-1] if earlier else (self.adoption_days or (on,))[0]

    @cached_property
    def compiled(self) -> dict[object, object]:
        """Where inference keeps what it derives from this knowledge alone."""
        return {}
