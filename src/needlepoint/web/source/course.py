"""Pain over time, with what was done marked: a chart specification, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import scores
from needlepoint.core.record import ComplaintRecord, PatientRecord
from needlepoint.web.story.sentences import sentence

_FEWEST = 2  # a line needs two ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Pain on one day, 0 to 10."""

    on: datetime
    nrs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A block or procedure."""

    on: datetime
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Readings and what was done, oldest first, and the chart of both."""

    readings: tuple[Reading, ...]
    done: tuple[Done, ...]
    spec: dict[str, Any]


def pain_course(
    record: PatientRecord, complaint: ComplaintRecord, knowledge: Knowledge
) -> Course | None:
    """The course of one pain; None if it was measured less than twice."""
    readings = tuple(sorted(_readings(record, complaint, knowledge), key=lambda r: r.on))
    if len(readings) < _FEWEST:
        return None
    done = tuple(_done(record, complaint, knowledge))
    return Course(readings=readings, done=done, spec=_spec(readings, done))


def _readings(
    record: PatientRecord, complaint: ComplaintRecord, knowledge: Knowledge
) -> Iterator[Reading]:
    """Every score of the 0 to 10 scale, and the pain before each block."""
    scale = knowledge.guidance.instruments.get("nrs")
    if scale is not None:
        for one in scores(record, scale, complaint.complaint.name):
            yield Reading(on=one.at, nrs=one.value)
    for block in complaint.blocks:
        if block.statement.performed and block.statement.nrs_before is not None:
            yield Reading(on=block.occurred_at, nrs=block.statement.nrs_before)


def _done(
    record: PatientRecord, complaint: ComplaintRecord, knowledge: Knowledge
) -> Iterator[Done]:
    for block in complaint.blocks:
        if block.statement.performed:
            yield Done(on=block.occurred_at, what=sentence(block.statement, knowledge))
    for said in record.procedures:
        if said.statement.complaint in (None, complaint.complaint.name):
            yield Done(on=said.occurred_at, what=sentence(said.statement, knowledge))


def _spec(readings: tuple[Reading, ...], done: tuple[Done, ...]) -> dict[str, Any]:
    """Vega-Lite: a line over days, and a rule for each thing done."""
    time = {"field": "on", "type": "temporal", "axis": {"title": None, "tickCount": 4}}
    pain = {"field": "nrs", "type": "quantitative", "scale": {"domain": [0, 10]},
            "axis": {"title": None, "values": [0, 5, 10]}}  # fmt: skip
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [{"on": r.on.isoformat(), "nrs": r.nrs} for r in readings]},
            "mark": {"type": "line", "point": True, "interpolate": "monotone"},
            "encoding": {"x": time, "y": pain},
        }
    ]
    if done:
        layers.append(
            {
                "data": {"values": [{"on": d.on.isoformat(), "what": d.what} for d in done]},
                "mark": {"type": "rule", "strokeDash": [4, 3]},
                "encoding": {"x": time},
            }
        )
    return {"width": "container", "height": 110, "layer": layers}


__all__ = ["Course", "Done", "Reading", "pain_course"]
