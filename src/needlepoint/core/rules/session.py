"""What else is done to the patient on the day of a plan, and what else is planned near it?

Whoever plans two procedures for one morning reads two verdicts. Each counts the other, or both
would clear a dose that together no one may be given.
"""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import PlannedProcedure
from needlepoint.core.record import Said
from needlepoint.core.rules.clock import days_between
from needlepoint.core.rules.done import carried_out
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.injections import Given, injections
from needlepoint.core.rules.situation import Planned, Situation, planned_procedure


def other_plans(now: Situation) -> tuple[Planned, ...]:
    """Every other plan that is not carried out yet; one without a time is for now."""
    if "open_plans" not in now.memory:
        now.memory["open_plans"] = tuple(_open(now))
    kept: tuple[Planned, ...] = now.memory["open_plans"]
    return tuple(one for one in kept if one.entry != now.planned.entry)


def _open(now: Situation) -> Iterator[Planned]:
    record, knowledge = now.record, now.knowledge
    for entry in record.entries:
        one = entry.statement
        if not isinstance(one, PlannedProcedure):
            continue
        technique = technique_named(one.technique, knowledge)
        said = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=one)
        if technique is not None and carried_out(said, technique, record, knowledge) is None:
            yield planned_procedure(said, technique, knowledge, not_before=record.as_of)


def same_day(now: Situation) -> tuple[Given, ...]:
    """Every other medicine of that day: injected before the plan, or planned beside it."""
    zone, day = now.at.tzinfo, now.at.date()
    done = [g for g in injections(now, hours=24) if g.at.astimezone(zone).date() == day]
    planned = [
        Given(entry=one.entry or "", at=one.at, what=what, by=one.technique.id)
        for one in other_plans(now)
        if one.at.astimezone(zone).date() == day
        for what in one.medicines or ()
    ]
    return (*done, *planned)


def days_to(other: Planned, now: Situation) -> float:
    """Days between both plans, whichever comes first."""
    return abs(days_between(other.at, now.at))
