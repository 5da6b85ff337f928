"""What of the treatments on offer must wait while a dangerous cause is open?"""

from __future__ import annotations

from dataclasses import replace

from needlepoint.core.knowledge import TherapyCategory
from needlepoint.core.plan.obstacles import Obstacle
from needlepoint.core.plan.options import Option
from needlepoint.core.rules import Verdict, comes_first


def behind_flags(options: tuple[Option, ...], verdicts: tuple[Verdict, ...]) -> tuple[Option, ...]:
    """Nothing but a referral stays open while a flag that cannot wait is raised."""
    flag = comes_first(verdicts)
    if flag is None:
        return options
    first = Obstacle(
        says=f"{flag.label} comes first.",
        closes=True,
        entries=tuple(entry for reason in flag.reasons for entry in reason.entries),
    )
    return tuple(
        one
        if one.category is TherapyCategory.SURGERY_REFERRAL
        else replace(one, obstacles=(first, *one.obstacles))
        for one in options
    )
