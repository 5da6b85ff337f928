"""How is the patient doing: scores over time, what came of each procedure, harm, and opioids?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from needlepoint.core.chart import AdverseEvent, Medication
from needlepoint.core.knowledge import Instrument, Knowledge
from needlepoint.core.medicines import medicines_of, resolve
from needlepoint.core.outcomes import (
    Change,
    Response,
    Score,
    change,
    responses,
    scores,
)
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.opioids import morphine_equivalents
from needlepoint.core.rules.own_outcomes import response_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One instrument over time, of one complaint or of the patient as a whole."""

    instrument: Instrument
    complaint: str | None
    scores: tuple[Score, ...]
    since_first: Change | None  # None: fewer than two scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Everything that says whether treatment helps."""

    series: tuple[Series, ...]
    responses: tuple[Response, ...]
    events: tuple[Said[AdverseEvent], ...]  # worst first
    opioids: tuple[tuple[datetime, float | None], ...]  # MME a day; None: a dose is not known


_SEVERITY = ("fatal", "life_threatening", "severe", "moderate", "mild")


def progress(record: PatientRecord, knowledge: Knowledge) -> Progress:
    """Read the record as a course: what changed, after what, and at what price."""
    instruments = knowledge.guidance.instruments
    events = [
        Said(entry=e.id, occurred_at=e.occurred_at, statement=e.statement)
        for e in record.entries
        if isinstance(e.statement, AdverseEvent)
    ]
    return Progress(
        series=_all_series(record, instruments),
        responses=responses(record, instruments["nrs"], response_rules(knowledge)),
        events=tuple(sorted(events, key=lambda e: _SEVERITY.index(e.statement.severity))),
        opioids=_opioids(record, knowledge),
    )


def _all_series(record: PatientRecord, instruments: Mapping[str, Instrument]) -> tuple[Series, ...]:
    """Pain of each complaint by itself; every other instrument over the whole patient."""
    named = [one.complaint.name for one in record.complaints]
    found = []
    for instrument in instruments.values():
        per: list[str | None] = [*named] if instrument.about == "pain" and named else [None]
        for complaint in per:
            values = scores(record, instrument, complaint)
            if values:
                first, last = values[0].value, values[-1].value
                found.append(
                    Series(
                        instrument=instrument,
                        complaint=complaint,
                        scores=values,
                        since_first=change(instrument, first, last) if len(values) > 1 else None,
                    )
                )
    return tuple(found)


def _opioids(
    record: PatientRecord, knowledge: Knowledge
) -> tuple[tuple[datetime, float | None], ...]:
    """The daily sum at each moment at which an opioid was started, changed or stopped."""
    moments = {
        e.occurred_at
        for e in record.entries
        if isinstance(e.statement, Medication) and _is_opioid(e.statement.name, knowledge)
    }
    found = []
    for moment in sorted(moments):
        until = tuple(e for e in record.entries if e.occurred_at <= moment)
        then = medicines_of(replace(record, entries=until), knowledge.guidance.vocabulary)
        found.append((moment, morphine_equivalents(then, knowledge.guidance.safety)[0]))
    return tuple(found)


def _is_opioid(name: str, knowledge: Knowledge) -> bool:
    words = knowledge.guidance.vocabulary
    classes = {c for i in resolve(name, words).ingredients for c in words.ingredients[i].classes}
    return bool(classes & {"opioid", "opioid_partial_agonist"})
