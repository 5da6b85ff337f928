"""The adopted numbers of safety: bleeding, doses, and what speaks against a procedure.

Every number is an `Estimate` or a `Span`, so that it carries its grounds; a rule that would say
"clear" on a number nobody read in its source says "cannot tell" instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, get_args

from annotated_types import MinLen

from needlepoint.core.knowledge.evidence import Estimate
from needlepoint.core.quantities import Text

Regimen = Literal[
    "low_dose",
    "high_dose",
    "primary_prevention",
    "secondary_prevention",
    "subcutaneous",
    "intravenous",
]
REGIMENS: tuple[str, ...] = get_args(Regimen)
Tier = Literal["low", "intermediate", "high"]
TIERS: tuple[Tier, ...] = ("low", "intermediate", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A lowest and a highest value, with the grounds of both."""

    low: float
    high: float
    rests_on: tuple[str, ...] = ()
    judged: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that decides something (a tier, yes or no), with its grounds."""

    value: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A single number or list of words that one rule uses, under a name."""

    value: float | bool | str | tuple[float, ...] | tuple[str, ...]
    unit: str | None = None
    rests_on: tuple[str, ...] = ()
    judged: bool = False
    note: str | None = None


# --- bleeding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What one authority says of one drug before procedures of some tiers.

    Several rows may apply to one patient (two editions, reduced kidney function): all are shown,
    the most cautious is enforced.
    """

    drugs: Annotated[tuple[str, ...], MinLen(1)]  # ingredient ids or class ids
    authority: Text
    tiers: Annotated[tuple[Tier, ...], MinLen(1)]
    action: Literal["hold", "continue", "ask_prescriber", "never"]
    hours: Estimate | None = None  # since the last dose; of ask_prescriber: once it is agreed
    regimen: Regimen | None = None  # applies to this use of the drug only
    crcl_below_ml_min: float | None = None  # applies below this creatinine clearance only
    techniques: tuple[str, ...] = ()  # only for these; empty: every technique of the tier
    alone_only: bool = False  # only while no other drug affects bleeding
    combined_only: bool = False  # only together with another such drug
    rests_on: tuple[str, ...] = ()  # of an action without hours
    judged: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """When a drug may be taken again after the needle is out."""

    drugs: Annotated[tuple[str, ...], MinLen(1)]
    authority: Text
    tiers: Annotated[tuple[Tier, ...], MinLen(1)]
    hours: Estimate
    after: Literal["procedure", "traumatic_puncture", "loading_dose"] = "procedure"
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryGate:
    """A value of the blood that must be reached before procedures of some tiers."""

    test: Text  # inr, platelets, crcl ...
    tiers: Annotated[tuple[Tier, ...], MinLen(1)]
    at_most: Estimate | None = None
    at_least: Estimate | None = None
    unit: str | None = None
    required_for: tuple[str, ...] = ()  # drugs or classes: asked for only while one is taken
    within_days: float | None = None  # how old the value may be
    authority: Text
    effect: Literal["hold", "caution"] = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class BleedingKnowledge:
    """Everything adopted about bleeding."""

    holds: tuple[Hold, ...]
    restarts: tuple[Restart, ...]
    gates: tuple[LaboratoryGate, ...]
    relevant_classes: tuple[str, ...]  # classes that count when agents are several


# --- doses ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnaestheticLimit:
    """How much of a local anaesthetic one session may hold, over all sites."""

    drug: Text  # ingredient id
    adrenaline: bool
    max_mg_per_kg: Estimate | None = None
    max_mg: Estimate | None = None
    max_mg_24h: Estimate | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SteroidLimit:
    """One injected corticosteroid."""

    drug: Text
    equivalent_mg: Span  # as strong as 4 mg of methylprednisolone; the lower is used for totals
    particulate: Word  # yes or no
    session_max_mg: Estimate  # in one epidural session
    usual_mg: Span | None = None
    suppression_weeks: Span | None = None  # of the adrenal axis after a usual dose


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidFactor:
    """How much morphine by mouth a day one unit of an opioid stands for."""

    drug: Text
    route: Literal["oral", "transdermal", "intrathecal", "any"]
    per: Literal["mg", "mcg_per_hour"]
    factor: Estimate | None  # null: not part of the total (buprenorphine, intrathecal)
    upper: Estimate | None = None  # a higher published factor, used for warnings
    note: str | None = None


# --- words for what a patient has -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A condition, a device or a substance by the names that charts use for it."""

    id: Text
    label: Text
    ask: Text  # the question that settles it
    names: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()  # code prefixes, of conditions
    findings: tuple[str, ...] = ()  # findings that say the same
    parts: tuple[str, ...] = ()  # kinds of it: to have one is to have it, to lack one says nothing
    dated: tuple[str, ...] = ()  # names that count only within so many months, by their date
    within_months: float | None = None  # also of what is coded
    screened_by: tuple[str, ...] = ()  # instruments that measure it


@dataclass(frozen=True, slots=True, kw_only=True)
class TestUnit:
    """Another unit of a test: canonical value = written value * factor + offset."""

    unit: Text
    factor: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabTest:
    """A blood test or vital sign, with its unit and what can be true of a living adult.

    A value without a unit is read in the only unit in which it can be true; if it can be true in
    two, the unit is asked for.
    """

    id: Text
    label: Text
    names: tuple[str, ...] = ()
    unit: str  # canonical; empty: a pure number
    spellings: tuple[str, ...] = ()  # of the canonical unit
    lowest: float
    highest: float
    units: tuple[TestUnit, ...] = ()


# --- criteria -------------------------------------------------------------------------------------

Operator = Literal["==", "!=", ">=", "<=", ">", "<", "in", "not_in", "between"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A measure of the record against a threshold. True, false, or not known."""

    measure: Text  # a named function over the record: see core/rules/measures.py
    operator: Operator
    threshold: bool | float | str | tuple[float, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing an authority asks for, or that speaks against, with the words to say so."""

    id: Text
    says: Text  # what is asked for, in our words
    test: Test
    applies_when: tuple[Test, ...] = ()  # all must be true; unknown counts as it may
    effect: Literal["require", "advise_against", "info"] = "require"
    group: str | None = None  # alternatives judged together
    group_rule: Literal["any", "at_least_2"] | None = None
    document: str | None = None  # what to write down or ask when it is missing
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraindication:
    """Something about the patient that speaks against a technique or a part of it."""

    id: Text
    group: Text  # one verdict a group: infection, pregnancy, implants, allergy, anatomy ...
    label: Text
    when: Annotated[tuple[Test, ...], MinLen(1)]  # all true: it is there
    routes: tuple[str, ...] = ()  # of techniques; empty: any
    uses: tuple[str, ...] = ()  # and any of these used (fluoroscopy, steroid, lead ...); empty: any
    regions: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()  # and any of these; empty: any
    effect: Literal["hold", "caution"] = "hold"
    asked: bool = True  # silence is a question; false: only speaks when it is recorded
    says: Text  # what holds and why
    do: Text  # what to do about it
    ask: Text  # the question that settles it
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one authority asks for before one or several procedures."""

    id: Text
    authority: Text
    title: Text
    kind: Literal[
        "coverage_medicare",
        "coverage_medicaid",
        "coverage_commercial",
        "national_guidance",
        "local_commissioning",
        "professional_guideline",
        "trial_inclusion",
    ]
    jurisdiction: Text  # US, UK, none
    applies_to: Annotated[tuple[str, ...], MinLen(1)]  # technique ids
    document: str | None = None  # LCD L38773, NG59, CMM-200
    contractor: str | None = None  # who decides claims by it, where it is not the authority
    in_force_from: date | None = None  # where it is known
    in_force_until: date | None = None  # the last day; null: not superseded, as far as is known
    seen_on: date | None = None  # when the authors last looked for a newer edition
    criteria: Annotated[tuple[Criterion, ...], MinLen(1)]
    source_file: str = ""


# --- emergency cards ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One line of an emergency card; `{...}` are doses computed for this patient."""

    says: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What to do when it goes wrong."""

    id: Text
    label: Text
    lines: Annotated[tuple[CardLine, ...], MinLen(1)]
    source_file: str = ""


@dataclass(frozen=True, kw_only=True)
class SafetyKnowledge:
    """Everything adopted about safety."""

    bleeding: BleedingKnowledge
    anaesthetics: tuple[AnaestheticLimit, ...]
    steroids: Mapping[str, SteroidLimit]  # by ingredient
    opioids: tuple[OpioidFactor, ...]
    facts: Mapping[str, Fact]  # single numbers by name
    conditions: Mapping[str, Term]
    devices: Mapping[str, Term]
    substances: Mapping[str, Term]  # what people are allergic to that is no medicine
    tests: Mapping[str, LabTest]
    contraindications: tuple[Contraindication, ...]
    cards: Mapping[str, Card]
