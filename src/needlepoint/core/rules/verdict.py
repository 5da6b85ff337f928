"""What a rule says: clear, hold or cannot tell, each with its reasons; the most cautious wins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule concludes. Silence is never clear."""

    CLEAR = "clear"
    CANNOT_TELL = "cannot_tell"
    HOLD = "hold"


_CAUTION = (Outcome.CLEAR, Outcome.CANNOT_TELL, Outcome.HOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One ground of a verdict, with the extracts and chart entries it rests on."""

    outcome: Outcome
    says: str
    rests_on: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of one rule."""

    rule: str
    label: str
    reasons: tuple[Reason, ...]
    urgency: str | None = None  # of a red flag: emergency, urgent or soon
    do: str | None = None  # what to do if it holds

    @property
    def outcome(self) -> Outcome:
        """The most cautious of the reasons; no reason at all cannot tell."""
        if not self.reasons:
            return Outcome.CANNOT_TELL
        return max((reason.outcome for reason in self.reasons), key=_CAUTION.index)
