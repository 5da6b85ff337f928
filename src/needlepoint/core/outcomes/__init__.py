"""How do questionnaires score, and what came of a treatment?"""

from needlepoint.core.outcomes.change import Change, Direction, change
from needlepoint.core.outcomes.response import Response, ResponseRules, Score, responses, scores
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
    "Score",
    "Scored",
    "band_of",
    "change",
    "instrument_named",
    "reported_score",
    "responses",
    "score",
    "scores",
]
