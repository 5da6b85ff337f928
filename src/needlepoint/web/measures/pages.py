"""The patient's own course in one picture: points, treatments, and no word of advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.utils.formats import date_format

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import Score, scores
from needlepoint.core.record import PatientRecord
from needlepoint.web.drawings.svg import Drawing
from needlepoint.web.phone.words import Language, place_words, words

_WIDE, _HIGH, _LEFT, _TOP = 360, 220, 34, 14
_MOST = 24  # points that a phone can show


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """One pain over time: the picture, and the same as a list."""

    label: str
    picture: Drawing
    rows: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    pains: tuple[Pain, ...]


def course(record: PatientRecord, knowledge: Knowledge, language: Language) -> Course:
    """Every pain that was scored, oldest score first."""
    nrs = knowledge.guidance.instruments["nrs"]
    treated = [p.occurred_at for p in record.procedures]
    found = []
    for one in record.complaints:
        scored = scores(record, nrs, one.complaint.name)[-_MOST:]
        if scored:
            label = place_words(one.complaint.presentation, language)
            found.append(
                Pain(
                    label=label,
                    picture=picture(scored, treated, label=f"{words(language)['measures_picture']}"
                                    f": {label}"),
                    rows=tuple((s.at, f"{s.value:g}") for s in scored),
                )
            )  # fmt: skip
    return Course(pains=tuple(found))


def picture(scored: Sequence[Score], treated: Sequence[datetime], *, label: str) -> Drawing:
    """A line from 0 to 10 over time; a dashed line for each treatment within it."""
    first, last = scored[0].at, scored[-1].at
    span = max((last - first).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        share = (at - first).total_seconds() / span if len(scored) > 1 else 0.5
        return _LEFT + 12 + share * (_WIDE - _LEFT - 30)

    def y(value: float) -> float:
        return _TOP + (10 - value) / 10 * (_HIGH - _TOP - 34)

    parts = [f'<svg class="line-picture" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
             f'aria-label="{escape(label)}">']  # fmt: skip
    for value in (0, 5, 10):
        parts.append(f'<path class="grid" d="M{_LEFT} {y(value):.1f}H{_WIDE - 8}"/>'
                     f'<text x="{_LEFT - 8}" y="{y(value) + 5:.1f}" '
                     f'text-anchor="end">{value}</text>')  # fmt: skip
    for at in treated:
        if first <= at <= last:
            parts.append(f'<path class="when" d="M{x(at):.1f} {_TOP}V{y(0):.1f}"/>')
    points = " ".join(f"{x(s.at):.1f},{y(s.value):.1f}" for s in scored)
    parts.append(f'<polyline class="course" points="{points}"/>')
    parts += [f'<circle cx="{x(s.at):.1f}" cy="{y(s.value):.1f}" r="6"/>' for s in scored]
    parts += _dates(scored)
    return Drawing("".join([*parts, "</svg>"]))


def _dates(scored: Sequence[Score]) -> list[str]:
    ends = [(scored[0], "start")] if len(scored) > 1 else [(scored[0], "middle")]
    if len(scored) > 1:
        ends.append((scored[-1], "end"))
    where = {"start": _LEFT, "middle": _WIDE / 2, "end": _WIDE - 8}
    return [
        f'<text x="{where[anchor]}" y="{_HIGH - 8}" text-anchor="{anchor}">'
        f"{escape(date_format(s.at, 'Y-m-d'))}</text>"
        for s, anchor in ends
    ]


__all__ = ["Course", "course", "picture"]
