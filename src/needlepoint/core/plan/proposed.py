"""Of everything that could be done next, what is put before a clinician?"""

from __future__ import annotations

from collections.abc import Iterable

from needlepoint.core.plan.actions import Tier
from needlepoint.core.plan.next_step import NextStep


def first_steps(steps: Iterable[NextStep], *, per_tier: int = 2) -> tuple[NextStep, ...]:
    """What is proposed: worth its burden, each test once at its best place, a few of each tier.

    In an emergency nothing else is.
    """
    every = tuple(steps)
    if any(step.urgency == "emergency" for step in every):
        every = tuple(step for step in every if step.tier is Tier.SAFETY)
    shown: list[NextStep] = []
    for step in every:
        of_tier = [s for s in shown if s.tier is step.tier]
        is_safety = step.tier is Tier.SAFETY
        once = all(s.action != step.action for s in of_tier) and len(of_tier) < per_tier
        if step.worthwhile and (is_safety or once):
            shown.append(step)
    return tuple(shown)


def chances(step: NextStep) -> tuple[tuple[str, float], ...]:
    """What to expect of it: each outcome; of a study, each finding by itself."""
    if step.tier is not Tier.IMAGE or not step.expected:
        return step.expected
    return tuple(
        (finding, sum(p for outcome, p in step.expected if finding in outcome.split("; ")))
        for finding in step.expected[0][0].split("; ")
    )


__all__ = ["chances", "first_steps"]
