"""How much does a bleed at this place endanger this patient: low, intermediate or high?"""

from __future__ import annotations

from needlepoint.core.knowledge import TIERS, Tier
from needlepoint.core.medicines import Taken
from needlepoint.core.rules.clock import hours_between
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import Reason, cannot_tell, caution


def tier_of(now: Situation, agents: int) -> tuple[Tier, tuple[str, ...], list[Reason]]:
    """The technique's tier, one higher where the patient raises it."""
    own = now.planned.technique.bleeding_tier
    base: Tier = next(tier for tier in TIERS if tier == own.value)
    facts = now.safety.facts
    raised: list[str] = []
    entries: list[str] = []
    conditions = facts["bleeding/raising_conditions"]
    for word in words(conditions):
        found = measure(f"condition/{word}", now)
        if found.value is True:
            raised.append(now.safety.conditions[word].label.lower())
            entries += found.entries
    age = now.record.age
    if age is not None and age >= number(facts["bleeding/raising_age"]):
        raised.append(f"age {age:.0f}")
    several = facts["bleeding/raising_agents"]
    if agents >= number(several):
        raised.append(f"{agents} drugs that affect bleeding")
    if not raised:
        return base, (), []
    tier = TIERS[min(TIERS.index(base) + 1, len(TIERS) - 1)]
    says = f"Tier raised from {base} to {tier} by {', '.join(raised)}."
    if tier == base:
        says = f"Already the highest tier; weigh also {', '.join(raised)}."
    return tier, tuple(raised), [caution(says, conditions, several, entries=entries)]


def open_tier(now: Situation, tier: Tier) -> list[Reason]:
    """What nobody asked, and would raise the tier."""
    if tier == TIERS[-1]:
        return []
    conditions = now.safety.facts["bleeding/raising_conditions"]
    open_ = [w for w in words(conditions) if measure(f"condition/{w}", now).value is None]
    labels = [now.safety.conditions[word].label.lower() for word in open_]
    if now.record.age is None:
        labels.append("age")
    if not labels:
        return []
    return [cannot_tell(f"Ask about {', '.join(labels)}: each raises the tier.", conditions)]


def is_gone(group: tuple[Taken, ...], now: Situation) -> bool:
    """Whether the last dose is known and lies further back than any hold on file for the drug."""
    taken = [one.last_taken for one in group]
    known = [moment for moment in taken if moment is not None]
    hours = [
        row.hours.value
        for row in now.safety.bleeding.holds
        if row.hours is not None and group[0].is_one_of(row.drugs)
    ]
    if len(known) < len(taken) or not hours:
        return False
    return hours_between(max(known), now.record.as_of) >= max(hours)
