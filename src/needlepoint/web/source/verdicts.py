"""Red flags and other verdicts: what holds first, then what cannot be told, then what is clear."""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.rules import Outcome, Verdict

_WORDS = {Outcome.HOLD: "Hold", Outcome.CANNOT_TELL: "Cannot tell", Outcome.CLEAR: "Clear"}
_URGENCY = {"emergency": 0, "urgent": 1, "soon": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    outcome: str
    word: str
    label: str
    urgency: str
    says: tuple[str, ...]
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictPanel:
    """What is raised stands open; what is open or clear is one line each, with its list."""

    raised: tuple[VerdictRow, ...]
    unknown: tuple[VerdictRow, ...]
    clear: tuple[VerdictRow, ...]


def verdict_panel(verdicts: tuple[Verdict, ...]) -> VerdictPanel:
    """Sort verdicts by what they conclude, the most urgent first."""
    rows = sorted(verdicts, key=lambda v: _URGENCY.get(v.urgency or "", 3))
    return VerdictPanel(
        raised=tuple(_row(v) for v in rows if v.outcome is Outcome.HOLD),
        unknown=tuple(_row(v) for v in rows if v.outcome is Outcome.CANNOT_TELL),
        clear=tuple(_row(v) for v in rows if v.outcome is Outcome.CLEAR),
    )


def _row(v: Verdict) -> VerdictRow:
    return VerdictRow(
        outcome=v.outcome.value,
        word=_WORDS[v.outcome],
        label=v.label,
        urgency=v.urgency or "",
        says=tuple(reason.says for reason in v.reasons if reason.outcome is v.outcome),
        do=(v.do or "") if v.outcome is Outcome.HOLD else "",
    )


__all__ = ["VerdictPanel", "VerdictRow", "verdict_panel"]
