"""What must be settled before any needle: dangerous causes, and the kind of pain it is."""

from needlepoint.core.rules.mechanism import Mechanism, mechanism_of
from needlepoint.core.rules.red_flags import screen
from needlepoint.core.rules.verdict import Outcome, Reason, Verdict

__all__ = ["Mechanism", "Outcome", "Reason", "Verdict", "mechanism_of", "screen"]
