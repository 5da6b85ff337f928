"""How do questionnaires score, and what came of a treatment?"""

from needlepoint.core.outcomes.change import Change, Direction, change
from needlepoint.core.outcomes.response import Response, ResponseRules, Score, responses, scores
from needlepoint.core.outcomes.schedule import (
    ScheduleRules,
    Slot,
    answered_slots,
    diary_minutes,
    diary_slots,
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
    "Response",
    "ResponseRules",
    "ScheduleRules",
    "Score",
    "Scored",
    "Slot",
    "answered_slots",
    "band_of",
    "change",
    "diary_minutes",
    "diary_slots",
    "instrument_named",
    "reported_score",
    "responses",
    "schedule_rules",
    "score",
    "scores",
]
