"""What is planned in a chart, what became of it, and which plan a procedure came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.core.chart import (
    BlockTarget,
    DiagnosticBlock,
    Discogram,
    Entry,
    PlannedProcedure,
    Procedure,
)
from needlepoint.core.knowledge import Block, Knowledge, Technique
from needlepoint.core.plan import carried_out, technique_done
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.situation import Planned, planned_procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan with its entry, and the entry that carried it out."""

    entry: Entry
    name: str  # as it was planned: a block, a therapy or a technique
    label: str
    planned: Planned
    done: Entry | None
    is_block: bool  # done to learn something


def is_block(name: str, knowledge: Knowledge) -> bool:
    """Whether what is planned by this name is a test: a block, or a provocation of discs.

    One technique may be both: the same needle that tests a joint also treats it.
    """
    technique = technique_named(name, knowledge)
    named = {block.name for block in knowledge.blocks.values()}
    return name in named or (technique is not None and technique.group == "discography")


def planned_label(name: str, technique: Technique, knowledge: Knowledge) -> str:
    """What is planned, in words: the therapy where one was named, else the technique."""
    therapy = knowledge.therapies.get(name)
    return therapy.label if therapy is not None else technique.label


def plans(record: PatientRecord, knowledge: Knowledge) -> tuple[Plan, ...]:
    """Every plan, the latest first."""
    return tuple(reversed([plan for e in record.entries for plan in _plan(e, record, knowledge)]))


def plan_of(record: PatientRecord, entry: str, knowledge: Knowledge) -> Plan | None:
    """The plan with this entry id."""
    return next((plan for plan in plans(record, knowledge) if plan.entry.id == entry), None)


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


def came_from(record: PatientRecord, done: Entry, knowledge: Knowledge) -> Plan | None:
    """The plan that this entry carried out."""
    for plan in plans(record, knowledge):
        if plan.done is not None and plan.done.id == done.id:
            return plan
    return None


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


def _plan(e: Entry, record: PatientRecord, knowledge: Knowledge) -> Iterator[Plan]:
    one = e.statement
    if not isinstance(one, PlannedProcedure | DiagnosticBlock):
        return
    if isinstance(one, DiagnosticBlock) and one.performed:
        return
    name = one.technique if isinstance(one, PlannedProcedure) else one.block
    technique = technique_named(name, knowledge)
    if technique is None:
        return
    said = Said(entry=e.id, occurred_at=e.occurred_at, statement=one)
    done = carried_out(said, technique, record, knowledge)
    yield Plan(
        entry=e, name=name, label=planned_label(name, technique, knowledge),
        planned=_planned(said, technique, record, knowledge), done=done,
        is_block=is_block(name, knowledge),
    )  # fmt: skip


def _planned(
    said: Said[PlannedProcedure | DiagnosticBlock],
    technique: Technique,
    record: PatientRecord,
    knowledge: Knowledge,
) -> Planned:
    one = said.statement
    if isinstance(one, PlannedProcedure):
        plan = Said(entry=said.entry, occurred_at=said.occurred_at, statement=one)
        return planned_procedure(plan, technique, knowledge, not_before=record.as_of)
    return Planned(
        technique=technique, targets=one.targets, at=record.as_of, entry=said.entry,
        complaint=one.complaint,
    )  # fmt: skip


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
    "targets_of",
    "technique_of",
]
