"""Did a score change by as much as patients notice?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from needlepoint.core.knowledge import Estimate, Instrument


class Direction(StrEnum):
    """What a change means for the patient."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"  # less than patients notice, or none


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one score to another."""

    before: float
    after: float
    points: float  # towards better; negative is worse
    share: float | None  # of the score before; None where that was nothing
    direction: Direction
    matters: bool | None  # at least the minimal important change; None: none is on file
    threshold: Estimate | None
    warning: str | None = None  # where the instrument cannot see the change


def change(instrument: Instrument, before: float, after: float) -> Change:
    """Compare two scores of one instrument with the least change that matters to patients.

    Points and share are both asked for where both are published; either alone decides where only
    one is. Turning worse is judged by the same size.
    """
    worse_is_more = instrument.higher_is == "worse"
    points = before - after if worse_is_more else after - before
    share = points / before if before > 0 else None
    threshold = instrument.minimal_change or instrument.minimal_change_share
    matters = _matters(instrument, points, share)
    direction = Direction.SAME
    if points and matters is not False:
        direction = Direction.BETTER if points > 0 else Direction.WORSE
    return Change(
        before=before,
        after=after,
        points=points,
        share=share,
        direction=direction,
        matters=matters,
        threshold=threshold,
        warning=_warning(instrument, before, after),
    )


def _matters(instrument: Instrument, points: float, share: float | None) -> bool | None:
    judged: list[bool] = []
    if instrument.minimal_change is not None:
        judged.append(abs(points) >= instrument.minimal_change.value - 1e-9)
    if instrument.minimal_change_share is not None and share is not None:
        judged.append(abs(share) >= instrument.minimal_change_share.value - 1e-9)
    return all(judged) if judged else None


def _warning(instrument: Instrument, before: float, after: float) -> str | None:
    low, high = instrument.floor, instrument.ceiling
    if low is not None and before < low:
        return f"{instrument.label} cannot show improvement from below {low:g}."
    if high is not None and after > high:
        return f"{instrument.label} cannot show worsening above {high:g}."
    return None
