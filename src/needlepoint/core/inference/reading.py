"""What did a block do? From diary, percent, range or word to an interval of relief.

Only readings within the agent's working time are the anaesthetic phase; relief that comes later is
the steroid's, or none of the block's doing. A block without a stated effect is no evidence. A
reading that was not given is not known: where nobody said how strong the pain was while the agent
surely worked, what was read earlier or later is the least relief there was, and no relief is no
answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from needlepoint.core.chart import DiagnosticBlock, Reading
from needlepoint.core.knowledge import Agent, Knowledge

_NRS_ROUNDING = 0.5  # a whole number on a 0-10 scale stands for itself and half a step either way
_PERCENT_ROUNDING = 0.05  # percentages are said in steps of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReading:
    """Relief of the index pain as an interval of shares; the ends are open beyond 0 and 1."""

    low: float
    high: float
    hours: float | None = None  # how long it lasted, if that can be told
    is_least: bool = False  # read only when the agent may not have worked: there may be more

    @property
    def middle(self) -> float:
        return (max(self.low, 0.0) + min(self.high, 1.0)) / 2


def read_block(block: DiagnosticBlock, knowledge: Knowledge) -> BlockReading | None:
    """The relief of one block; None if it was not done or nothing was noted."""
    if not block.performed:
        return None
    agent = agent_of(block, knowledge)
    hours = _hours(block)
    window = readings_in_window(block.diary, agent) if block.nrs_before is not None else ()
    if window and has_sure_reading(window, agent):
        return _from_diary(block, window, hours)
    said = block.relief
    if said is None:
        return _least(block, window, hours) if window else None
    if said.percent is not None:
        share = said.percent / 100
        return _opened(share - _PERCENT_ROUNDING, share + _PERCENT_ROUNDING, hours)
    if said.percent_range is not None:
        return _opened(said.percent_range[0] / 100, said.percent_range[1] / 100, hours)
    if said.word is not None and said.word.lower() in knowledge.block_response.words:
        low, high = knowledge.block_response.words[said.word.lower()]
        return _opened(low, high, hours)
    return None


def _from_diary(
    block: DiagnosticBlock, window: tuple[Reading, ...], hours: float | None
) -> BlockReading:
    assert block.nrs_before is not None, "a diary is read against the pain before"
    relief = 1 - min(reading.nrs for reading in window) / block.nrs_before
    half = _NRS_ROUNDING / block.nrs_before
    return _opened(relief - half, relief + half, hours)


def _least(
    block: DiagnosticBlock, window: tuple[Reading, ...], hours: float | None
) -> BlockReading | None:
    """What is known where the time of sure effect went unanswered: at least so much, or nothing."""
    read = _from_diary(block, window, hours)
    if read.low == float("-inf"):
        return None
    return replace(read, high=float("inf"), is_least=True)


def has_sure_reading(readings: Iterable[Reading], agent: Agent | None) -> bool:
    """Whether one falls in the time in which every such agent works; any, if it is not known."""
    if agent is None:
        return True
    first, last = agent.onset_minutes[1], agent.duration_minutes[0]
    return any(first <= reading.minutes <= last for reading in readings)


def stated_relief(block: DiagnosticBlock, knowledge: Knowledge) -> float | None:
    """The relief as one number from 0 to 1, where one was noted; a range or a word is none."""
    if not block.performed:
        return None
    if block.nrs_before is not None and block.diary:
        agent = agent_of(block, knowledge)
        window = readings_in_window(block.diary, agent)
        if window and has_sure_reading(window, agent):
            return 1 - min(reading.nrs for reading in window) / block.nrs_before
    if block.relief is not None and block.relief.percent is not None:
        return block.relief.percent / 100
    return None


def agent_of(block: DiagnosticBlock, knowledge: Knowledge) -> Agent | None:
    """The local anaesthetic on file, by name or synonym."""
    if block.agent is None:
        return None
    wanted = block.agent.name.lower()
    for agent in knowledge.agents.values():
        if wanted in (agent.id.lower(), agent.label.lower(), *(s.lower() for s in agent.synonyms)):
            return agent
    return None


def readings_in_window(diary: tuple[Reading, ...], agent: Agent | None) -> tuple[Reading, ...]:
    """Readings between onset and the longest working time; all of them if the agent is unknown."""
    if agent is None:
        return tuple(reading for reading in diary if reading.minutes > 0)
    return tuple(
        reading
        for reading in diary
        if agent.onset_minutes[0] <= reading.minutes <= agent.duration_minutes[1]
    )


def _hours(block: DiagnosticBlock) -> float | None:
    """How long at least half of the relief lasted."""
    if block.relief_hours is not None:
        return block.relief_hours
    if block.nrs_before is None or not block.diary:
        return None
    lowest = min(reading.nrs for reading in block.diary)
    if lowest >= block.nrs_before:
        return None
    half = (block.nrs_before + lowest) / 2
    lasting = [r.minutes for r in block.diary if r.nrs <= half and r.minutes > 0]
    return max(lasting) / 60 if lasting else None


def _opened(low: float, high: float, hours: float | None) -> BlockReading:
    """No relief and complete relief are ends of the scale: anything beyond reads the same."""
    return BlockReading(
        low=float("-inf") if low <= 0 else low,
        high=float("inf") if high >= 1 else high,
        hours=hours,
    )
