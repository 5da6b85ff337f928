"""Has every drug that thins the blood worn off, and when may it be taken again?

Several authorities may give several times: all are shown and the longest is enforced. No drug is
ever stopped without its prescriber. Times are hours since the last dose, so that neither a time
zone nor a change of clocks moves them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from needlepoint.core.knowledge import REGIMENS, TIERS, Hold, LaboratoryGate, Restart, Tier
from needlepoint.core.medicines import Taken
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measures import creatinine_clearance, latest, measure
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    clear_by,
    hold,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugHold:
    """One drug before and after the procedure."""

    drug: str
    entry: str
    action: str  # hold, continue, ask_prescriber, never, unknown
    last_dose_by: datetime | None  # the latest moment of the last dose
    restart_from: datetime | None  # the earliest moment of the next
    restart_after_trauma: datetime | None
    rows: tuple[Hold, ...]  # every row that applies, longest first
    restarts: tuple[Restart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bleeding:
    """The verdict, and the calendar that goes with it."""

    verdict: Verdict
    tier: Tier
    raised: tuple[str, ...]  # why the tier is above the technique's own
    calendar: tuple[DrugHold, ...]


def bleeding_risk(now: Situation) -> Bleeding:
    """Hold the procedure until every drug has worn off and every needed test is in bounds."""
    relevant = now.safety.bleeding.relevant_classes
    drugs = _drugs(now.medicines.of(*relevant))
    tier, raised, reasons = _tier(now, len(drugs))
    calendar = []
    for group in drugs:
        plan, said = _drug(group, tier, now, several=len(drugs) > 1)
        calendar.append(plan)
        reasons += said
    reasons += [cannot_tell(what, entries=[entry]) for what, entry in now.medicines.questions]
    reasons += _silence(now, bool(drugs))
    for gate in now.safety.bleeding.gates:
        reasons += _gate(gate, tier, now)
    verdict = Verdict(
        rule="bleeding_risk",
        label=f"Bleeding, {tier} tier",
        reasons=tuple(reasons),
    )
    return Bleeding(verdict=verdict, tier=tier, raised=raised, calendar=tuple(calendar))


def _drugs(taken: Iterable[Taken]) -> list[tuple[Taken, ...]]:
    """Lines of the list by ingredient: two names of one drug are one drug."""
    groups: dict[str, list[Taken]] = {}
    for one in taken:
        groups.setdefault(one.ingredient, []).append(one)
    return [tuple(group) for group in groups.values()]


def _tier(now: Situation, agents: int) -> tuple[Tier, tuple[str, ...], list[Reason]]:
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


# --- one drug -------------------------------------------------------------------------------------


def _drug(
    group: tuple[Taken, ...], tier: Tier, now: Situation, *, several: bool
) -> tuple[DrugHold, list[Reason]]:
    rows, open_questions = _rows(group, tier, now, several=several)
    restarts = tuple(
        r
        for r in now.safety.bleeding.restarts
        if tier in r.tiers and any(one.is_one_of(r.drugs) for one in group)
    )
    timed = sorted(
        (r for r in rows if r.action == "hold" and r.hours is not None),
        key=lambda r: -(r.hours.value if r.hours else 0),
    )
    action = next(
        (a for a in ("never", "hold", "ask_prescriber", "continue") if _any(rows, a)), "unknown"
    )
    last_by = None
    if timed and timed[0].hours is not None:
        last_by = now.at - timedelta(hours=timed[0].hours.value)
    plan = DrugHold(
        drug=group[0].label,
        entry=group[0].said.entry,
        action=action,
        last_dose_by=last_by,
        restart_from=_restart(restarts, ("procedure",), now.at),
        restart_after_trauma=_restart(restarts, ("procedure", "traumatic_puncture"), now.at),
        rows=(*timed, *(r for r in rows if r not in timed)),
        restarts=restarts,
    )
    reasons = [
        cannot_tell(what, entries=[one.said.entry for one in group]) for what in open_questions
    ]
    return plan, [*_reasons(plan, group, timed, now), *reasons]


def _any(rows: Iterable[Hold], action: str) -> bool:
    return any(row.action == action for row in rows)


def _restart(restarts: Iterable[Restart], after: tuple[str, ...], at: datetime) -> datetime | None:
    hours = [r.hours.value for r in restarts if r.after in after]
    return at + timedelta(hours=max(hours)) if hours else None


def _rows(
    group: tuple[Taken, ...], tier: Tier, now: Situation, *, several: bool
) -> tuple[list[Hold], list[str]]:
    """Rows that apply, or may; and what to ask so that fewer may."""
    drug = group[0]
    named = [r for r in now.safety.bleeding.holds if tier in r.tiers and drug.is_one_of(r.drugs)]
    named = [r for r in named if not r.techniques or now.planned.technique.id in r.techniques]
    named = [r for r in named if not (r.alone_only and several)]
    named = [r for r in named if not (r.combined_only and not several)]
    own = [r for r in named if drug.ingredient in r.drugs]
    named = own or named  # what is said of the drug itself stands before what is said of its class
    regimen, kidney = _regimen(group), creatinine_clearance(now)
    rows, questions = [], []
    for row in named:
        if row.regimen is not None:
            if not regimen:
                spoken = row.regimen.replace("_", " ")
                questions.append(f"{drug.label}: ask for dose and purpose ({spoken}?).")
            elif row.regimen not in regimen:
                continue
        if row.crcl_below_ml_min is not None:
            if kidney.value is None:
                questions.append(f"{drug.label}: {kidney.ask[0].lower()}{kidney.ask[1:]}")
            elif float(kidney.value) >= row.crcl_below_ml_min:
                continue
        rows.append(row)
    return rows, list(dict.fromkeys(questions))


def _regimen(group: tuple[Taken, ...]) -> tuple[str, ...]:
    """What the chart says the drug is for, or how it is given; empty if it says neither."""
    said = [one.said.statement.indication or one.said.statement.route or "" for one in group]
    words = {word.strip().lower().replace(" ", "_") for word in said}
    return tuple(word for word in REGIMENS if word in words)


def _reasons(
    plan: DrugHold, group: tuple[Taken, ...], timed: list[Hold], now: Situation
) -> list[Reason]:
    entries = [one.said.entry for one in group]
    drug = plan.drug
    match plan.action:
        case "unknown":
            return [cannot_tell(f"No hold time is on file for {drug}.", entries=entries)]
        case "never":
            rows = [r for r in plan.rows if r.action == "never"]
            return [hold(f"{drug}: not while it is given.", *rows, entries=entries)]
        case "continue":
            rows = [r for r in plan.rows if r.action == "continue"]
            return [_continue(f"{drug} may be continued.", rows, now, entries)]
        case "ask_prescriber":
            rows = [r for r in plan.rows if r.action == "ask_prescriber"]
            return [_asked(plan, group, rows, entries)]
    reasons = [_worn_off(plan, group, timed, now, entries)]
    permission = _permission(plan, group, now, entries)
    return [*reasons, *([permission] if permission else [])]


def _continue(says: str, rows: list[Hold], now: Situation, entries: list[str]) -> Reason:
    on = [row.hours or row for row in rows]
    return clear_by(says, now.knowledge, *on, entries=entries)


def _asked(
    plan: DrugHold, group: tuple[Taken, ...], rows: list[Hold], entries: list[str]
) -> Reason:
    agreed = {one.said.statement.may_stop for one in group}
    if "agreed" in agreed or "refused" in agreed:
        word = "agreed to stop" if "agreed" in agreed else "asked to continue"
        says = f"{plan.drug}: its prescriber {word}; decide together and write it down."
        return caution(says, *rows, entries=entries)
    return cannot_tell(
        f"{plan.drug}: decide with its prescriber whether to stop, and write down who agreed.",
        *rows,
        entries=entries,
    )


def _worn_off(
    plan: DrugHold,
    group: tuple[Taken, ...],
    timed: list[Hold],
    now: Situation,
    entries: list[str],
) -> Reason:
    longest = timed[0]
    assert longest.hours is not None and plan.last_dose_by is not None
    others = _others(timed)
    taken = [one.last_taken for one in group]
    zone = now.at.tzinfo
    by = f"{plan.last_dose_by.astimezone(zone):%a %d %b %Y %H:%M}"
    if any(moment is None for moment in taken):
        says = f"{plan.drug}: ask when it was last taken; no later than {by} is needed.{others}"
        return cannot_tell(says, longest.hours, entries=entries)
    last = max(moment for moment in taken if moment is not None)
    remaining = longest.hours.value - (now.at - last).total_seconds() / 3600
    if remaining > 1e-9:
        free = (last + timedelta(hours=longest.hours.value)).astimezone(zone)
        says = (
            f"{plan.drug}: wait {remaining:.3g} h more, until {free:%a %d %b %Y %H:%M}"
            f" ({longest.hours.value:g} h by {longest.authority}).{others}"
        )
        return hold(says, longest.hours, entries=entries)
    if now.record.as_of < plan.last_dose_by:
        says = f"{plan.drug}: the last dose may be taken no later than {by}; ask again on the day."
        return cannot_tell(says, longest.hours, entries=entries)
    says = f"{plan.drug} has worn off ({longest.hours.value:g} h by {longest.authority}).{others}"
    return clear_by(says, now.knowledge, longest.hours, entries=entries)


def _others(timed: list[Hold]) -> str:
    """What other editions say, where they differ from the one enforced."""
    enforced = timed[0].hours.value if timed[0].hours else 0.0
    differ = dict.fromkeys(
        f"{row.authority} {row.hours.value:g} h"
        for row in timed[1:]
        if row.hours is not None and row.hours.value != enforced
    )
    return f" Others: {', '.join(differ)}; the longest is enforced." if differ else ""


def _permission(
    plan: DrugHold, group: tuple[Taken, ...], now: Situation, entries: list[str]
) -> Reason | None:
    """The prescriber's word, for drugs that protect from clots."""
    fact = now.safety.facts["bleeding/ask_prescriber_classes"]
    if not group[0].is_one_of(words(fact)):
        return None
    said = {one.said.statement.may_stop for one in group}
    who = next(
        (one.said.statement.prescriber for one in group if one.said.statement.prescriber), ""
    )
    if "refused" in said:
        says = f"{plan.drug}: its prescriber does not want it stopped. Choose another way."
        return hold(says, fact, entries=entries)
    if "agreed" in said:
        by = f" ({who})" if who else ""
        return clear(f"{plan.drug}: its prescriber{by} agreed to the pause.", entries=entries)
    says = f"{plan.drug}: ask its prescriber before it is stopped, and write down who agreed."
    return cannot_tell(says, fact, entries=entries)


# --- silence and tests ----------------------------------------------------------------------------


def _silence(now: Situation, any_drug: bool) -> list[Reason]:
    """Ask for what was never asked; say so where nothing is taken."""
    vocabulary = now.knowledge.guidance.vocabulary
    unknown: list[str] = []
    entries: list[str] = []
    for word in now.safety.bleeding.relevant_classes:
        found = measure(f"taking/{word}", now)
        if found.value is None:
            label = vocabulary.classes[word].label if word in vocabulary.classes else word
            unknown.append(label.lower())
        entries += found.entries
    if unknown:
        return [cannot_tell(f"Ask whether these are taken: {', '.join(unknown)}.")]
    if any_drug:
        return []
    return [clear("No drug that affects bleeding is taken.", entries=entries)]


def _gate(gate: LaboratoryGate, tier: Tier, now: Situation) -> list[Reason]:
    """A blood test against its bound; asked for only while it is needed."""
    if tier not in gate.tiers:
        return []
    taken = now.medicines.of(*gate.required_for) if gate.required_for else ()
    name = gate.test.replace("_", " ")
    said = latest(gate.test, now)
    on = [bound for bound in (gate.at_most, gate.at_least) if bound is not None]
    if said is None:
        if not taken:
            return []
        entries = [one.said.entry for one in taken]
        return [cannot_tell(f"Measure {name} ({taken[0].label} is taken).", *on, entries=entries)]
    if gate.required_for and not taken:
        return []
    value = said.statement.value
    days = (now.at - said.occurred_at).total_seconds() / 86400
    if gate.within_days is not None and days > gate.within_days:
        return [
            cannot_tell(f"{name} is {days:.0f} days old: repeat it.", *on, entries=[said.entry])
        ]
    unit = f" {gate.unit}" if gate.unit else ""
    if gate.at_most is not None and value > gate.at_most.value:
        says = f"{name} is {value:g}{unit}; at most {gate.at_most.value:g} ({gate.authority})."
    elif gate.at_least is not None and value < gate.at_least.value:
        says = f"{name} is {value:g}{unit}; at least {gate.at_least.value:g} ({gate.authority})."
    else:
        says = f"{name} is {value:g}{unit}."
        return [clear_by(says, now.knowledge, *on, entries=[said.entry])]
    make = hold if gate.effect == "hold" else caution
    return [make(says, *on, entries=[said.entry])]
