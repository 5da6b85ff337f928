"""What must be settled before any needle: dangerous causes, and the kind of pain it is."""

from needlepoint.core.rules.mechanism import Mechanism, mechanism_of
from needlepoint.core.rules.red_flags import CANNOT_WAIT, comes_first, lowered, screen
from needlepoint.core.rules.situation import Before, Planned, Situation, before, instead, situation
from needlepoint.core.rules.verdict import Outcome, Reason, Verdict, sources

__all__ = [
    "CANNOT_WAIT",
    "Before",
    "Mechanism",
    "Outcome",
    "Planned",
    "Reason",
    "Situation",
    "Verdict",
    "before",
    "comes_first",
    "instead",
    "lowered",
    "mechanism_of",
    "screen",
    "situation",
    "sources",
]
