"""A verdict with every reason, each with its sign: what a device page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules import Outcome, Verdict, sources

_WORDS = {Outcome.HOLD: "Hold", Outcome.CANNOT_TELL: "Cannot tell", Outcome.CLEAR: "Clear"}
_ORDER = (Outcome.HOLD, Outcome.CANNOT_TELL, Outcome.CLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """One reason, its weight and its source."""

    outcome: str
    word: str  # Hold, Cannot tell, Clear, or Weigh
    says: str
    sources: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCard:
    """One verdict as it is printed."""

    outcome: str
    word: str
    label: str
    reasons: tuple[ReasonRow, ...]


def verdict_card(verdict: Verdict, knowledge: Knowledge) -> VerdictCard:
    """Every reason of one verdict, the gravest first."""
    return VerdictCard(
        outcome=verdict.outcome.value,
        word=_WORDS[verdict.outcome],
        label=verdict.label,
        reasons=tuple(
            ReasonRow(
                outcome=one.outcome.value,
                word="Weigh" if one.caution else _WORDS[one.outcome],
                says=one.says,
                sources="; ".join(sources(one, knowledge)),
            )
            for one in sorted(verdict.reasons, key=lambda r: (_ORDER.index(r.outcome), r.caution))
        ),
    )


def verdict_cards(verdicts: Iterable[Verdict], knowledge: Knowledge) -> tuple[VerdictCard, ...]:
    """Verdicts, what holds first."""
    ordered = sorted(verdicts, key=lambda v: _ORDER.index(v.outcome))
    return tuple(verdict_card(one, knowledge) for one in ordered)


__all__ = ["ReasonRow", "VerdictCard", "verdict_card", "verdict_cards"]
