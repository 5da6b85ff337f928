"""Why this kind: a waterfall from before any finding to the answer, one bar a finding."""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.inference import Step, versus
from needlepoint.core.knowledge import Knowledge, is_verified
from needlepoint.web.drawings.svg import Drawing, fall_svg

_SMALL = 0.003  # a change that nobody would act on


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What one observation did."""

    name: str  # of the finding, where it has a page of its own
    label: str
    state: str
    after: str
    change: str
    fall: Drawing
    citations: tuple[str, ...]
    is_unverified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The waterfall of one kind, and why it stands above its rival."""

    kind: str
    label: str
    start: str
    start_fall: Drawing
    bars: tuple[Bar, ...]
    left_out: int  # bars too small to show
    end: str
    end_fall: Drawing
    rival: str


def ledger(one: ComplaintAssessment, kind: str, knowledge: Knowledge) -> Ledger:
    """Lay out the steps that moved one kind; the small ones are counted."""
    k = one.where.frame.kinds.index(kind)
    end = float(one.where.posterior.kinds[k])
    start = float(one.steps[0].before[k]) if one.steps else end
    moved = [s for s in one.steps if abs(float(s.after[k] - s.before[k])) >= _SMALL]
    return Ledger(
        kind=kind,
        label=one.where.frame.anatomy.kinds[kind].label,
        start=f"{start:.2f}",
        start_fall=fall_svg(0, start, total=True),
        bars=tuple(_bar(step, k, knowledge) for step in moved),
        left_out=len(one.steps) - len(moved),
        end=f"{end:.2f}",
        end_fall=fall_svg(0, end, total=True),
        rival=_rival(one, k, knowledge),
    )


def _bar(step: Step, k: int, knowledge: Knowledge) -> Bar:
    before, after = float(step.before[k]), float(step.after[k])
    return Bar(
        name=step.name if step.name in knowledge.findings else "",
        label=step.label,
        state=step.state,
        after=f"{after:.2f}",
        change=f"{after - before:+.2f}".replace("-", "−"),
        fall=fall_svg(before, after),
        citations=_citations(step, knowledge)[:3],
        is_unverified=bool(step.sources)
        and not any(is_verified(s, knowledge) for s in step.sources),
    )


def _citations(step: Step, knowledge: Knowledge) -> tuple[str, ...]:
    named = (name.split("/")[0] for source in step.sources for name in source.rests_on)
    known = (knowledge.sources[name].citation for name in named if name in knowledge.sources)
    return tuple(dict.fromkeys(known))


def _rival(one: ComplaintAssessment, k: int, knowledge: Knowledge) -> str:
    """Why the best place of this kind and not the best of the strongest other."""
    where = one.where
    others = [n for n in range(len(where.frame.kinds)) if n != k]
    if not others:
        return ""
    best_other = max(others, key=lambda n: float(where.posterior.kinds[n]))
    answer = versus(
        where.frame, where.prior, where.factors, where.blocks,
        _best(one, k), _best(one, best_other), knowledge.parameters.floor,
    )  # fmt: skip
    strongest = sorted(answer.parts, key=lambda part: -abs(part[1]))[:4]
    said = "; ".join(f"{what.lower()} {part:+.1f}" for what, part in strongest if abs(part) >= 0.05)
    side = "over" if answer.total >= 0 else "against"
    return f"{answer.favoured} {side} {answer.rival}, {answer.total:+.1f} in log odds: {said}."


def _best(one: ComplaintAssessment, k: int) -> int:
    columns = one.where.frame.columns_of_kind[one.where.frame.kinds[k]]
    return int(max(columns, key=lambda c: float(one.where.posterior.patterns[c])))


__all__ = ["Bar", "Ledger", "ledger"]
