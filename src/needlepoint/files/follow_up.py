"""Do the schedules of follow-up make sense: every group once, windows apart, each long enough?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import FollowUpSchedule, Instrument, Knowledge
from needlepoint.core.knowledge.follow_up import USUAL
from needlepoint.core.rules.facts import number
from needlepoint.files.typed import closest

_REST = "outcomes/asked_again_after_days"


def schedule_faults(knowledge: Knowledge) -> Iterator[tuple[str, Fault]]:
    """Every fault of every schedule, with its file."""
    schedules = knowledge.guidance.follow_up
    if USUAL not in schedules:
        yield "follow_up", Fault(where="the folder", what=f"{USUAL}.yaml is missing. Write it.")
    groups = {t.group for t in knowledge.guidance.techniques.values()}
    owner: dict[str, str] = {}
    for one in schedules.values():
        for group in one.groups:
            if group not in groups:
                what = f"{group!r} is the group of no technique.{closest(group, groups)}"
                yield one.source_file, Fault(where="groups", what=what)
            if owner.setdefault(group, one.id) != one.id:
                what = f"{group} also belongs to {owner[group]}. Keep one."
                yield one.source_file, Fault(where="groups", what=what)
        for what in _times(one, knowledge):
            yield one.source_file, Fault(where="times", what=what)


def _times(one: FollowUpSchedule, knowledge: Knowledge) -> Iterator[str]:
    rest = number(knowledge.guidance.safety.facts[_REST])
    for time in one.times:
        if not time.from_day <= time.day <= time.to_day:
            yield f"day {time.day} lies outside its own window {time.from_day} to {time.to_day}."
        if time.to_day - time.from_day < rest:
            yield f"the window of day {time.day} is no longer than {_REST}: widen it."
        for name in time.instruments:
            if name not in knowledge.guidance.instruments:
                near = closest(name, knowledge.guidance.instruments)
                yield f"{name!r} is no questionnaire.{near}"
            elif not _may_be_asked(knowledge.guidance.instruments[name]):
                yield f"{name} is not free in both languages, or must be acted on today."
    for before, after in pairwise(one.times):
        if after.from_day <= before.to_day:
            yield f"the windows of days {before.day} and {after.day} touch. Part them."


def _may_be_asked(one: Instrument) -> bool:
    alarms = any(item.alarm_from is not None for item in one.items)
    return not alarms and one.can_be_asked("en") and one.can_be_asked("es")


__all__ = ["schedule_faults"]
