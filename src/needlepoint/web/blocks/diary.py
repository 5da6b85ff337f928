"""The curve of pain after a block over the time in which its agent works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from needlepoint.core.inference.reading import agent_of, read_block, readings_in_window
from needlepoint.core.knowledge import Agent, Knowledge
from needlepoint.core.record import BlockRecord

State = Literal["performed", "diary", "read"]
_HOUR = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryRow:
    """One reading."""

    after: str
    nrs: float
    activity: str
    is_late: bool
    is_within: bool  # the agent's working time


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """The readings, the window, and the chart of both."""

    rows: tuple[DiaryRow, ...]
    nrs_before: float | None
    window: str
    spec: dict[str, Any] | None


def state_of(block: BlockRecord, knowledge: Knowledge, as_of: datetime) -> State:
    """A block is read when its agent has worn off and something was noted, or relief was said."""
    one = block.statement
    reading = read_block(one, knowledge)
    agent = agent_of(one, knowledge)
    over = agent is None or as_of >= block.occurred_at + timedelta(
        minutes=agent.duration_minutes[1]
    )
    if reading is not None and (over or one.relief is not None):
        return "read"
    return "diary" if one.diary and not over else "performed"


def diary_of(block: BlockRecord, knowledge: Knowledge) -> Diary:
    """Lay the readings out over the agent's window."""
    one, agent = block.statement, agent_of(block.statement, knowledge)
    within = {id(reading) for reading in readings_in_window(one.diary, agent)}
    rows = tuple(
        DiaryRow(
            after=_after(r.minutes), nrs=r.nrs, activity=r.activity or "", is_late=r.late,
            is_within=id(r) in within,
        )
        for r in one.diary
    )  # fmt: skip
    return Diary(
        rows=rows, nrs_before=one.nrs_before, window=_window(agent),
        spec=diary_spec(block, agent) if one.diary else None,
    )  # fmt: skip


def diary_spec(block: BlockRecord, agent: Agent | None) -> dict[str, Any]:
    """Vega-Lite: the working time as a band, the pain before as a rule, readings as a line."""
    one = block.statement
    values = [{"hours": r.minutes / _HOUR, "nrs": r.nrs, "late": r.late} for r in one.diary]
    if one.nrs_before is not None:
        values.insert(0, {"hours": 0.0, "nrs": one.nrs_before, "late": False})
    x = {"field": "hours", "type": "quantitative", "axis": {"title": "hours after", "grid": False}}
    y = {"field": "nrs", "type": "quantitative", "scale": {"domain": [0, 10]},
         "axis": {"title": "pain", "values": [0, 2, 4, 6, 8, 10]}}  # fmt: skip
    layers: list[dict[str, Any]] = []
    if agent is not None:
        band = {"from": agent.onset_minutes[0] / _HOUR, "to": agent.duration_minutes[1] / _HOUR}
        layers.append(
            {
                "data": {"values": [band]},
                "mark": {"type": "rect", "opacity": 0.12},
                "encoding": {
                    "x": {"field": "from", "type": "quantitative"},
                    "x2": {"field": "to"},
                },
            }
        )
    if one.nrs_before is not None:
        layers.append(
            {
                "data": {"values": [{"nrs": one.nrs_before}]},
                "mark": {"type": "rule", "strokeDash": [4, 3]},
                "encoding": {"y": y},
            }
        )
    layers.append(
        {"data": {"values": values}, "mark": {"type": "line"}, "encoding": {"x": x, "y": y}}
    )
    shape = {"field": "late", "type": "nominal", "legend": None,
             "scale": {"domain": [False, True], "range": ["circle", "cross"]}}  # fmt: skip
    layers.append(
        {
            "data": {"values": values},
            "mark": {"type": "point", "size": 60},
            "encoding": {"x": x, "y": y, "shape": shape},
        }
    )
    return {"width": "container", "height": 220, "layer": layers}


def _after(minutes: float) -> str:
    if minutes < _HOUR:
        return f"{minutes:g} min"
    return f"{int(minutes // _HOUR)} h {minutes % _HOUR:02.0f}"


def _window(agent: Agent | None) -> str:
    if agent is None:
        return "The agent is not known: every reading counts, and none can be told to be too late."
    low, high = agent.duration_minutes
    return (
        f"{agent.label.capitalize()} begins to work within {agent.onset_minutes[1]:g} minutes and "
        f"works for {low / _HOUR:.2g} to {high / _HOUR:.2g} hours. "
        "Only readings in that time are its doing."
    )


__all__ = ["Diary", "DiaryRow", "State", "diary_of", "diary_spec", "state_of"]
