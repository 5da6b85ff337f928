"""What of the treatments on offer must wait while a dangerous cause is open?"""

from __future__ import annotations

from dataclasses import replace

from needlepoint.core.knowledge import TherapyCategory
from needlepoint.core.plan.obstacles import Obstacle
from needlepoint.core.plan.options import Option
from needlepoint.core.rules import CANNOT_WAIT, Outcome, Verdict


def behind_flags(options: tuple[Option, ...], verdicts: tuple[Verdict, ...]) -> tuple[Option, ...]:
    """Nothing but a referral stays open while a flag that cannot wait is raised."""
    raised = [v for v in verdicts if v.outcome is Outcome.HOLD and v.urgency in CANNOT_WAIT]
    if not raised:
        return options
    first = Obstacle(
        says=f"{raised[0].label} comes first.",
        closes=True,
        entries=tuple(entry for reason in raised[0].reasons for entry in reason.entries),
    )
    return tuple(
        one
        if one.category is TherapyCategory.SURGERY_REFERRAL
        else replace(one, obstacles=(first, *one.obstacles))
        for one in options
    )
