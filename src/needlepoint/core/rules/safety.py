"""Is it safe to do this, to this patient, then? Every rule, listed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from needlepoint.core.rules.anaesthetic import anaesthetic_dose
from needlepoint.core.rules.bleeding import Bleeding, bleeding_risk
from needlepoint.core.rules.contraindications import contraindications
from needlepoint.core.rules.contrast import contrast, neurolytic
from needlepoint.core.rules.danger import dangerous_cause
from needlepoint.core.rules.level import wrong_level
from needlepoint.core.rules.opioids import opioids
from needlepoint.core.rules.sedation import antibiotics, sedation
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.steroid import steroid_exposure
from needlepoint.core.rules.verdict import Outcome, Verdict

RULES: tuple[Callable[[Situation], Verdict | None], ...] = (
    dangerous_cause,
    wrong_level,
    anaesthetic_dose,
    steroid_exposure,
    contrast,
    neurolytic,
    sedation,
    opioids,
    antibiotics,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyCheck:
    """Everything the rules say of one planned procedure."""

    now: Situation
    bleeding: Bleeding
    verdicts: tuple[Verdict, ...]  # holds first, then what cannot be told

    @property
    def outcome(self) -> Outcome:
        """The most cautious of all verdicts."""
        return self.verdicts[0].outcome


_ORDER = (Outcome.HOLD, Outcome.CANNOT_TELL, Outcome.CLEAR)


def check_safety(now: Situation) -> SafetyCheck:
    """Ask every rule about one planned procedure."""
    bleeding = bleeding_risk(now)
    ruled = [verdict for rule in RULES if (verdict := rule(now)) is not None]
    said = [ruled[0], bleeding.verdict, *contraindications(now), *ruled[1:]]  # danger first
    ordered = sorted(said, key=lambda verdict: _ORDER.index(verdict.outcome))
    return SafetyCheck(now=now, bleeding=bleeding, verdicts=tuple(ordered))
