"""What to do next, and why: the value of every test and of stopping to treat."""

from needlepoint.core.plan.actions import Action, Tier
from needlepoint.core.plan.next_step import NextStep, NextSteps, NotProposed, next_steps
from needlepoint.core.plan.options import Option, options

__all__ = [
    "Action",
    "NextStep",
    "NextSteps",
    "NotProposed",
    "Option",
    "Tier",
    "next_steps",
    "options",
]
