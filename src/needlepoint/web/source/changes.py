"""What changed between two days."""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.units import say_chance

_SHOWN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    label: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Kinds whose probability moved, the most moved first, and what came in between."""

    changes: tuple[Change, ...]
    came: tuple[str, ...]  # new, or said otherwise than before
    went: tuple[str, ...]  # taken back


def difference(before: ComplaintAssessment, after: ComplaintAssessment) -> Difference:
    """Compare two assessments of one complaint."""
    old, new = _kinds(before), _kinds(after)
    moved = sorted(
        (k for k in {**old, **new} if abs(new.get(k, 0.0) - old.get(k, 0.0)) >= _SHOWN),
        key=lambda k: -abs(new.get(k, 0.0) - old.get(k, 0.0)),
    )
    then, now = _said(before), _said(after)
    return Difference(
        changes=tuple(_change(k, old.get(k, 0.0), new.get(k, 0.0), after) for k in moved),
        came=tuple(f"{label}: {state}" for label, state in now.items() if then.get(label) != state),
        went=tuple(f"{label}: {state}" for label, state in then.items() if label not in now),
    )


def _said(one: ComplaintAssessment) -> dict[str, str]:
    return {step.label: step.state for step in one.steps}


def _kinds(one: ComplaintAssessment) -> dict[str, float]:
    named = zip(one.where.frame.kinds, one.where.posterior.kinds, strict=True)
    return {**{kind: float(p) for kind, p in named}, "": one.where.posterior.none}


def _change(kind: str, old: float, new: float, one: ComplaintAssessment) -> Change:
    label = one.where.frame.anatomy.kinds[kind].label if kind else "none nameable"
    return Change(
        label=label,
        before=say_chance(old),
        after=say_chance(new),
        change=f"{new - old:+.2f}".replace("-", "−"),
    )


__all__ = ["Change", "Difference", "difference"]
