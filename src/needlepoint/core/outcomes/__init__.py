"""How do questionnaires score, and what came of a treatment?"""

from needlepoint.core.outcomes.change import Change, Direction, change
from needlepoint.core.outcomes.response import Response, ResponseRules, Score, responses, scores
from needlepoint.core.outcomes.schedule import (
    FollowUp,
    ScheduleRules,
    Slot,
    diary_minutes,
    diary_slots,
    follow_ups,
    schedule_rules,
)
from needlepoint.core.outcomes.scoring import (
    Scored,
    band_of,
    instrument_named,
    reported_score,
    score,
)

__all__ = [
    "Change",
    "Direction",
    "FollowUp",
    "Response",
    "ResponseRules",
    "ScheduleRules",
    "Score",
    "Scored",
    "Slot",
    "band_of",
    "change",
    "diary_minutes",
    "diary_slots",
    "follow_ups",
    "instrument_named",
    "reported_score",
    "responses",
    "schedule_rules",
    "score",
    "scores",
]
