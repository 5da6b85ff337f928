"""What does a finding say: of a source, of a mechanism, of danger?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

from needlepoint.core.knowledge.evidence import Estimate, Grounds
from needlepoint.core.quantities import Share, Text


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
class ScoreRange:
    """The lowest and the highest score that a questionnaire can give."""

    low: float
    high: float
    rests_on: tuple[str, ...] = ()


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
    score_range: ScoreRange | None = None
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
