"""How do questionnaires score, and what came of a treatment?"""

from needlepoint.core.outcomes.scoring import Scored, band_of, reported_score, score

__all__ = ["Scored", "band_of", "reported_score", "score"]
