"""When is a patient asked after a treatment, what, and which answers count for which time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, MinLen

from needlepoint.core.quantities import Text

USUAL = "usual"  # the schedule of what no other names


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpTime:
    """One time after a treatment. Days are calendar days of the clinic, counted from its day."""

    day: Annotated[int, Gt(0)]
    from_day: Annotated[int, Gt(0)]  # the first day whose answer counts
    to_day: Annotated[int, Gt(0)]  # the last
    says: Text
    says_es: Text
    instruments: Annotated[tuple[str, ...], MinLen(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSchedule:
    """The times that belong to some groups of techniques."""

    id: Text
    says: Text
    groups: tuple[str, ...]  # of techniques
    times: tuple[FollowUpTime, ...]  # none: it is not followed
    ends_earlier: bool = True  # whether it ends the follow-up of what was done before
    rests_on: tuple[str, ...] = ()
    judged: bool = False
    note: str | None = None
    source_file: str = ""

    @property
    def instruments(self) -> tuple[str, ...]:
        """Everything that is asked at any time, in the order asked."""
        return tuple(dict.fromkeys(name for time in self.times for name in time.instruments))


__all__ = ["USUAL", "FollowUpSchedule", "FollowUpTime"]
