"""What was injected before, by whom and wherever it was written down?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import (
    DiagnosticBlock,
    Entry,
    InjectionBody,
    MedicationInjected,
    Procedure,
)
from needlepoint.core.rules.clock import hours_between
from needlepoint.core.rules.situation import Injected, Situation, injected


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One medicine of one earlier session."""

    entry: str
    at: datetime
    what: Injected
    by: str  # the procedure or block, as it was written


def injections(now: Situation, *, hours: float) -> tuple[Given, ...]:
    """Every medicine injected in that many hours before the planned procedure, oldest first."""
    found = [
        Given(entry=entry.id, at=entry.occurred_at, what=injected(medicine, now.knowledge), by=name)
        for entry in now.entries_of(Procedure, DiagnosticBlock)
        if 0 < hours_between(entry.occurred_at, now.at) < hours
        for name, medicine in _medicines(entry)
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.entry, one.what.text)))


def _medicines(entry: Entry) -> Iterator[tuple[str, MedicationInjected]]:
    match entry.statement:
        case Procedure(name=name, body=InjectionBody() as body):
            yield from ((name, one) for one in body.medicines)
        case DiagnosticBlock(performed=True) as block:
            yield from ((block.block, one) for one in of_block(block))


def of_block(block: DiagnosticBlock) -> Iterator[MedicationInjected]:
    """Agent and steroid of a block, over all its sites."""
    sites = sum(len(t.side.single) if t.side else 1 for t in block.targets)
    if block.agent is not None:
        agent = block.agent
        volume = None if agent.volume_ml is None else agent.volume_ml * sites
        yield MedicationInjected(
            name=agent.name,
            concentration_percent=agent.concentration_percent,
            volume_ml=volume,
        )
    if block.steroid:
        yield MedicationInjected(name=block.steroid)
