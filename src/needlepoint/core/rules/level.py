"""Is the procedure done at that level at all?"""

from __future__ import annotations

from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import Verdict, hold


def wrong_level(now: Situation) -> Verdict | None:
    """A lumbar needle at C5-C6 is a slip of the pen that nothing else here would hold."""
    technique = now.planned.technique
    wrong = [t for t in now.planned.targets if not technique.has_level(t.segment)]
    if not wrong:
        return None
    names = ", ".join(dict.fromkeys(t.segment for t in wrong if t.segment))
    says = f"{technique.label} is not done at {names}. Correct the level or the procedure."
    entries = [now.planned.entry] if now.planned.entry else []
    return Verdict(rule="level", label="Level", reasons=(hold(says, entries=entries),))
