"""What came of a procedure: how much relief, how soon, for how long?

The pain before is the last score of the same scale before the needle. Relief of each later score is
its share of that. What was never measured is not known; it is not a failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from needlepoint.core.chart import Complaint, Procedure, Questionnaire
from needlepoint.core.knowledge import Instrument
from needlepoint.core.outcomes.scoring import instrument_named, reported_score
from needlepoint.core.record import PatientRecord

_DAYS_A_MONTH = 30.4375  # of the mean Gregorian year


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One score at one time."""

    at: datetime
    value: float
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRules:
    """What counts as an answer to a treatment: numbers of the knowledge base."""

    moderate_percent: float
    substantial_percent: float
    baseline_within_days: float
    first_follow_up_after_days: float
    upkeep: frozenset[str] = frozenset()  # procedures that end no treatment of the pain


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The pain after one procedure."""

    procedure: str  # its entry
    name: str
    at: datetime
    before: Score | None
    after: tuple[tuple[Score, float], ...]  # each later score with its relief in percent
    best_percent: float | None
    last_percent: float | None
    moderate: bool | None  # at the last follow-up; None: never measured
    substantial: bool | None
    returned_months: float | None  # until relief fell below half; None: it has not, or not known
    relief_months: float | None  # how long at least half has lasted so far


def scores(
    record: PatientRecord, instrument: Instrument, complaint: str | None = None
) -> tuple[Score, ...]:
    """Every score of an instrument, oldest first; of one complaint, or said of none."""
    found = []
    only = {instrument.id: instrument}
    for entry in record.entries:
        one = entry.statement
        if isinstance(one, Questionnaire) and instrument_named(one.instrument, only):
            if complaint is not None and one.complaint not in (None, complaint):
                continue
            value = reported_score(one, only)
        elif isinstance(one, Complaint) and instrument.id == "nrs":
            value = one.nrs_average if complaint in (None, one.name) else None
        else:
            continue
        if value is not None:
            found.append(Score(at=entry.occurred_at, value=value, entry=entry.id))
    return tuple(sorted(found, key=lambda s: (s.at, s.entry)))


def responses(
    record: PatientRecord, instrument: Instrument, rules: ResponseRules
) -> tuple[Response, ...]:
    """What came of every procedure, oldest first, by one scale of pain.

    A later procedure for the same complaint ends the follow-up of the earlier one, unless it is
    upkeep: a refill, a blood patch.
    """
    done = [
        (e.id, e.occurred_at, e.statement)
        for e in record.entries
        if isinstance(e.statement, Procedure)
    ]
    found = []
    for n, (entry, at, procedure) in enumerate(done):
        later = [
            when
            for _, when, other in done[n + 1 :]
            if when > at
            and _same_pain(procedure.complaint, other.complaint)
            and other.name not in rules.upkeep
        ]
        series = scores(record, instrument, procedure.complaint)
        found.append(_response(entry, at, procedure, series, min(later, default=None), rules))
    return tuple(found)


def _same_pain(first: str | None, second: str | None) -> bool:
    return first is None or second is None or first == second


def _response(
    entry: str,
    at: datetime,
    procedure: Procedure,
    series: Iterable[Score],
    until: datetime | None,
    rules: ResponseRules,
) -> Response:
    series = tuple(series)
    oldest = at - timedelta(days=rules.baseline_within_days)
    before = next((s for s in reversed(series) if oldest <= s.at <= at and s.value > 0), None)
    start = at + timedelta(days=rules.first_follow_up_after_days)
    after: tuple[tuple[Score, float], ...] = ()
    if before is not None:
        after = tuple(
            (s, 100 * (1 - s.value / before.value))
            for s in series
            if s.at >= start and (until is None or s.at <= until)
        )
    percents = [percent for _, percent in after]
    last = percents[-1] if percents else procedure.relief_percent
    returned, lasted = _duration(at, after, procedure, rules)
    return Response(
        procedure=entry,
        name=procedure.name,
        at=at,
        before=before,
        after=after,
        best_percent=max(percents) if percents else procedure.relief_percent,
        last_percent=last,
        moderate=None if last is None else last >= rules.moderate_percent - 1e-9,
        substantial=None if last is None else last >= rules.substantial_percent - 1e-9,
        returned_months=returned,
        relief_months=lasted,
    )


def _duration(
    at: datetime,
    after: tuple[tuple[Score, float], ...],
    procedure: Procedure,
    rules: ResponseRules,
) -> tuple[float | None, float | None]:
    """Months until relief fell below half, and months it is known to have lasted.

    Between the last good and the first bad score the pain came back somewhere: the later one is
    when it is known to be back, the earlier one is how long relief is known to have held.
    """
    if not after:
        weeks = procedure.relief_weeks
        months = None if weeks is None else weeks * 7 / _DAYS_A_MONTH
        return months, months
    held: float | None = None
    for score, percent in after:
        months = (score.at - at).total_seconds() / 86400 / _DAYS_A_MONTH
        if percent < rules.substantial_percent - 1e-9:
            return (months if held is not None else 0.0), held
        held = months
    return None, held
