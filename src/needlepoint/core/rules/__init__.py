"""What must be settled before any needle: dangerous causes, and the kind of pain it is."""

from needlepoint.core.rules.mechanism import Mechanism, mechanism_of
from needlepoint.core.rules.red_flags import screen
from needlepoint.core.rules.situation import Planned, Situation, instead, situation
from needlepoint.core.rules.verdict import Outcome, Reason, Verdict, sources

__all__ = [
    "Mechanism",
    "Outcome",
    "Planned",
    "Reason",
    "Situation",
    "Verdict",
    "instead",
    "mechanism_of",
    "screen",
    "situation",
    "sources",
]
