"""How is a procedure carried out: targets, approach, needle, agents, lesion, checks, aftercare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from needlepoint.core.knowledge.evidence import Estimate
from needlepoint.core.knowledge.safety import Span, Word
from needlepoint.core.quantities import Text

Stage = Literal["position", "target", "approach", "view", "needle", "confirm", "act", "after"]


# What the needle is aimed at: the nerves of a structure, the structure itself, a level of the
# spine, the place of a lead, or nothing that has a place (the refill of a pump).
Aim = Literal["nerves", "site", "segment", "lead", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueStep:
    """One thing to do or to check, in order."""

    stage: Stage
    says: Text
    rests_on: tuple[str, ...] = ()
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueAgent:
    """What is injected, and how much of it."""

    role: Literal["local_anaesthetic", "steroid", "contrast", "neurolytic", "antibiotic", "saline"]
    drug: Text  # ingredient id
    concentration_percent: float | None = None
    volume_ml: Span | None = None  # a site
    dose_mg: Span | None = None  # a session
    first_choice: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a generator, probe or stimulator test."""

    name: Text  # temperature_c, seconds, needle_gauge, active_tip_mm, sensory_hz, motor_volts ...
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRisk:
    """A harm to speak of, with its chance where one is published."""

    label: Text
    label_es: Text
    chance: Estimate | None = None


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
    levels: tuple[str, ...] = ()  # segments, vertebrae or roots; empty: wherever the kinds occur
    sided: bool = True  # a target needs left, right or both
    steps: Annotated[tuple[TechniqueStep, ...], MinLen(1)]
    agents: tuple[TechniqueAgent, ...] = ()
    settings: tuple[Setting, ...] = ()
    checklist: tuple[TechniqueStep, ...] = ()
    risks: tuple[ConsentRisk, ...] = ()
    aftercare: tuple[tuple[str, str], ...] = ()  # English, Spanish
    source_file: str = ""
