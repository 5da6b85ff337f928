"""What do the missing readings of a diary leave open?"""

from __future__ import annotations

from needlepoint.core.inference.diary import DiaryTally, after, times_of
from needlepoint.core.inference.reading import BlockReading


def unseen(told: DiaryTally, reading: BlockReading | None) -> str:
    """A missing reading is not known: never a zero, and never that nothing changed."""
    if not told.missed:
        return ""
    if reading is None:
        if not told.answered:
            return "No reading was given. That is no answer; it does not mean no relief."
        return f"{_sure(told)} That is no answer; it does not mean no relief."
    if reading.is_least:
        return f"{_sure(told)} This is the least relief there was; there may have been more."
    if told.missed_at_work:
        return (
            f"Missing at {times_of(told.missed_at_work)}, while the agent may work: the pain may "
            "have been lower then, and how long relief held is known only where it was answered."
        )
    return ""


def _sure(told: DiaryTally) -> str:
    if told.agent is None:
        return "No reading tells of the time in which the agent works."
    first, last = told.agent.onset_minutes[1], told.agent.duration_minutes[0]
    return (
        f"No reading falls between {after(first)} and {after(last)}, when {told.agent.label} "
        "surely works."
    )


__all__ = ["unseen"]
