"""What to do next, and why: the value of every test and of stopping to treat."""

from needlepoint.core.plan.actions import Action, Tier
from needlepoint.core.plan.circumstances import Applied, Circumstances, circumstances
from needlepoint.core.plan.flags import behind_flags
from needlepoint.core.plan.next_step import NextStep, NextSteps, NotProposed, next_steps
from needlepoint.core.plan.obstacles import Obstacle
from needlepoint.core.plan.options import Option, options, with_posterior_doubt
from needlepoint.core.plan.plans import (
    Plan,
    came_from,
    is_block,
    plan_of,
    planned_label,
    plans,
)
from needlepoint.core.plan.progress import Progress, Series, progress
from needlepoint.core.plan.proposed import first_steps
from needlepoint.core.plan.reasons import (
    OptionReason,
    is_option_verified,
    reasons_against,
    reasons_for,
)
from needlepoint.core.plan.standing import (
    Standing,
    pending,
    planned_now,
    standing,
    standing_of_options,
    standing_of_planned,
)
from needlepoint.core.rules.done import carried_out, technique_done
from needlepoint.core.rules.own_outcomes import response_rules

__all__ = [
    "Action",
    "Applied",
    "Circumstances",
    "NextStep",
    "NextSteps",
    "NotProposed",
    "Obstacle",
    "Option",
    "OptionReason",
    "Plan",
    "Progress",
    "Series",
    "Standing",
    "Tier",
    "behind_flags",
    "came_from",
    "carried_out",
    "circumstances",
    "first_steps",
    "is_block",
    "is_option_verified",
    "next_steps",
    "options",
    "pending",
    "plan_of",
    "planned_label",
    "planned_now",
    "plans",
    "progress",
    "reasons_against",
    "reasons_for",
    "response_rules",
    "standing",
    "standing_of_options",
    "standing_of_planned",
    "technique_done",
    "with_posterior_doubt",
]
