"""Does the local anaesthetic of the whole session stay below its ceiling?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor

from needlepoint.core.knowledge import AnaestheticLimit, Grounded, is_verified
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.injections import injections
from needlepoint.core.rules.measures import body_mass_index, height_cm, measure, weight_kg
from needlepoint.core.rules.session import same_day
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
    unknown = [one.text for one in now.planned.medicines if one.ingredient is None]
    if unknown:
        return [cannot_tell(f"{', '.join(unknown)}: not a medicine we know. Name it.")]
    if not agents:
        return [clear("No local anaesthetic is planned.")]
    open_doses = [one.text for one in agents if one.mg is None]
    if open_doses:
        return [cannot_tell(f"{', '.join(open_doses)}: give percent and volume, or milligrams.")]
    weight, note = dosing_weight(now)
    if weight is None:
        return [cannot_tell("Weigh the patient: the ceiling goes by weight.")]
    return [*_session(agents, weight, note, now), *_day(agents, weight, now), *liposomal(now)]


def _session(
    agents: tuple[Injected, ...], weight: float, note: str, now: Situation
) -> Iterator[Reason]:
    """Each agent's part of its own ceiling; together they may not pass the whole."""
    factor, groups, entries = reduction(now)
    total, parts, on = 0.0, [], []
    satisfied: list[Grounded] = []
    others = [g for g in same_day(now) if "local_anaesthetic" in g.what.classes]
    entries = list(dict.fromkeys((*entries, *(other.entry for other in others))))
    for one in (*agents, *(other.what for other in others)):
        row = limit_of(one, now)
        ceiling = None if row is None else ceiling_mg(row, weight)
        if row is None or ceiling is None:
            yield cannot_tell(f"No ceiling is on file for {one.text}.")
            return
        if one.mg is None:
            yield cannot_tell(f"{one.text} on the same day: note how much.", entries=entries)
            return
        ceiling *= factor
        total += one.mg / ceiling
        parts.append(f"{one.text} {one.mg:.4g} of {ceiling:.4g} mg")
        on += _numbers(row, weight)
        satisfied += _read(row, now) or _numbers(row, weight)
    whole = now.safety.facts["anaesthetic/sum_of_fractions_max"]
    says = f"{'; '.join(parts)}: {total:.0%} of the ceiling{note}."
    if others:
        says += f" With {', '.join(dict.fromkeys(_by(g.by) for g in others))} on the same day."
    if groups:
        says += f" Lowered to {factor:.0%} for {', '.join(groups)}."
    if total > number(whole) + 1e-9:
        lowered = now.safety.facts["anaesthetic/reduction_factor"]
        says += f" Give at most {floor(100 / total)} % of this."
        yield hold(says, *on, whole, *([lowered] if groups else []), entries=entries)
        return
    both = [whole] if len(parts) > 1 else []
    yield clear_by(says, now.knowledge, *satisfied, *both, entries=entries)
    if total > number(whole) * _lowest_share(weight, now):
        yield cannot_tell("Measure the height: of a heavy patient the ideal weight counts.")
    if len({one.ingredient for one in (*agents, *(other.what for other in others))}) > 1:
        mixing = now.safety.facts["anaesthetic/mixing_advised"]
        yield caution("Two local anaesthetics: their toxicities add.", mixing)


def _by(name: str) -> str:
    return name.replace("_", " ")


def _lowest_share(weight: float, now: Situation) -> float:
    """How low the ceiling may fall once the height is known; 1 where it is known."""
    if height_cm(now) is not None and now.record.sex in ("female", "male"):
        return 1.0
    lowest = number(now.safety.facts["ideal_weight/base_kg_female"])
    return min(1.0, lowest / weight)


def _day(agents: tuple[Injected, ...], weight: float, now: Situation) -> Iterator[Reason]:
    """What was given in the 24 hours before counts as well."""
    earlier = [one for one in injections(now, hours=24) if "local_anaesthetic" in one.what.classes]
    if not earlier:
        return
    entries = [one.entry for one in earlier]
    factor, _, _ = reduction(now)
    share = 0.0
    on: list[Grounded] = []
    for what in (*agents, *(one.what for one in earlier)):
        row = limit_of(what, now)
        ceiling = None if row is None else ceiling_mg(row, weight)
        if row is None or ceiling is None or what.mg is None:
            says = f"{what.text} was given within 24 hours: note how much."
            yield cannot_tell(says, entries=entries)
            return
        limit = row.max_mg_24h
        share += what.mg / (factor * (limit.value if limit else ceiling))
        on += [limit] if limit else _numbers(row, weight)
    says = f"With what was given within 24 hours: {share:.0%} of the ceiling of a day."
    if share > 1 + 1e-9:
        yield hold(says, *on, entries=entries)
    else:
        yield clear_by(says, now.knowledge, *on, entries=entries)


def liposomal(now: Situation) -> Iterator[Reason]:
    """Liposomal bupivacaine: where it may not go, and what may not go with it or soon after."""
    facts, agents = now.safety.facts, _agents(now)
    planned = [one for one in agents if one.ingredient == "liposomal_bupivacaine"]
    others = [one for one in agents if one.ingredient != "liposomal_bupivacaine"]
    window = facts["anaesthetic/liposomal_window_hours"]
    earlier = [
        one
        for one in injections(now, hours=number(window))
        if one.what.ingredient == "liposomal_bupivacaine"
    ]
    if planned and (now.planned.technique.neuraxial or now.planned.technique.route == "joint"):
        fact = facts["anaesthetic/liposomal_neuraxial"]
        yield hold("Liposomal bupivacaine: not epidural, not intrathecal, not into a joint.", fact)
    for one in others if planned else ():
        if one.ingredient != "bupivacaine":
            fact = facts["anaesthetic/liposomal_after_lidocaine_minutes"]
            says = (
                f"{one.text} frees liposomal bupivacaine: wait {number(fact):g} minutes, same site."
            )
            yield caution(says, fact)
        elif (
            one.mg
            and planned[0].mg
            and one.mg / planned[0].mg
            > number(ratio := facts["anaesthetic/liposomal_bupivacaine_ratio_max"])
        ):
            says = f"Bupivacaine with liposomal bupivacaine: at most {number(ratio):g} of its dose."
            yield hold(says, ratio)
    if earlier and agents:
        says = f"Liposomal bupivacaine within {number(window):g} hours: no local anaesthetic yet."
        yield hold(says, window, entries=[one.entry for one in earlier])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The most of one agent that this patient may be given in one session, alone."""

    limit: AnaestheticLimit
    mg: float | None  # None: the weight is not known
    on: tuple[Grounded, ...]  # the number that decides


def ceilings(now: Situation) -> tuple[Ceiling, ...]:
    """The ceiling of every agent on file, for this patient."""
    weight, _ = dosing_weight(now)
    factor, _, _ = reduction(now)
    found = []
    for row in now.safety.anaesthetics:
        whole = None if weight is None else ceiling_mg(row, weight)
        on = () if weight is None else tuple(_numbers(row, weight))
        found.append(Ceiling(limit=row, mg=None if whole is None else whole * factor, on=on))
    return tuple(found)


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


def _numbers(row: AnaestheticLimit, weight_kg: float) -> list[Grounded]:
    """The number that decides: the lower of the two ceilings."""
    both = [(row.max_mg.value, row.max_mg)] if row.max_mg else []
    if row.max_mg_per_kg:
        both.append((row.max_mg_per_kg.value * weight_kg, row.max_mg_per_kg))
    return [one for value, one in both if value == min(value for value, _ in both)]


def _read(row: AnaestheticLimit, now: Situation) -> Sequence[Grounded]:
    """One ceiling that was read, if any: a dose below every ceiling is clear by that one.

    A lower ceiling that nobody read may hold a dose; it does not clear it.
    """
    both = [one for one in (row.max_mg, row.max_mg_per_kg) if one is not None]
    return [one for one in both if is_verified(one, now.knowledge)][:1]


def dosing_weight(now: Situation) -> tuple[float | None, str]:
    """Kilograms to dose by: the lower of actual and ideal weight once the body mass index is high.

    Source:
        Ideal weight by Devine 1974; its constants are in safety/facts.
    """
    weight, facts = weight_kg(now), now.safety.facts
    if weight is None:
        return None, ""
    index, by_weight = body_mass_index(now), f", by {weight:.4g} kg"
    if index is None or now.record.sex not in ("female", "male"):
        return weight, by_weight
    if index <= number(facts["anaesthetic/ideal_weight_above_bmi"]):
        return weight, by_weight
    lower = min(weight, ideal_weight_kg(now))
    return lower, f", by {lower:.3g} kg (ideal; body mass index {index:.0f})"


def ideal_weight_kg(now: Situation) -> float:
    """Devine's formula; needs height and sex."""
    height, facts = height_cm(now), now.safety.facts
    assert height is not None
    base = number(facts[f"ideal_weight/base_kg_{now.record.sex}"])
    above = max(0.0, height / _CM_PER_INCH - number(facts["ideal_weight/from_inches"]))
    return base + number(facts["ideal_weight/kg_per_inch"]) * above


def reduction(now: Situation) -> tuple[float, list[str], list[str]]:
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
