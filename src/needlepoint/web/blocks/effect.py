"""What did one result do to each source? Two assessments: without it, and with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from needlepoint.core.assess import Assessment, ComplaintAssessment, assess
from needlepoint.core.chart import Chart, DiaryReading
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.units import say_chance
from needlepoint.web.drawings.svg import Drawing, bar_svg

_SHOWN, _ROWS = 0.01, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One source before and after."""

    label: str
    before: str
    after: str
    change: str
    before_bar: Drawing
    after_bar: Drawing


def without(chart: Chart, entry: str) -> Chart:
    """The chart as if this entry and its diary had never been written."""
    kept = tuple(
        e
        for e in chart.entries
        if e.id != entry
        and not (isinstance(e.statement, DiaryReading) and e.statement.block_entry == entry)
    )
    return replace(chart, entries=kept)


def effect_of(
    chart: Chart, result: Assessment, entry: str, complaint: str | None, knowledge: Knowledge
) -> tuple[Moved, ...]:
    """Sources that matter before or after, the most probable first; nothing for another pain."""
    after = chosen(result, complaint)
    if after is None:
        return ()
    earlier = assess(
        without(chart, entry), knowledge, as_of=result.as_of, with_intervals=False,
        with_reasons=False, look_ahead=False,
    )  # fmt: skip
    before = chosen(earlier, after.observed.complaint)
    return moved(before, after) if before is not None else ()


def chosen(result: Assessment, complaint: str | None) -> ComplaintAssessment | None:
    """The complaint of this name; the only one where none is named."""
    named = [c for c in result.complaints if c.observed.complaint == complaint]
    if named or complaint is not None:
        return named[0] if named else None
    return result.complaints[0] if len(result.complaints) == 1 else None


def moved(before: ComplaintAssessment, after: ComplaintAssessment) -> tuple[Moved, ...]:
    """Compare kind by kind, and what cannot be named."""
    old, new = _kinds(before), _kinds(after)
    names: Collection[str] = [k for k in new if max(new[k], old.get(k, 0.0)) >= _SHOWN]
    ranked = sorted(names, key=lambda k: -max(new[k], old.get(k, 0.0)))[:_ROWS]
    anatomy = after.where.frame.anatomy
    return tuple(
        Moved(
            label=anatomy.kinds[k].label if k else "none nameable",
            before=say_chance(old.get(k, 0.0)),
            after=say_chance(new[k]),
            change=_signed(new[k] - old.get(k, 0.0)),
            before_bar=bar_svg(old.get(k, 0.0), None),
            after_bar=bar_svg(new[k], None),
        )
        for k in ranked
    )


def _signed(change: float) -> str:
    return "0.00" if abs(change) < 0.005 else f"{change:+.2f}".replace("-", "−")


def _kinds(one: ComplaintAssessment) -> dict[str, float]:
    named = zip(one.where.frame.kinds, one.where.posterior.kinds, strict=True)
    return {**{kind: float(p) for kind, p in named}, "": float(one.where.posterior.none)}


__all__ = ["Moved", "chosen", "effect_of", "moved", "without"]
