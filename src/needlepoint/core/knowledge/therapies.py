"""What can be done for a pain, how often it helps, for whom more or less, and who disagrees?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

from needlepoint.core.knowledge.evidence import Estimate, Grounds
from needlepoint.core.quantities import Share, Text


class TherapyCategory(StrEnum):
    """What kind of thing is done, from waiting to operating."""

    WATCHFUL = "watchful"
    HOME = "home"
    PHYSICAL = "physical"
    PSYCHOLOGICAL = "psychological"
    MEDICINE = "medicine"
    INJECTION = "injection"
    ABLATION = "ablation"
    CRYO = "cryo"
    NEUROMODULATION = "neuromodulation"  # stimulation, and drugs into the spinal fluid
    MINIMALLY_INVASIVE = "minimally_invasive"  # augmentation, decompression by needle, spacers
    SURGERY_REFERRAL = "surgery_referral"


MechanismName = Literal["nociceptive", "neuropathic", "nociplastic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCosts(Grounds):
    """What an action costs the patient and the clinic."""

    minutes: float
    discomfort: Share  # 0 none, 1 the worst a patient accepts
    serious_harm: Estimate  # chance of a serious complication
    price: float  # relative to one clinic visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A sentence for, against or beside a therapy, with the extracts behind it."""

    says: Text
    rests_on: tuple[str, ...] = ()  # empty: ours
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGrade:
    """How an authority grades the evidence, in its own scale."""

    authority: Text
    grade: Text
    rests_on: tuple[str, ...] = ()  # empty: no graded evidence was read, and the grade says so
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must have been found before the therapy makes sense; silence leaves it open."""

    says: Text
    any_of: Annotated[tuple[str, ...], MinLen(1)]  # findings
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """Something about a patient that multiplies the odds of response.

    Exactly one circumstance is named. `categories` and `therapies` say which therapies a shared
    modifier is about; both empty means that it moves the course of the pain, with and without any
    of them. One that stands in a therapy's own file leaves them out.
    """

    id: Text
    says: Text
    odds_ratio: Estimate
    finding: str | None = None  # present
    condition: tuple[str, ...] = ()  # words of which one stands in the name of a condition
    medicine: str | None = None  # ingredient or class that is taken
    mechanism: MechanismName | None = None  # counts in proportion to its probability
    instrument: str | None = None  # score of `at_least` or more
    at_least: float | None = None
    duration_months_from: float | None = None  # of the pain
    duration_months_below: float | None = None
    age_from: float | None = None
    bmi_from: float | None = None
    categories: tuple[TherapyCategory, ...] = ()
    therapies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TherapyResponse(Grounds):
    """How often a therapy succeeds when it reaches all of the pain, and how long it lasts."""

    success: Estimate  # P(at least half the pain gone) at the stated time, source proven
    success_elsewhere: Estimate  # the same where it reaches none of the pain, and without it
    duration_months: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy:
    """A treatment: of a kind of source, or of the pain whatever its source."""

    id: Text
    label: Text
    label_es: str | None = None
    category: TherapyCategory
    scope: Literal["source", "whole_pain"] = "source"
    kinds: tuple[str, ...] = ()  # sources that it treats; empty where it treats the whole pain
    presentations: tuple[str, ...] = ()  # empty: wherever its kinds occur
    synonyms: tuple[str, ...] = ()  # as charts call it
    gives: tuple[str, ...] = ()  # medicines or classes: who takes one is not offered it again
    destructive: bool = False
    blocks_first: int = 0  # positive diagnostic blocks that guidelines ask for beforehand
    needs: tuple[Need, ...] = ()
    from_months: Annotated[float, Ge(0)] = 0.0  # it is for pain that has lasted so long
    after: tuple[TherapyCategory, ...] = ()  # lesser means: one of these was tried and not enough
    trial_first: tuple[str, ...] = ()  # words by which charts name the trial that comes before it
    contraindicated_by: tuple[str, ...] = ()
    repeatable: bool = True
    repeat_after_months: Estimate | None = None  # not sooner; null: no interval was read
    evidence: Annotated[tuple[EvidenceGrade, ...], MinLen(1)]
    speaks_for: tuple[Argument, ...]
    speaks_against: tuple[Argument, ...]
    dissent: tuple[Argument, ...]  # who disagrees, shown wherever the therapy is
    would_change: Annotated[tuple[Argument, ...], MinLen(1)]  # what would make us think again
    modifiers: tuple[Modifier, ...] = ()
    values: Annotated[Mapping[date, TherapyResponse], MinLen(1)]
    costs: ActionCosts
    source_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResults(Grounds):
    """What an earlier result of the same kind says about the next one."""

    helped_percent: float  # relief from which a treatment helped
    failed_percent: float  # relief below which it failed
    after_success: Mapping[TherapyCategory, Estimate]  # odds ratio, same therapy at the place
    after_failure: Mapping[TherapyCategory, Estimate]
    same_category_exponent: Share  # another therapy of the category counts for this part


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismPlan(Grounds):
    """What is held back where a mechanism leads."""

    mechanism: MechanismName
    from_probability: Share
    withheld: tuple[TherapyCategory, ...]
    lifted_by_blocks: Annotated[int, Ge(1)]  # positive blocks that prove the source all the same
    says: Text


@dataclass(frozen=True, kw_only=True)
class TreatmentKnowledge:
    """What bears on more than one therapy; empty in the smallest knowledge bases."""

    modifiers: tuple[Modifier, ...] = ()
    earlier: EarlierResults | None = None
    mechanisms: tuple[MechanismPlan, ...] = field(default=())
