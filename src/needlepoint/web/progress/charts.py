"""Vega-Lite specifications of progress, each a pure function of the rows its table prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

_DAYS = {"field": "on", "type": "temporal", "axis": {"title": None, "tickCount": 4}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One score on one day."""

    on: datetime
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefPoint:
    """Relief at one time after one procedure."""

    procedure: str
    months: float
    percent: float


def score_chart(points: Sequence[Point], low: float, high: float) -> dict[str, Any]:
    """An instrument over time, over its whole range."""
    return {
        "width": "container",
        "height": 90,
        "data": {"values": [{"on": p.on.isoformat(), "value": p.value} for p in points]},
        "mark": {"type": "line", "point": True, "interpolate": "monotone"},
        "encoding": {
            "x": _DAYS,
            "y": {"field": "value", "type": "quantitative", "scale": {"domain": [low, high]},
                  "axis": {"title": None, "values": [low, high]}},
        },
    }  # fmt: skip


def relief_chart(points: Sequence[ReliefPoint], enough: float) -> dict[str, Any]:
    """Relief against months, a line a procedure, and the line that counts as relief."""
    values = [
        {"procedure": p.procedure, "months": round(p.months, 2), "percent": round(p.percent, 1)}
        for p in points
    ]
    lowest = min([0.0, *(p.percent for p in points)])
    relief = {"field": "percent", "type": "quantitative",
              "scale": {"domain": [max(-100.0, lowest), 100]},
              "axis": {"title": "relief, %", "values": [0, 50, 100]}}  # fmt: skip
    last = max(3, ceil(max((p.months for p in points), default=0)))
    months = {"field": "months", "type": "quantitative", "scale": {"domain": [0, last]},
              "axis": {"title": "months after",
                       "values": list(range(0, last + 1, ceil(last / 12)))}}  # fmt: skip
    legend = {"orient": "bottom", "title": None, "columns": 1, "labelLimit": 320}
    name = {"field": "procedure", "type": "nominal", "legend": legend}
    return {
        "width": "container",
        "height": 150,
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "line", "point": True},
                "encoding": {"x": months, "y": relief, "strokeDash": name, "detail": name},
            },
            {
                "data": {"values": [{"percent": enough}]},
                "mark": {"type": "rule", "strokeDash": [2, 3]},
                "encoding": {"y": relief},
            },
        ],
    }


def opioid_chart(points: Sequence[Point]) -> dict[str, Any]:
    """Morphine equivalents a day, which hold until they are changed."""
    return {
        "width": "container",
        "height": 90,
        "data": {"values": [{"on": p.on.isoformat(), "value": p.value} for p in points]},
        "mark": {"type": "line", "interpolate": "step-after", "point": True},
        "encoding": {
            "x": _DAYS,
            "y": {"field": "value", "type": "quantitative", "scale": {"domainMin": 0},
                  "axis": {"title": "MME a day", "tickCount": 3}},
        },
    }  # fmt: skip


__all__ = ["Point", "ReliefPoint", "opioid_chart", "relief_chart", "score_chart"]
