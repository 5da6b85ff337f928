"""Plans and what was carried out, by entry id and in words."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import BlockTarget, DiagnosticBlock, Discogram, Entry, Procedure
from needlepoint.core.knowledge import Block, Knowledge, Technique
from needlepoint.core.papers import deviation_reasons
from needlepoint.core.plan import (
    Plan,
    came_from,
    is_block,
    plan_of,
    planned_label,
    plans,
    technique_done,
)
from needlepoint.core.record import PatientRecord


def done_of(record: PatientRecord, entry: str) -> Entry | None:
    """The procedure, block or discogram that was carried out, by entry id."""
    return next((e for e in performed(record) if e.id == entry), None)


def performed(record: PatientRecord) -> Iterator[Entry]:
    """Everything carried out, oldest first."""
    for e in record.entries:
        one = e.statement
        if isinstance(one, Procedure | Discogram) or (
            isinstance(one, DiagnosticBlock) and one.performed
        ):
            yield e


def reasons_of(record: PatientRecord, done: Entry, knowledge: Knowledge) -> tuple[str, ...]:
    """Why it was done differently from its sheet, as it was said."""
    plan = came_from(record, done, knowledge)
    told = deviation_reasons(record, done, plan.entry.id if plan else None)
    return tuple(says for _, says in told)


def technique_of(done: Entry, knowledge: Knowledge) -> Technique | None:
    """The technique of something that was carried out; None where its name is not known."""
    found = technique_done(done, knowledge)
    return found[0] if found else None


def block_of(technique: Technique, knowledge: Knowledge) -> Block | None:
    """The diagnostic block that a technique carries out."""
    names = {block.name: block for block in knowledge.blocks.values()}
    return next((names[name] for name in technique.carries_out if name in names), None)


def label_of(done: Entry, knowledge: Knowledge) -> str:
    technique = technique_of(done, knowledge)
    if technique is not None:
        return technique.label
    one = done.statement
    name = one.name if isinstance(one, Procedure) else getattr(one, "block", "discography")
    return str(name).replace("_", " ").capitalize()


def targets_of(done: Entry) -> tuple[BlockTarget, ...]:
    """Where it was done; the discs of a discogram."""
    one = done.statement
    if isinstance(one, Discogram):
        return tuple(BlockTarget(kind="disc", segment=level.segment) for level in one.levels)
    assert isinstance(one, Procedure | DiagnosticBlock), "only what was carried out has targets"
    return one.targets


__all__ = [
    "Plan",
    "block_of",
    "came_from",
    "done_of",
    "is_block",
    "label_of",
    "performed",
    "plan_of",
    "planned_label",
    "plans",
    "reasons_of",
    "targets_of",
    "technique_of",
]
