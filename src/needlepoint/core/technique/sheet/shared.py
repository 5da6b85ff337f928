"""What belongs to a procedure because of what it uses, where it goes, and who the patient is."""

from __future__ import annotations

from itertools import chain

from needlepoint.core.knowledge import (
    Advice,
    CheckItem,
    ConsentRisk,
    SheetPart,
    TechniqueStep,
)
from needlepoint.core.rules.criteria import Answer, all_of
from needlepoint.core.rules.situation import Situation


def parts(now: Situation) -> tuple[SheetPart, ...]:
    """The shared parts that belong to this procedure for this patient, in the order of their file.

    A part with conditions belongs to it only if the record says that they are met; where the
    record is silent, the checklist asks.
    """
    return tuple(
        part
        for part in now.knowledge.guidance.sheet_parts
        if _belongs(part, now) and (not part.when or all_of(part.when, now)[0] is Answer.YES)
    )


def _belongs(part: SheetPart, now: Situation) -> bool:
    technique = now.planned.technique
    uses = set(technique.uses)
    if now.planned.medicines is not None and not now.planned.uses_steroid:
        uses.discard("steroid")
    return (
        (not part.routes or technique.route in part.routes)
        and (not part.uses or bool(uses & set(part.uses)))
        and part.neuraxial in (None, technique.neuraxial)
    )


def steps_of(now: Situation) -> tuple[TechniqueStep, ...]:
    """Steps that this patient's record demands beside those of the technique."""
    return tuple(chain.from_iterable(part.steps for part in parts(now)))


def checks_of(now: Situation) -> tuple[CheckItem, ...]:
    """The checklist: what is shared first, then what belongs to the technique alone."""
    shared = chain.from_iterable(part.checklist for part in parts(now))
    return (*shared, *now.planned.technique.checklist)


def risks_of(now: Situation) -> tuple[ConsentRisk, ...]:
    """Harms to speak of: those of the technique first."""
    shared = chain.from_iterable(part.risks for part in parts(now))
    return (*now.planned.technique.risks, *shared)


def aftercare_of(now: Situation) -> tuple[Advice, ...]:
    """What to tell the patient: when to come at once first, then what belongs to the technique."""
    shared = chain.from_iterable(part.aftercare for part in parts(now))
    return (*shared, *now.planned.technique.aftercare)
