"""What the progress page prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from needlepoint.core.knowledge import Instrument, Knowledge
from needlepoint.core.outcomes import Change, Response, band_of
from needlepoint.core.plan import Series, progress, response_rules
from needlepoint.core.plan.due import self_harm_alarms
from needlepoint.core.record import PatientRecord
from needlepoint.web.links.asked import Sent
from needlepoint.web.progress.charts import (
    Point,
    ReliefPoint,
    opioid_chart,
    relief_chart,
    score_chart,
)
from needlepoint.web.progress.follow_up import FollowUpRow, completeness, follow_up_rows
from needlepoint.web.source.course import Course, pain_course


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An answer that asks for action today."""

    entry: str
    on: datetime
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCard:
    """One instrument over time."""

    id: str
    label: str
    about: str
    last: str
    band: str
    change: str
    direction: str  # better, worse, same, or empty with one score only
    points: tuple[Point, ...]
    spec: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PainCard:
    id: str
    label: str
    course: Course | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRow:
    """What came of one procedure."""

    name: str
    on: datetime
    before: str
    best: str
    last: str
    held: str
    returned: str
    state: str  # responder, partial responder, not a responder, not measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Opioid:
    on: datetime
    mme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    on: datetime
    says: str
    severity: str
    is_grave: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPage:
    """Exactly what progress prints."""

    alarms: tuple[Alarm, ...]
    pains: tuple[PainCard, ...]
    series: tuple[SeriesCard, ...]
    responses: tuple[ResponseRow, ...]
    relief: tuple[ReliefPoint, ...]
    relief_spec: dict[str, Any] | None
    events: tuple[EventRow, ...]
    opioids: tuple[Opioid, ...]
    opioid_spec: dict[str, Any] | None
    follow_ups: tuple[FollowUpRow, ...]
    completeness: str


def progress_page(
    record: PatientRecord, knowledge: Knowledge, *, zone: tzinfo = UTC, sent: Sequence[Sent] = ()
) -> ProgressPage:
    """Read the record as a course.

    Args:
        sent: links of questionnaires that the patient was given, the latest first.
    """
    found = progress(record, knowledge)
    relief = tuple(_relief(found.responses))
    opioids = [(at, mme) for at, mme in found.opioids]
    known = [Point(on=at, value=mme) for at, mme in opioids if mme is not None]
    rows = follow_up_rows(record, knowledge, zone=zone, sent=sent)
    enough = response_rules(knowledge).substantial_percent
    return ProgressPage(
        alarms=tuple(
            Alarm(entry=entry, on=at, instrument=label)
            for entry, at, label in self_harm_alarms(record, knowledge)
        ),
        pains=tuple(_pains(record, knowledge)),
        series=tuple(_card(one, n) for n, one in enumerate(found.series)),
        responses=tuple(_response(one) for one in found.responses),
        relief=relief,
        relief_spec=relief_chart(relief, enough) if relief else None,
        events=tuple(
            EventRow(on=e.occurred_at, says=_words(e.statement.name),
                     severity=_words(e.statement.severity),
                     is_grave=e.statement.severity in ("fatal", "life_threatening", "severe"))
            for e in found.events
        ),
        opioids=tuple(Opioid(on=at, mme="a dose is not known" if m is None else f"{m:.0f}")
                      for at, m in opioids),
        opioid_spec=opioid_chart(known) if len(known) > 1 else None,
        follow_ups=rows,
        completeness=completeness(rows),
    )  # fmt: skip


def _pains(record: PatientRecord, knowledge: Knowledge) -> Iterator[PainCard]:
    for n, one in enumerate(record.complaints):
        label = knowledge.presentations[one.complaint.presentation].label
        yield PainCard(id=f"pain-{n}", label=label, course=pain_course(record, one, knowledge))


# --- scores ---------------------------------------------------------------------------------------


def _card(one: Series, n: int) -> SeriesCard:
    instrument = one.instrument
    points = tuple(Point(on=s.at, value=s.value) for s in one.scores)
    last = points[-1].value
    return SeriesCard(
        id=f"series-{n}",
        label=instrument.label,
        about=(one.complaint or "").replace("_", " "),
        last=f"{last:g} of {instrument.high:g}",
        band=band_of(instrument, last) or "",
        change=change_words(one.since_first, instrument) if one.since_first else "",
        direction=one.since_first.direction.value if one.since_first else "",
        points=points,
        spec=score_chart(points, instrument.low, instrument.high) if len(points) > 1 else None,
    )


def change_words(change: Change, instrument: Instrument) -> str:
    """A change against the least that matters to patients, in words."""
    if not change.points:
        return "The same as at first."
    size = abs(change.points)
    unit = "point" if size == 1 else "points"
    towards = "better" if change.points > 0 else "worse"
    head = f"{size:.3g} {unit} {towards} than at first"
    if change.share is not None and instrument.minimal_change_share is not None:
        head += f" ({abs(change.share):.0%})"
    least = _least(instrument)
    if change.matters is None:
        said = f"{head}; what patients notice is not on file for {instrument.label}."
    elif change.matters:
        said = f"{head}: as much as patients notice ({least}) or more."
    else:
        said = f"{head}: less than patients notice ({least})."
    return f"{said} {change.warning}" if change.warning else said


def _least(instrument: Instrument) -> str:
    parts = []
    if instrument.minimal_change is not None:
        least = instrument.minimal_change.value
        parts.append(f"{least:g} point{'' if least == 1 else 's'}")
    if instrument.minimal_change_share is not None:
        parts.append(f"{instrument.minimal_change_share.value:.0%}")
    return " and ".join(parts)


# --- procedures -----------------------------------------------------------------------------------


def _relief(responses: tuple[Response, ...]) -> Iterator[ReliefPoint]:
    for one in responses:
        name = f"{_words(one.name)}, {one.at:%Y-%m-%d}"
        for score, percent in one.after:
            months = (score.at - one.at).total_seconds() / 86400 / 30.4375
            yield ReliefPoint(procedure=name, months=months, percent=percent)


def _response(one: Response) -> ResponseRow:
    return ResponseRow(
        name=_words(one.name),
        on=one.at,
        before=f"{one.before.value:g}/10" if one.before else "not measured",
        best=_percent(one.best_percent),
        last=_percent(one.last_percent),
        held="" if one.relief_months is None else f"{one.relief_months:.1f} months",
        returned="" if one.returned_months is None else f"by {one.returned_months:.1f} months",
        state=_state(one),
    )


def _state(one: Response) -> str:
    if one.last_percent is None:
        return "not measured"
    if one.substantial:
        return "responder"
    return "partial responder" if one.moderate else "not a responder now"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


__all__ = ["ProgressPage", "change_words", "progress_page"]
