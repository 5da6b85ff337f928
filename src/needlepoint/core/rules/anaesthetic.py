"""Does the local anaesthetic of the whole session stay below its ceiling?"""

from __future__ import annotations

from needlepoint.core.knowledge import AnaestheticLimit, Estimate, Grounded
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measures import body_mass_index, measure
from needlepoint.core.rules.situation import Injected, Situation
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    clear_by,
    hold,
)

_CM_PER_INCH = 2.54


def anaesthetic_dose(now: Situation) -> Verdict | None:
    """Add up every agent at every site; toxicities add, so the parts of each ceiling must too."""
    if "local_anaesthetic" not in now.planned.technique.uses and not _agents(now):
        return None
    return Verdict(
        rule="anaesthetic_dose", label="Local anaesthetic dose", reasons=tuple(_reasons(now))
    )


def _agents(now: Situation) -> tuple[Injected, ...]:
    return now.planned.of_class("local_anaesthetic")


def _reasons(now: Situation) -> list[Reason]:
    if now.planned.medicines is None:
        return [cannot_tell("Plan agent, concentration and volume of the local anaesthetic.")]
    agents = _agents(now)
    if not agents:
        unknown = [one.text for one in now.planned.medicines if one.ingredient is None]
        if unknown:
            return [cannot_tell(f"{', '.join(unknown)}: not a medicine we know. Name it.")]
        return [clear("No local anaesthetic is planned.")]
    open_doses = [one.text for one in agents if one.mg is None]
    if open_doses:
        return [cannot_tell(f"{', '.join(open_doses)}: give percent and volume, or milligrams.")]
    weight, note = dosing_weight(now)
    if weight is None:
        return [cannot_tell("Weigh the patient: the ceiling goes by weight.")]
    factor, groups, entries = _reduction(now)
    total, parts, on = 0.0, [], []
    for one in agents:
        row = limit_of(one, now)
        ceiling = None if row is None else ceiling_mg(row, weight)
        if row is None or ceiling is None:
            return [cannot_tell(f"No ceiling is on file for {one.text}.")]
        ceiling *= factor
        assert one.mg is not None
        total += one.mg / ceiling
        parts.append(f"{one.text} {one.mg:.4g} of {ceiling:.4g} mg")
        on += _numbers(row)
    whole = now.safety.facts["anaesthetic/sum_of_fractions_max"]
    says = f"{'; '.join(parts)}: {total:.0%} of the ceiling{note}."
    if groups:
        reduction = now.safety.facts["anaesthetic/reduction_factor"]
        says += f" Lowered to {factor:.0%} for {', '.join(groups)}."
        on.append(reduction)
    if total > number(whole) + 1e-9:
        says += f" Give at most {1 / total:.0%} of this."
        return [hold(says, *on, whole, entries=entries)]
    reasons = [clear_by(says, now.knowledge, *on, whole, entries=entries)]
    if len({one.ingredient for one in agents}) > 1:
        mixing = now.safety.facts["anaesthetic/mixing_advised"]
        reasons.append(caution("Two local anaesthetics: their toxicities add.", mixing))
    return reasons


def limit_of(one: Injected, now: Situation) -> AnaestheticLimit | None:
    """The ceiling on file for the agent; with adrenaline only where the plan says so."""
    wanted = one.adrenaline is True
    rows = [row for row in now.safety.anaesthetics if row.drug == one.ingredient]
    exact = [row for row in rows if row.adrenaline == wanted]
    plain = [row for row in rows if not row.adrenaline]
    return next(iter(exact or plain), None)


def ceiling_mg(row: AnaestheticLimit, weight_kg: float) -> float | None:
    """The lower of the ceiling by weight and the absolute one."""
    limits = [row.max_mg.value] if row.max_mg else []
    if row.max_mg_per_kg:
        limits.append(row.max_mg_per_kg.value * weight_kg)
    return min(limits) if limits else None


def _numbers(row: AnaestheticLimit) -> list[Grounded]:
    numbers: list[Estimate | None] = [row.max_mg, row.max_mg_per_kg]
    return [one for one in numbers if one is not None]


def dosing_weight(now: Situation) -> tuple[float | None, str]:
    """Kilograms to dose by: the lower of actual and ideal weight once the body mass index is high.

    Source:
        Ideal weight by Devine 1974; its constants are in safety/facts.
    """
    body = now.record.demographics
    if body.weight_kg is None:
        return None, ""
    index = body_mass_index(now)
    facts = now.safety.facts
    if index is None or body.height_cm is None or body.sex not in ("female", "male"):
        return body.weight_kg, f", by {body.weight_kg:g} kg"
    if index <= number(facts["anaesthetic/ideal_weight_above_bmi"]):
        return body.weight_kg, f", by {body.weight_kg:g} kg"
    ideal = ideal_weight_kg(now)
    weight = min(body.weight_kg, ideal)
    return weight, f", by {weight:.3g} kg (ideal; body mass index {index:.0f})"


def ideal_weight_kg(now: Situation) -> float:
    """Devine's formula; needs height and sex."""
    body, facts = now.record.demographics, now.safety.facts
    assert body.height_cm is not None
    base = number(facts[f"ideal_weight/base_kg_{body.sex}"])
    above = max(0.0, body.height_cm / _CM_PER_INCH - number(facts["ideal_weight/from_inches"]))
    return base + number(facts["ideal_weight/kg_per_inch"]) * above


def _reduction(now: Situation) -> tuple[float, list[str], list[str]]:
    """The factor for frail patients, and why it is used."""
    facts = now.safety.facts
    groups: list[str] = []
    entries: list[str] = []
    age = now.record.age
    if age is not None and age >= number(facts["anaesthetic/reduction_age"]):
        groups.append(f"age {age:.0f}")
    for word in words(facts["anaesthetic/reduction_conditions"]):
        found = measure(f"condition/{word}", now)
        if found.value is True:
            groups.append(now.safety.conditions[word].label.lower())
            entries += found.entries
    factor = number(facts["anaesthetic/reduction_factor"]) if groups else 1.0
    return factor, groups, entries
