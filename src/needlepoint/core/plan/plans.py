"""What is planned in a chart, what became of it, and which plan a procedure came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.core.chart import DiagnosticBlock, Entry, PlannedProcedure
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.done import carried_out
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


def came_from(record: PatientRecord, done: Entry, knowledge: Knowledge) -> Plan | None:
    """The plan that this entry carried out."""
    for plan in plans(record, knowledge):
        if plan.done is not None and plan.done.id == done.id:
            return plan
    return None


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
