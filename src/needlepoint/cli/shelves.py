"""What is on file under a name, wherever in the knowledge base it stands?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.medicines import resolve


def items(knowledge: Knowledge) -> dict[str, Any]:
    """Everything that can be shown, by the name one would type; one name may have several."""
    named: dict[str, Any] = {}
    for place in knowledge.places:
        named[f"places/{place.region}/{place.kind}"] = place
    for referral in knowledge.referrals:
        named[f"referral/{referral.id}"] = referral
    for flag in knowledge.red_flags:
        named[flag.id] = flag
    for shelf in _shelves(knowledge):
        named.update(shelf)
    named |= {"block_response": knowledge.block_response, "discography": knowledge.discography,
              "mechanism": knowledge.mechanism, "parameters": knowledge.parameters,
              "utilities": knowledge.utilities}  # fmt: skip
    techniques = knowledge.guidance.techniques
    both = {name: {"block or therapy": named[name], "technique": technique}
            for name, technique in techniques.items() if name in named}  # fmt: skip
    return {**techniques, **named, **both}


def _shelves(knowledge: Knowledge) -> tuple[Mapping[str, Any], ...]:
    """The first are found last: what is told apart by no other name keeps its own."""
    guidance = knowledge.guidance
    safety, devices = guidance.safety, guidance.neuromodulation
    return (
        devices.facts,
        safety.facts,
        devices.pumps,
        guidance.instruments,
        guidance.policies,
        {f"follow_up/{name}": one for name, one in guidance.follow_up.items()},
        {f"card/{name}": one for name, one in safety.cards.items()},
        knowledge.anatomy.kinds,
        knowledge.therapies,
        knowledge.blocks,
        knowledge.findings,
        knowledge.presentations,
    )


def drug(name: str, knowledge: Knowledge) -> dict[str, Any] | None:
    """Everything on file about one medicine, as people write it; None if it is not one we know."""
    guidance = knowledge.guidance
    medicine = resolve(name, guidance.vocabulary)
    if not medicine.is_understood or len(medicine.ingredients) != 1:
        return None
    word = medicine.ingredients[0]
    ingredient, safety = guidance.vocabulary.ingredients[word], guidance.safety
    meant = {word, *ingredient.classes}
    found: dict[str, Any] = {
        "medicine": ingredient,
        "hold": tuple(row for row in safety.bleeding.holds if meant & set(row.drugs)),
        "restart": tuple(row for row in safety.bleeding.restarts if meant & set(row.drugs)),
        "ceiling": tuple(row for row in safety.anaesthetics if row.drug == word),
        "steroid": safety.steroids.get(word),
        "opioid": tuple(row for row in safety.opioids if row.drug == word),
        "into the spinal fluid": guidance.neuromodulation.drugs.get(word),
        "as a test": knowledge.agents.get(word),
    }
    return {what: one for what, one in found.items() if one}


__all__ = ["drug", "items"]
