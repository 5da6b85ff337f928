"""What did the diagnostic blocks say that are asked for before the planned procedure?

Blocks of one day are one session. Only sessions that reached every planned place count: a block of
another level says nothing about this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from needlepoint.core.chart import DiagnosticBlock
from needlepoint.core.inference.reading import agent_of, read_block, stated_relief
from needlepoint.core.rules.days import months_between
from needlepoint.core.rules.diary import with_diary
from needlepoint.core.rules.measured import Measured, unknown
from needlepoint.core.rules.places import Place, places

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation

_ASK = "Record the diagnostic block of the planned place with level, side, agent and pain diary."
_ASK_SCORE = "Record one pain score before and the scores after each block, not a range or a word."


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSession:
    """The diagnostic blocks of one day."""

    day: date
    blocks: tuple[tuple[str, DiagnosticBlock], ...]  # entry and block
    places: frozenset[Place]
    relief_percent: float | None  # the least of several; None where one was given no number

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(entry for entry, _ in self.blocks)


def block_sessions(now: Situation) -> tuple[BlockSession, ...]:
    """Sessions of the blocks that are asked for first, wherever they were, oldest first."""
    if "blocks" not in now.of_plan:
        technique = now.planned.technique
        # A diagnostic block is its own predecessor: the second one asks for the first.
        names = technique.prognostic_blocks or technique.carries_out
        days: dict[date, list[tuple[str, DiagnosticBlock]]] = {}
        for e in now.entries_of(DiagnosticBlock):
            one = e.statement
            if not isinstance(one, DiagnosticBlock) or e.occurred_at >= now.at:
                continue
            if one.performed and one.block in names:
                block = with_diary(e.id, one, now)
                days.setdefault(e.occurred_at.date(), []).append((e.id, block))
        now.of_plan["blocks"] = tuple(_session(d, days[d], now) for d in sorted(days))
    kept: tuple[BlockSession, ...] = now.of_plan["blocks"]
    return kept


def _session(day: date, blocks: list[tuple[str, DiagnosticBlock]], now: Situation) -> BlockSession:
    reliefs = [stated_relief(block, now.knowledge) for _, block in blocks]
    known = [100 * relief for relief in reliefs if relief is not None]
    return BlockSession(
        day=day,
        blocks=tuple(blocks),
        places=places([t for _, block in blocks for t in block.targets], now.knowledge.anatomy),
        relief_percent=min(known) if known and len(known) == len(reliefs) else None,
    )


def _here(now: Situation) -> tuple[BlockSession, ...]:
    """Sessions that reached every planned place; all of them while no place is planned."""
    aimed = now.aimed_at
    return tuple(one for one in block_sessions(now) if aimed <= one.places)


def _entries(found: tuple[BlockSession, ...]) -> tuple[str, ...]:
    return tuple(entry for one in found for entry in one.entries)


def _positive_at(now: Situation, percent: str) -> Measured:
    """How many were answered by at least that much; none on record is not the same as zero."""
    found, wanted = _here(now), float(percent)
    if not found:
        return unknown(_ASK)
    sure = tuple(o for o in found if (o.relief_percent or -1.0) >= wanted - 1e-9)
    open_ = sum(one.relief_percent is None for one in found)
    if open_:
        high = float(len(sure) + open_)
        return unknown(_ASK_SCORE, entries=_entries(found), low=float(len(sure)), high=high)
    return Measured(value=float(len(sure)), entries=_entries(sure or found), ask=_ASK)


def _each_relief(now: Situation, _: str) -> Measured:
    """The least of the last two."""
    found = _here(now)[-2:]
    if not found:
        return unknown(_ASK)
    known = [one.relief_percent for one in found if one.relief_percent is not None]
    if len(known) < len(found):
        return unknown(_ASK_SCORE, entries=_entries(found), high=min(known, default=None))
    return Measured(value=min(known), entries=_entries(found), ask=_ASK_SCORE)


def _first_relief(now: Situation, _: str) -> Measured:
    found = _here(now)[:1]
    if not found:
        return unknown(_ASK)
    return Measured(value=found[0].relief_percent, entries=found[0].entries, ask=_ASK_SCORE)


def _count(now: Situation, _: str) -> Measured:
    found = _here(now)
    return Measured(value=float(len(found)) or None, entries=_entries(found), ask=_ASK)


def _days_since(now: Situation, _: str) -> Measured:
    found = block_sessions(now)[-1:]
    if not found:
        return unknown(_ASK)
    days = float((now.at.date() - found[0].day).days)
    return Measured(value=days, entries=found[0].entries, ask=_ASK, since=found[0].day, unit="days")


def _months_since(now: Situation, _: str) -> Measured:
    found = _here(now)[-1:]
    if not found:
        return unknown(_ASK)
    return Measured(
        value=months_between(found[0].day, now.at.date()),
        entries=found[0].entries,
        ask=_ASK,
        since=found[0].day,
        unit="months",
    )


def _levels_match(now: Situation, _: str) -> Measured:
    """Whether the last two sessions each reached every planned level and side."""
    ask = "Record level and side of the blocks and of the plan."
    found, aimed = block_sessions(now)[-2:], now.aimed_at
    if not found or not aimed:
        return unknown(ask, entries=_entries(found))
    matched = all(aimed <= one.places for one in found)
    return Measured(value=matched, entries=_entries(found), ask=ask)


def _duration_fits(now: Situation, _: str) -> Measured:
    """Whether relief lasted as long as the agent works: not longer, nor, where said, far shorter.

    A diary may end early, so only hours that were stated can be too few.
    """
    ask = "Record agent and hours of relief of each block."
    found = _here(now)[-2:]
    if not found:
        return unknown(ask)
    open_ = False
    for _entry, block in (pair for one in found for pair in one.blocks):
        agent, reading = agent_of(block, now.knowledge), read_block(block, now.knowledge)
        if agent is None or reading is None or reading.hours is None:
            open_ = True
            continue
        minutes, stated = reading.hours * 60, block.relief_hours is not None
        shortest, longest = agent.onset_minutes[1], agent.duration_minutes[1]
        if minutes > longest or (stated and minutes < shortest):
            return Measured(value=False, entries=_entries(found), ask=ask)
    return Measured(value=None if open_ else True, entries=_entries(found), ask=ask)


def _score_is_range(now: Situation, _: str) -> Measured:
    """Whether a block was answered by a range or a word instead of a number."""
    found = _here(now)
    blocks = [pair for one in found for pair in one.blocks]
    unscored = [
        (entry, block) for entry, block in blocks if stated_relief(block, now.knowledge) is None
    ]
    ranged = tuple(
        entry
        for entry, block in unscored
        if block.relief is not None and (block.relief.percent_range or block.relief.word)
    )
    if ranged:
        return Measured(value=True, entries=ranged, ask=_ASK_SCORE)
    if not blocks or unscored:
        return unknown(_ASK_SCORE, entries=_entries(found))
    return Measured(value=False, entries=_entries(found), ask=_ASK_SCORE)


def _same_scale(now: Situation, _: str) -> Measured:
    """Whether each was scored on the 0-10 scale before and after."""
    ask = "Score the pain on the same 0-10 scale before the block and in the diary after it."
    found = _here(now)
    blocks = [block for one in found for _, block in one.blocks]
    scored = blocks and all(block.nrs_before is not None and block.diary for block in blocks)
    return Measured(value=True if scored else None, entries=_entries(found), ask=ask)


def _of_nerves(now: Situation, _: str) -> Measured:
    """Whether the last session anaesthetised nerves and not a joint."""
    found = _here(now)[-1:]
    if not found:
        return unknown(_ASK)
    nerves = [bool(now.knowledge.blocks[block.block].nerves) for _, block in found[0].blocks]
    return Measured(value=all(nerves), entries=_entries(found), ask=_ASK)


def _largest_volume(now: Situation, _: str) -> Measured:
    """Millilitres at one site, the most of the last session."""
    ask = "Record agent and volume at each site of the block."
    found = _here(now)[-1:]
    volumes = [b.agent.volume_ml if b.agent else None for one in found for _, b in one.blocks]
    known = [volume for volume in volumes if volume is not None]
    if not known or len(known) < len(volumes):
        return unknown(ask, entries=_entries(found))
    return Measured(value=max(known), entries=_entries(found), ask=ask)


def _sedated(now: Situation, _: str) -> Measured:
    ask = "Record what sedation was given for the block."
    found = _here(now)[-2:]
    said = [block.sedation for one in found for _, block in one.blocks]
    if any(one in ("light", "opioid_or_benzodiazepine") for one in said):
        return Measured(value=True, entries=_entries(found), ask=ask)
    known = said and all(one == "none" for one in said)
    return Measured(value=False if known else None, entries=_entries(found), ask=ask)


BLOCKS: Mapping[str, Callable[[Situation, str], Measured]] = {
    "positive_at": _positive_at,
    "each_relief_percent": _each_relief,
    "first_relief_percent": _first_relief,
    "count": _count,
    "days_since_last": _days_since,
    "months_since_last": _months_since,
    "levels_match": _levels_match,
    "duration_fits_agent": _duration_fits,
    "score_is_range": _score_is_range,
    "same_scale": _same_scale,
    "of_nerves": _of_nerves,
    "largest_volume_ml": _largest_volume,
    "sedated": _sedated,
}
