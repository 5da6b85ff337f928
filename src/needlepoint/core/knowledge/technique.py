"""How is a procedure carried out: targets, approach, needle, agents, lesion, checks, aftercare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from needlepoint.core.knowledge.evidence import Estimate
from needlepoint.core.knowledge.safety import Span, Test, Word
from needlepoint.core.quantities import Text

Stage = Literal[
    "position", "view", "target", "approach", "needle", "confirm", "test", "act", "after"
]

_COUNTED_REGION = {
    "cervical": "cervicothoracic",
    "thoracic": "cervicothoracic",
    "lumbar": "lumbosacral",
    "sacral": "lumbosacral",
}

# What the needle is aimed at: the nerves of a structure, the structure itself, a level of the
# spine, the two vertebrae of a level, the place of a lead, or nothing that has a place.
Aim = Literal["nerves", "site", "segment", "vertebrae", "lead", "none"]

# What of a checklist the chart can answer.
ChartAnswer = Literal["patient", "target", "consent", "allergies", "blood_thinners", "imaging",
                      "devices", "sedation", "agents"]  # fmt: skip

# Settings of a needle, generator, probe or syringe; each name carries its unit.
SettingName = Literal[
    "needle_gauge",
    "active_tip_mm",
    "temperature_c",
    "seconds",
    "lesions",
    "sensory_hz",
    "sensory_v",
    "motor_hz",
    "motor_v",
    "pulse_hz",
    "pulse_width_ms",
    "pulse_v",
    "freeze_seconds",
    "thaw_seconds",
    "cycles",
    "pressure_above_opening_psi",
    "disc_volume_ml",
    "cement_ml",
    "trial_days",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueStep:
    """One thing to do or to check, in order."""

    stage: Stage
    says: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """Where on the picture one nerve or level is met."""

    at: Annotated[tuple[str, ...], MinLen(1)]  # "medial_branch/L3", or a level
    says: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueAgent:
    """What is injected, and how much of it."""

    purpose: Literal["skin", "test_dose", "diagnostic", "treatment", "contrast", "before_lesion",
                     "neurolysis", "patch", "infection"]  # fmt: skip
    role: Literal["local_anaesthetic", "steroid", "contrast", "neurolytic", "antibiotic", "saline",
                  "blood"]  # fmt: skip
    drug: Text  # ingredient id
    concentration_percent: float | None = None
    volume_ml: Span | None = None
    dose_mg: Span | None = None
    per: Literal["site", "session"] = "site"
    first_choice: bool = True  # of those with its purpose and role: the one the sheet plans with
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting, from the least to the most that is used."""

    name: SettingName
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckItem:
    """Something to settle before, or to say aloud with the needle still in its cover."""

    moment: Literal["before", "time_out"]
    says: Text
    known_by: ChartAnswer | None = None  # what the chart can answer
    measures: tuple[str, ...] = ()  # what else the chart can answer, by measure
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRisk:
    """A harm to speak of, with its chance where one is published."""

    label: Text
    label_es: Text
    chance: Estimate | None = None
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to tell the patient afterwards, in plain words."""

    says: Text
    says_es: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """What many techniques share: checks, risks, advice, and steps a patient's record demands.

    It belongs to a technique if each condition that is given holds: one of these routes, one of
    these uses, near the spinal canal or not.
    """

    id: Text
    routes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    neuraxial: bool | None = None
    when: tuple[Test, ...] = ()  # and only for a patient for whom all of these are true
    steps: tuple[TechniqueStep, ...] = ()
    checklist: tuple[CheckItem, ...] = ()
    risks: tuple[ConsentRisk, ...] = ()
    aftercare: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """A procedure as it is done."""

    id: Text
    label: Text
    label_es: Text
    route: Text  # transforaminal_epidural, interlaminar_epidural, medial_branch, joint, lead ...
    group: Text  # what counts together: facet_injection, facet_radiofrequency, epidural_steroid ...
    region: Text  # lumbar, cervical, thoracic, sacral, head, trunk, limb, any
    uses: tuple[str, ...]  # fluoroscopy, contrast, steroid, local_anaesthetic, radiofrequency ...
    neuraxial: bool
    compressible: bool
    bleeding_tier: Word  # low, intermediate, high
    carries_out: tuple[str, ...]  # therapies and blocks by id: each belongs to one technique
    also_carries_out: tuple[str, ...] = ()  # therapies of another technique, at these kinds
    prognostic_blocks: tuple[str, ...] = ()  # blocks that are asked for before it
    targets: Aim = "site"
    kinds: tuple[str, ...] = ()  # structures it treats
    nerves: tuple[str, ...] = ()  # nerves it reaches, by id; which of them, the supply says
    supply_of: str | None = None  # the structure whose supply decides, if not the one treated
    levels: tuple[str, ...] = ()  # segments, vertebrae or roots; empty: wherever the kinds occur
    entry: str | None = None  # the level of entry where a root is treated from elsewhere
    sided: bool = True  # a target needs left, right or both
    cannot_wait: bool = False  # putting it off does harm: a red flag warns, and does not hold it
    steps: Annotated[tuple[TechniqueStep, ...], MinLen(1)]
    landmarks: tuple[Landmark, ...] = ()
    agents: tuple[TechniqueAgent, ...] = ()
    settings: tuple[Setting, ...] = ()
    checklist: tuple[CheckItem, ...] = ()
    risks: tuple[ConsentRisk, ...] = ()
    aftercare: tuple[Advice, ...] = ()
    source_file: str = ""

    def counts_with(self, other: Technique) -> bool:
        """Whether payers and guidelines count sessions of both together: same group and region."""
        here, there = (_COUNTED_REGION.get(t.region, t.region) for t in (self, other))
        return self.group == other.group and here == there

    def has_level(self, level: str | None) -> bool:
        """Whether it is done there; a technique without levels is done wherever its kinds are."""
        return level is None or not self.levels or level in self.levels
