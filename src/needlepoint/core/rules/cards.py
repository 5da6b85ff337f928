"""What to do when it goes wrong, with the doses of this patient filled in?"""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.knowledge import Card, Fact, is_verified
from needlepoint.core.rules.anaesthetic import ideal_weight_kg
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.measures import height_cm, weight_kg
from needlepoint.core.rules.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledLine:
    """One line of a card, ready to be read aloud."""

    says: str
    rests_on: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledCard:
    """A card for one patient."""

    id: str
    label: str
    weight: str  # what the doses go by
    lines: tuple[FilledLine, ...]


def emergency_card(card: Card, now: Situation) -> FilledCard:
    """Fill in the doses by weight; without a weight both branches of the rule are printed."""
    doses = last_doses(now)
    return FilledCard(
        id=card.id,
        label=card.label,
        weight=doses["weight"],
        lines=tuple(
            FilledLine(
                says=line.says.format_map(doses),
                rests_on=line.rests_on,
                verified=is_verified(line, now.knowledge),
            )
            for line in card.lines
        ),
    )


def last_doses(now: Situation) -> dict[str, str]:
    """Lipid emulsion 20 % and adrenaline for local anaesthetic toxicity.

    Above the limit of weight the bolus is a fixed volume; at or below it, and for the total, it
    goes by the lower of actual and ideal weight.
    """
    facts, actual = now.safety.facts, weight_kg(now)
    limit = number(facts["last/lipid_over_kg"])
    bolus, per_min = facts["last/bolus_ml_per_kg"], facts["last/infusion_ml_per_kg_min"]
    most, mcg = facts["last/max_ml_per_kg"], facts["last/adrenaline_mcg_per_kg"]
    fixed = f"{number(facts['last/bolus_ml_heavy']):g} ml"
    fixed_infusion = (
        f"{_range(facts['last/infusion_ml_heavy'])} ml"
        f" over {_range(facts['last/infusion_minutes_heavy'])} minutes"
    )
    if actual is None:
        return {
            "weight": f"weight not known: the two branches part at {limit:g} kg",
            "lipid_bolus": f"{fixed} above {limit:g} kg, else {number(bolus):g} ml/kg",
            "lipid_infusion": f"{fixed_infusion}, else {number(per_min):g} ml/kg a minute",
            "lipid_max": f"{number(most):g} ml/kg",
            "adrenaline": f"{number(mcg):g} mcg/kg",
        }
    lean = _lean(actual, now)
    return {
        "weight": f"{actual:g} kg" + ("" if lean == actual else f", ideal {lean:.3g} kg"),
        "lipid_bolus": fixed if actual > limit else f"{number(bolus) * lean:.0f} ml",
        "lipid_infusion": (
            fixed_infusion if actual > limit else f"{number(per_min) * lean:.0f} ml a minute"
        ),
        "lipid_max": f"{number(most) * lean:.0f} ml",
        "adrenaline": f"{number(mcg) * lean:.0f} mcg",
    }


def _range(fact: Fact) -> str:
    assert isinstance(fact.value, tuple), "a range has two ends"
    return " to ".join(f"{float(one):g}" for one in fact.value)


def _lean(actual: float, now: Situation) -> float:
    if height_cm(now) is None or now.record.sex not in ("female", "male"):
        return actual
    return min(actual, ideal_weight_kg(now))
