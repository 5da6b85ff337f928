"""Has every drug that thins the blood worn off, and when may it be taken again?

Several authorities may give several times: all are shown and the longest is enforced. No drug is
ever stopped without its prescriber. Times are hours since the last dose, so that neither a time
zone nor a change of clocks moves them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.knowledge import (
    REGIMENS,
    Estimate,
    Hold,
    Restart,
    Tier,
    is_verified,
)
from needlepoint.core.medicines import Taken
from needlepoint.core.rules.bleeding_tier import is_gone, open_tier, tier_of
from needlepoint.core.rules.clock import after, hours_between, said
from needlepoint.core.rules.facts import words
from needlepoint.core.rules.laboratory import gates
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.red_flags import lowered
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
    hold_hours: float | None
    last_dose_by: datetime | None  # the latest moment of the last dose
    restart_hours: float | None
    restart_from: datetime | None  # the earliest moment of the next; None while a catheter stays
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
    working = [group for group in drugs if not is_gone(group, now)]
    tier, raised, reasons = tier_of(now, len(working))
    calendar = []
    for group in drugs:
        plan, spoken = _drug(group, tier, now, several=len(working) > 1)
        calendar.append(plan)
        reasons += spoken
    if working:
        reasons += [*open_tier(now, tier), *_staying(now)]
    reasons += _liver(now)
    reasons += [cannot_tell(what, entries=[entry]) for what, entry in now.medicines.questions]
    silence = ("silence", bool(drugs))
    if silence not in now.memory:
        now.memory[silence] = _silence(now, bool(drugs))
    reasons += now.memory[silence]
    reasons += gates(tier, now)
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
    timed = sorted((r for r in rows if r.hours is not None), key=lambda r: -_hours(r))
    action = next(
        (a for a in ("never", "hold", "ask_prescriber", "continue") if _any(rows, a)), "unknown"
    )
    longest = _hours(timed[0]) if timed else None
    interrupted = action == "hold" or bool(timed)
    again = _longest(restarts, ("procedure",)) if interrupted else None
    trauma = _longest(restarts, ("procedure", "traumatic_puncture")) if interrupted else None
    plan = DrugHold(
        drug=group[0].label,
        entry=group[0].said.entry,
        action=action,
        hold_hours=longest,
        last_dose_by=None if longest is None else after(now.at, -longest),
        restart_hours=again,
        restart_from=None if again is None or _stays(now) else after(now.at, again),
        restart_after_trauma=None if trauma is None or _stays(now) else after(now.at, trauma),
        rows=(*timed, *(r for r in rows if r not in timed)),
        restarts=restarts,
    )
    reasons = [
        cannot_tell(what, entries=[one.said.entry for one in group]) for what in open_questions
    ]
    return plan, [*_reasons(plan, group, timed, now), *reasons]


def _hours(row: Hold) -> float:
    return row.hours.value if row.hours else 0.0


def _any(rows: Iterable[Hold], action: str) -> bool:
    return any(row.action == action for row in rows)


def _longest(restarts: Iterable[Restart], wanted: tuple[str, ...]) -> float | None:
    hours = [r.hours.value for r in restarts if r.after in wanted]
    return max(hours) if hours else None


def _stays(now: Situation) -> bool:
    """Whether a catheter or trial lead stays behind; taking it out is another puncture."""
    uses = now.planned.technique.uses
    return "implant" not in uses and ("lead" in uses or "catheter" in uses)


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
    regimen, kidney = _regimen(group), measure("crcl_ml_min", now)
    rows, questions, open_ = [], [], []
    for row in named:
        if row.regimen is not None:
            if not regimen:
                open_.append(row.regimen.replace("_", " "))
            elif row.regimen not in regimen:
                continue
        if row.crcl_below_ml_min is not None:
            if kidney.value is None:
                questions.append(f"{drug.label}: {kidney.ask[0].lower()}{kidney.ask[1:]}")
            elif float(kidney.value) >= row.crcl_below_ml_min:
                continue
        rows.append(row)
    if open_:
        spoken = " or ".join(dict.fromkeys(open_))
        questions.append(f"{drug.label}: ask for dose and purpose ({spoken}?).")
    return rows, list(dict.fromkeys(questions))


_SPOKEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("low_dose", ("low_dose", "prophylactic", "prophylaxis", "thromboprophylaxis")),
    ("high_dose", ("high_dose", "therapeutic", "treatment", "treatment_dose", "full_dose")),
    ("primary_prevention", ("primary_prevention", "primary_prophylaxis")),
    ("secondary_prevention", ("secondary_prevention", "secondary_prophylaxis")),
    ("subcutaneous", ("subcutaneous", "subcut", "sc", "sq", "subq")),
    ("intravenous", ("intravenous", "iv", "infusion", "drip")),
)


def _regimen(group: tuple[Taken, ...]) -> tuple[str, ...]:
    """What the chart says the drug is for, or how it is given; empty if it says neither.

    Of two lines of one drug each must say it, or it is not known of both.
    """
    found: set[str] = set()
    for one in group:
        statement = one.said.statement
        written = {_plain(word) for word in (statement.indication, statement.route) if word}
        written |= set(statement.name.lower().split()) & {"sc", "sq", "subq", "iv", "drip"}
        if any(dose.unit == "mg/kg" for dose in one.medicine.doses):
            written.add("treatment_dose")  # only treatment is dosed by weight
        meant = {regimen for regimen, words in _SPOKEN if written & set(words)}
        if not meant:
            return ()
        found |= meant
    return tuple(word for word in REGIMENS if word in found)


def _plain(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")


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
            return [clear_by(f"{drug} may be continued.", now.knowledge, *rows, entries=entries)]
        case "ask_prescriber":
            rows = [r for r in plan.rows if r.action == "ask_prescriber"]
            return _asked(plan, group, rows, timed, now, entries)
    reasons = [_worn_off(plan, group, timed, now, entries)]
    permission = _permission(plan, group, now, entries)
    return [*reasons, *([permission] if permission else [])]


def _asked(
    plan: DrugHold,
    group: tuple[Taken, ...],
    rows: list[Hold],
    timed: list[Hold],
    now: Situation,
    entries: list[str],
) -> list[Reason]:
    """Stopping is a decision of both: what follows from each answer of the prescriber."""
    agreed = {one.said.statement.may_stop for one in group}
    if "refused" in agreed:
        says = f"{plan.drug}: its prescriber asked to continue it; weigh the risk of bleeding."
        return [caution(says, *rows, entries=entries)]
    if "agreed" in agreed:
        says = f"{plan.drug}: its prescriber agreed to stop it."
        if timed:
            return [clear(says, entries=entries), _worn_off(plan, group, timed, now, entries)]
        return [caution(f"{says} Decide together for how long.", *rows, entries=entries)]
    says = f"{plan.drug}: decide with its prescriber whether to stop, and write down who agreed."
    return [cannot_tell(says, *rows, entries=entries)]


def _worn_off(
    plan: DrugHold,
    group: tuple[Taken, ...],
    timed: list[Hold],
    now: Situation,
    entries: list[str],
) -> Reason:
    longest = timed[0]
    assert longest.hours is not None and plan.last_dose_by is not None
    enforced = [r.hours for r in timed if r.hours and r.hours.value == longest.hours.value]
    others = _others(timed)
    taken = [one.last_taken for one in group]
    by = said(plan.last_dose_by, now.at)
    hours = f"{longest.hours.value:g} h by {_by(timed)}"
    if any(moment is None for moment in taken):
        says = f"{plan.drug}: ask when it was last taken; no later than {by} is needed ({hours})."
        return cannot_tell(f"{says}{others}", *enforced, entries=entries)
    last = max(moment for moment in taken if moment is not None)
    remaining = longest.hours.value - hours_between(last, now.at)
    if remaining > 1e-9:
        free = said(after(last, longest.hours.value), now.at)
        says = f"{plan.drug}: wait {remaining:.4g} h more, until {free} ({hours}).{others}"
        return hold(says, *enforced, entries=entries)
    stopped = all(one.stopped_by is not None for one in group)
    if hours_between(now.record.as_of, plan.last_dose_by) > 0 and not stopped:
        says = f"{plan.drug}: the last dose may be taken no later than {by}; ask again on the day."
        return cannot_tell(says, *enforced, entries=entries)
    says = f"{plan.drug} has worn off ({hours}).{others}"
    return _clear_by_any(says, now, enforced, entries)


def _clear_by_any(
    says: str, now: Situation, enforced: list[Estimate], entries: list[str]
) -> Reason:
    """Several authorities may give the enforced hours; one that was read is enough."""
    read = [one for one in enforced if is_verified(one, now.knowledge)]
    return clear_by(says, now.knowledge, *(read[:1] or enforced), entries=entries)


def _by(timed: list[Hold]) -> str:
    """Every authority that gives the enforced hours."""
    same = (row.authority for row in timed if _hours(row) == _hours(timed[0]))
    return ", ".join(dict.fromkeys(same))


def _others(timed: list[Hold]) -> str:
    """What other editions say, where they differ from the one enforced."""
    differ = dict.fromkeys(
        f"{row.authority} {_hours(row):g} h" for row in timed[1:] if _hours(row) != _hours(timed[0])
    )
    return f" Others: {', '.join(differ)}; the longest is enforced." if differ else ""


def _permission(
    plan: DrugHold, group: tuple[Taken, ...], now: Situation, entries: list[str]
) -> Reason | None:
    """The prescriber's word, for drugs that protect from clots."""
    fact = now.safety.facts["bleeding/ask_prescriber_classes"]
    if not group[0].is_one_of(words(fact)) or all(one.stopped_by for one in group):
        return None
    spoken = {one.said.statement.may_stop for one in group}
    who = next(
        (one.said.statement.prescriber for one in group if one.said.statement.prescriber), ""
    )
    if "refused" in spoken:
        says = f"{plan.drug}: its prescriber does not want it stopped. Choose another way."
        return hold(says, fact, entries=entries)
    if "agreed" in spoken:
        by = f" ({who})" if who else ""
        return clear(f"{plan.drug}: its prescriber{by} agreed to the pause.", entries=entries)
    says = f"{plan.drug}: ask its prescriber before it is stopped, and write down who agreed."
    return cannot_tell(says, fact, entries=entries)


# --- the liver, what stays, silence ---------------------------------------------------------------


def _liver(now: Situation) -> list[Reason]:
    """A sick liver lengthens most anticoagulants by an amount nobody can state."""
    if measure("condition/liver_disease_advanced", now).value is not True:
        return []
    drugs = now.medicines.of("anticoagulant")
    fact = now.safety.facts["bleeding/liver_needs_tests"]
    if not drugs or measure("lab/inr", now).value is not None:
        return []
    names = ", ".join(dict.fromkeys(one.label for one in drugs))
    says = f"{names} with liver disease: the hold may be too short. Measure INR and platelets."
    return [cannot_tell(says, fact, entries=[one.said.entry for one in drugs])]


def _staying(now: Situation) -> list[Reason]:
    """A catheter or trial lead that stays is taken out under the same rules."""
    if not _stays(now):
        return []
    fact = now.safety.facts["bleeding/removal_counts_as_puncture"]
    says = (
        "What stays is taken out under the same hold times; restart counts from its removal,"
        " and no drug is restarted while it lies."
    )
    return [caution(says, fact)]


def _silence(now: Situation, any_drug: bool) -> list[Reason]:
    """Ask for what was never asked; say so where nothing is taken."""
    vocabulary = now.knowledge.guidance.vocabulary
    unknown: list[str] = []
    entries: list[str] = []
    for word in now.safety.bleeding.relevant_classes:
        found = measure(f"taking/{word}", now)
        if found.value is None:
            label = vocabulary.classes[word].label if word in vocabulary.classes else word
            unknown.append(lowered(label))
        entries += found.entries
    if unknown:
        return [cannot_tell(f"Ask whether these are taken: {', '.join(unknown)}.")]
    if any_drug:
        return []
    return [clear("No drug that affects bleeding is taken.", entries=entries)]
