"""The ranked list: each kind of source with its probability, interval and most probable place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.units import say_chance
from needlepoint.web.drawings.svg import Drawing, bar_svg

_SHOWN = 0.01  # kinds below one in a hundred are counted, not listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One row."""

    kind: str
    label: str
    place: str
    chance: str
    interval: str
    bar: Drawing
    is_open: bool
    is_mimic: bool  # referred on, not treated with a needle


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential:
    """All rows, "none nameable" last, and what the list leaves out."""

    sources: tuple[Source, ...]
    none_chance: str
    none_interval: str
    none_bar: Drawing
    has_intervals: bool
    foot: str


def differential(one: ComplaintAssessment, opened: str) -> Differential:
    """Rank the kinds. `opened` is the one whose ledger is shown."""
    posterior = one.where.posterior
    order = one.where.ranked_kinds
    shown = [k for k in order if posterior.kinds[k] >= _SHOWN]
    hidden = max((float(posterior.kinds[k]) for k in order[len(shown) :]), default=0.0)
    none_interval = _ends(one.intervals.none) if one.intervals else None
    return Differential(
        sources=tuple(_source(one, k, opened) for k in shown),
        none_chance=say_chance(posterior.none),
        none_interval=_between(none_interval),
        none_bar=bar_svg(posterior.none, none_interval),
        has_intervals=one.intervals is not None,
        foot=_foot(one, hidden),
    )


def _source(one: ComplaintAssessment, k: int, opened: str) -> Source:
    frame, posterior = one.where.frame, one.where.posterior
    kind = frame.kinds[k]
    columns = frame.columns_of_kind[kind]
    best = int(columns[np.argmax(posterior.patterns[columns])])
    interval = _ends(one.intervals.kinds[k]) if one.intervals else None
    place = str(frame.patterns[best]).replace(kind.replace("_", " "), "").strip()
    share = say_chance(float(posterior.patterns[best]))
    return Source(
        kind=kind,
        label=frame.anatomy.kinds[kind].label,
        place=f"{place} {share}" if place else "",
        chance=say_chance(float(posterior.kinds[k])),
        interval=_between(interval),
        bar=bar_svg(float(posterior.kinds[k]), interval),
        is_open=kind == opened,
        is_mimic=not frame.anatomy.kinds[kind].treatable_here,
    )


def _ends(interval: object) -> tuple[float, float]:
    low, high = np.asarray(interval, dtype=float)
    return (float(low), float(high))


def _between(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{say_chance(interval[0])}–{say_chance(interval[1])}"


def _foot(one: ComplaintAssessment, hidden: float) -> str:
    counts = one.where.posterior.by_count
    return (
        f"One source {counts[1]:.2f} · two {counts[2]:.2f} · three {counts[3]:.3f}. "
        f"Every other source is below {max(hidden, 0.001):.3f}; sets of three left out hold at "
        f"most {one.where.posterior.left_out:.3f}."
    )


__all__ = ["Differential", "Source", "differential"]
