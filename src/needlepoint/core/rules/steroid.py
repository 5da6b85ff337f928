"""May this steroid go there, in this dose, now, given all the others?

Doses are added up as milligrams of methylprednisolone, over all sites and prescribers, by the
higher of the published potencies, so that exposure is never counted short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import InjectionBody, Procedure
from needlepoint.core.knowledge import Fact, Grounded, SteroidLimit
from needlepoint.core.rules import history
from needlepoint.core.rules.clock import hours_between
from needlepoint.core.rules.days import months_before
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.injections import injections
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.plan_measures import particulate
from needlepoint.core.rules.session import days_to, other_plans, same_day
from needlepoint.core.rules.situation import Injected, Situation, injected
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    clear_by,
    hold,
)

_METHYLPREDNISOLONE_MG = 4.0  # the tables give what is as strong as 4 mg of it


@dataclass(frozen=True, slots=True, kw_only=True)
class SteroidDose:
    """One line of the ledger."""

    entry: str
    at: datetime
    text: str
    mg: float | None
    equivalent_mg: float | None  # of methylprednisolone
    region: str | None  # of the procedure; None: it is not one we know


def steroid_exposure(now: Situation) -> Verdict | None:
    """Route, dose, spacing, yearly total, interactions and glucose of a planned steroid."""
    if not now.planned.uses_steroid:
        return None
    reasons = [
        *_choice(now),
        *_route(now),
        *_spacing(now),
        *_total(now),
        *_interactions(now),
        *_adrenal(now),
    ]
    return Verdict(rule="steroid_exposure", label="Steroid", reasons=tuple(reasons))


def ledger(now: Situation) -> tuple[SteroidDose, ...]:
    """Every steroid injected in the twelve months before, oldest first."""
    start = months_before(now.at, 12)
    return tuple(
        SteroidDose(
            entry=one.entry,
            at=one.at,
            text=one.what.text,
            mg=one.what.mg,
            equivalent_mg=equivalent_mg(one.what, now),
            region=_region(one.by, now),
        )
        for one in injections(now, hours=hours_between(start, now.at))
        if "corticosteroid" in one.what.classes
    )


def _region(name: str, now: Situation) -> str | None:
    technique = history.technique_named(name, now.knowledge)
    return technique.region if technique else None


def equivalent_mg(what: Injected, now: Situation) -> float | None:
    """Milligrams of methylprednisolone, by the highest published potency."""
    row = now.safety.steroids.get(what.ingredient or "")
    if row is None or what.mg is None:
        return None
    return what.mg * _METHYLPREDNISOLONE_MG / row.equivalent_mg.low


def _planned(now: Situation) -> tuple[tuple[Injected, SteroidLimit | None], ...]:
    known = now.safety.steroids
    return tuple((s, known.get(s.ingredient or "")) for s in now.planned.of_class("corticosteroid"))


def _choice(now: Situation) -> Iterator[Reason]:
    """Dose against the session's ceiling."""
    if now.planned.medicines is None:
        yield cannot_tell("Choose the steroid and its dose.")
        return
    unknown = [one.text for one in now.planned.medicines if one.ingredient is None]
    if unknown:
        yield cannot_tell(f"{', '.join(unknown)}: not a medicine we know. Name it.")
    if not now.planned.technique.neuraxial:
        return
    for what, row in _planned(now):
        if row is None:
            yield cannot_tell(f"No ceiling is on file for {what.text}.")
        elif what.mg is None:
            yield cannot_tell(f"{what.text}: give the dose in milligrams.", row.session_max_mg)
        elif what.mg > row.session_max_mg.value:
            says = (
                f"{what.text}: {what.mg:g} mg; at most {row.session_max_mg.value:g} mg a session."
            )
            yield hold(says, row.session_max_mg)
        else:
            says = f"{what.text}: {what.mg:g} mg of at most {row.session_max_mg.value:g} mg."
            yield clear_by(says, now.knowledge, row.session_max_mg)
    yield from _together(now)


def _together(now: Situation) -> Iterator[Reason]:
    """Several steroids beside the spine on one day: each takes its part of the whole."""
    others = [given for given in same_day(now) if _is_neuraxial(given.by, now)]
    share, names, on = 0.0, list[str](), list[Grounded]()
    for what in (*now.planned.of_class("corticosteroid"), *(other.what for other in others)):
        row = now.safety.steroids.get(what.ingredient or "")
        if row is not None and what.mg is not None:
            share += what.mg / row.session_max_mg.value
            names.append(f"{what.text} {what.mg:g} mg")
            on.append(row.session_max_mg)
    if len(names) > 1 and share > 1 + 1e-9:
        says = f"{', '.join(names)} on one day: together {share:.0%} of what is given a session."
        yield hold(says, *on, entries=[other.entry for other in others])


def _is_neuraxial(name: str, now: Situation) -> bool:
    technique = history.technique_named(name, now.knowledge)
    return technique is not None and technique.neuraxial


def _route(now: Situation) -> Iterator[Reason]:
    """Particles have no business where an artery feeds the cord."""
    technique, facts = now.planned.technique, now.safety.facts
    place = f"{technique.route}/{technique.region}"
    never = facts["steroid/no_particulate_at"]
    first = facts["steroid/non_particulate_first_at"]
    if place not in (*words(never), *words(first)):
        return
    has_particles = particulate(now)
    if has_particles is None:
        if place in words(never):
            yield cannot_tell("Choose a steroid without particles (dexamethasone) here.", never)
        return
    if not has_particles:
        yield clear("The steroid has no particles.")
        return
    named = ", ".join(w.text for w, row in _planned(now) if row and row.particulate.value == "yes")
    if place in words(never):
        yield hold(f"{named} has particles: never by this route here. Use dexamethasone.", never)
    elif not _tried_without_particles(now):
        says = f"{named} has particles: dexamethasone first; write down why not."
        yield hold(says, first)
    else:
        yield caution(f"{named} has particles; one without was tried before.", first)


def _tried_without_particles(now: Situation) -> bool:
    known = now.safety.steroids
    for session in history.sessions(now):
        one = session.statement
        if not isinstance(one, Procedure) or not isinstance(one.body, InjectionBody):
            continue
        if session.technique is None or session.technique.route != now.planned.technique.route:
            continue
        for medicine in one.body.medicines:
            row = known.get(injected(medicine, now.knowledge).ingredient or "")
            if row is not None and row.particulate.value == "no":
                return True
    return False


def _spacing(now: Situation) -> Iterator[Reason]:
    """How long ago, and how often in the rolling half and whole year."""
    if not now.planned.technique.neuraxial:
        return
    facts = now.safety.facts
    if measure("history/performed_before", now).value is None:
        yield cannot_tell("Ask about earlier injections, here and elsewhere, with dates.")
        return
    days = measure("history/days_since_last", now)
    least = facts["steroid/min_days_between"]
    if days.value is not None and float(days.value) < number(least):
        says = f"The last one was {float(days.value):.0f} days ago; at least {number(least):g}."
        yield hold(says, least, entries=days.entries)
    yield from _planned_near(now, least)
    for months in (6, 12):
        count = measure(f"history/sessions_{months}_months", now)
        most = facts[f"steroid/max_sessions_{months}_months"]
        assert count.low is not None
        says = f"Session {count.low:.0f} in {months} months; at most {number(most):g}."
        if count.low > number(most):
            yield hold(says, most, entries=count.entries)
        elif count.value is None:
            yield cannot_tell(f"At least: {says} {count.ask}", most, entries=count.entries)
        else:
            yield clear_by(says, now.knowledge, most, entries=count.entries)


def _planned_near(now: Situation, least: Fact) -> Iterator[Reason]:
    """Another one that is planned too soon before or after; on one day both are one session."""
    for other in other_plans(now):
        apart = days_to(other, now)
        if not other.uses_steroid or not other.technique.counts_with(now.planned.technique):
            continue
        if other.at.astimezone(now.at.tzinfo).date() != now.at.date() and apart < number(least):
            says = (
                f"{other.technique.label} is planned {apart:.0f} days apart from this one;"
                f" at least {number(least):g}."
            )
            yield hold(says, least, entries=[other.entry] if other.entry else [])


def _total(now: Situation) -> Iterator[Reason]:
    """The yearly sum over all sites."""
    lines = ledger(now)
    planned = [equivalent_mg(what, now) for what, _ in _planned(now)]
    amounts = [line.equivalent_mg for line in lines] + planned
    entries = [line.entry for line in lines]
    if any(amount is None for amount in amounts):
        yield cannot_tell(
            "The dose of an earlier or planned steroid is not noted.", entries=entries
        )
        return
    if measure("history/performed_before", now).value is None:
        if now.planned.technique.neuraxial:
            return  # asked for with the spacing
        yield cannot_tell("Ask about earlier steroid injections, here and elsewhere, with dates.")
        return
    total = sum(amount for amount in amounts if amount is not None)
    most = now.safety.facts["steroid/methylprednisolone_equivalent_mg_12_months"]
    says = f"{total:.0f} mg of methylprednisolone equivalent in 12 months with this one"
    if total > number(most):
        says += f"; above {number(most):g} mg bone density falls."
        yield caution(says, most, entries=entries)
    elif planned:
        yield clear_by(f"{says}.", now.knowledge, most, entries=entries)


def _interactions(now: Situation) -> Iterator[Reason]:
    """Drugs that keep an injected steroid in the body for months."""
    fact = now.safety.facts["steroid/cyp3a4_triamcinolone"]
    strong = now.medicines.of("cyp3a4_strong_inhibitor")
    found = measure("taking/cyp3a4_strong_inhibitor", now)
    if not strong:
        if found.value is None:
            yield cannot_tell(
                "Ask for HIV medicines, antifungals and clarithromycin (they hold steroids back).",
                fact,
            )
        return
    names = ", ".join(one.label for one in strong)
    entries = [one.said.entry for one in strong]
    avoid = words(fact)
    steroids = [what.ingredient for what, _ in _planned(now)]
    if now.planned.medicines is None or any(name in avoid for name in steroids):
        says = (
            f"{names}: {', '.join(avoid)} must not be injected by any route "
            "(adrenal failure for months). Ask who prescribes it."
        )
        yield hold(says, fact, entries=entries)
    else:
        says = f"{names} slows the breakdown of steroids: less, or none; ask who prescribes it."
        yield caution(says, fact, entries=entries)


def _adrenal(now: Situation) -> Iterator[Reason]:
    """Suppression after this dose, and whether the last one has worn off."""
    for what, row in _planned(now):
        if row is not None and row.suppression_weeks is not None:
            weeks = row.suppression_weeks
            span = f"{weeks.low:g} to {weeks.high:g} weeks"
            says = f"{what.text}: the adrenal axis is suppressed for {span}."
            yield caution(says, weeks)
