"""The adopted knowledge that inference and planning use, one type a folder of files.

Dated blocks (`values`) hold numbers together with their grounds; the block in force on the day of
the assessment is used. Names of kinds, segments, zones and nerves come from the anatomy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen

from needlepoint.core.anatomy import Anatomy
from needlepoint.core.knowledge.evidence import Estimate, Extract, Grounds, Source
from needlepoint.core.knowledge.guidance import Guidance
from needlepoint.core.knowledge.therapies import ActionCosts, Therapy, TreatmentKnowledge
from needlepoint.core.quantities import Share, Text

# --- priors ---------------------------------------------------------------------------------------


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


# --- findings -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeShare:
    """A base rate at an age; straight lines between, flat outside."""

    age: float
    value: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTable:
    """How often a finding is present: without a listed source (base rate), and with each.

    A kind that is not listed leaves the base rate as it is. A kind's share may be below the base
    rate: such a finding argues against it.
    """

    base_rate: Estimate  # 1 - specificity, where that is what is published
    base_rate_by_age: tuple[AgeShare, ...] = ()
    kinds: Mapping[str, Estimate] = field(default_factory=dict)  # kind -> P(present | it alone)
    kinds_at: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    # kind -> segment -> the same where it sits there: a knee jerk is lost with L4, not with S1


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTables(Grounds):
    """The tables of one finding, by grade where it has grades.

    Grade tables mean "at least this grade", mildest first. `table` serves a finding without grades.
    """

    table: FindingTable | None = None
    grades: Mapping[str, FindingTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A published combination of findings, which replaces its members once it is known."""

    members: Annotated[tuple[str, ...], MinLen(2)]
    at_least: Annotated[int, Ge(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingKnowledge:
    """A question that can be asked, a manoeuvre that can be made, an image that can be read."""

    id: Text  # its path below findings/; the last part is the name used in charts, unique
    label: Text
    label_es: str | None = None
    how: Text  # how to ask or examine, and what counts as present, in our own words
    station: Literal["history", "examination", "imaging", "questionnaire"]
    modality: str | None = None  # imaging only: mri, radiograph, ct, bone_scan, spect, ultrasound
    presentations: tuple[str, ...] = ()  # complaints in which it is looked for
    sided: bool = False  # may be present on one side
    levelled: bool = False  # is said of a segment
    examiner_dependent: bool = False  # a soft sign: its absence alone never weighs more than 0.2
    group: str | None = None  # correlated findings share a group
    cluster: Cluster | None = None
    painted: tuple[str, ...] = ()  # present if a finished drawing paints one of these zones
    instrument: str | None = None  # questionnaire only: present from `at_least` points on
    at_least: float | None = None
    root: Literal["exiting", "traversing"] = "traversing"  # which root a disc-level finding touches
    minutes: Annotated[float, Ge(0)] = 1.0  # what it costs to find out
    contraindicated_by: tuple[str, ...] = ()  # conditions or devices that rule it out (MRI)
    red_flag: bool = False
    values: Mapping[date, FindingTables] = field(default_factory=dict)  # empty: bears on no source
    source_file: str = ""

    @property
    def name(self) -> str:
        """The word charts use."""
        return self.id.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup(Grounds):
    """Findings that move together: n of them count as n / (1 + (n - 1) rho)."""

    id: Text
    rho: Estimate


# --- referral -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralTable(Grounds):
    """How often a proven source paints each zone, on its own side."""

    zones: Annotated[Mapping[str, Estimate], MinLen(1)]
    other_side: Share = 0.05  # of that frequency, on the side away from a one-sided source


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Where a kind of source is felt; for some kinds, by segment."""

    id: Text
    kind: Text
    segments: tuple[str, ...] = ()  # empty: wherever the kind is
    values: Annotated[Mapping[date, ReferralTable], MinLen(1)]
    source_file: str = ""


# --- blocks ---------------------------------------------------------------------------------------


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


# --- mechanism and red flags ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismKnowledge(Grounds):
    """How findings speak for nociceptive, neuropathic and nociplastic pain."""

    prior: Mapping[str, Share]
    exponent: float
    findings: Mapping[str, Mapping[str, Estimate]]  # finding -> mechanism -> P(present | it)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlagCriterion:
    """Findings that, together, raise a flag. Names are findings; age_min is a finding too."""

    any_of: tuple[str, ...] = ()  # at least `count` of these ...
    count: Annotated[int, Ge(1)] = 1
    all_of: tuple[str, ...] = ()  # ... and all of these
    age_min: float | None = None
    age_max: float | None = None
    strength: Literal["strong", "weak"] = "strong"
    rests_on: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag(Grounds):
    """A dangerous cause that must be looked for before any block is read."""

    id: Text
    label: Text
    urgency: Literal["emergency", "urgent", "soon"]
    presentations: tuple[str, ...]  # empty: all
    do: Text  # what to do when it is raised
    criteria: Annotated[tuple[RedFlagCriterion, ...], MinLen(1)]
    ask: Annotated[tuple[str, ...], MinLen(1)]  # the least that must have been asked to clear it
    cleared_by: tuple[str, ...] = ()  # findings whose absence on a proper test answers it
    known_by: tuple[str, ...] = ()  # findings that show it: it waits for no test
    source_file: str = ""


# --- plan -----------------------------------------------------------------------------------------


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
