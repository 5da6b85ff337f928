"""Which entry says that a plan was carried out?"""

from __future__ import annotations

from needlepoint.core.chart import (
    BlockTarget,
    DiagnosticBlock,
    Discogram,
    Entry,
    PlannedProcedure,
    Procedure,
)
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.places import places, same_place


def carried_out(
    said: Said[PlannedProcedure | DiagnosticBlock],
    technique: Technique,
    record: PatientRecord,
    knowledge: Knowledge,
) -> Entry | None:
    """The first entry since that says that the plan was carried out, at any of its places."""
    meant = places(said.statement.targets, knowledge.anatomy)
    for entry in record.entries:
        if entry.occurred_at < said.occurred_at or entry.id == said.entry:
            continue
        done = technique_done(entry, knowledge)
        if done is None or done[0] is not technique:
            continue
        met = places(done[1], knowledge.anatomy)
        if same_place(meant, met) is not False:
            return entry
    return None


def technique_done(
    entry: Entry, knowledge: Knowledge
) -> tuple[Technique, tuple[BlockTarget, ...]] | None:
    """Technique and targets of an entry that records something carried out."""
    match entry.statement:
        case Procedure() as one:
            technique = technique_named(one.name, knowledge)
            return (technique, one.targets) if technique else None
        case DiagnosticBlock() as one if one.performed:
            technique = technique_named(one.block, knowledge)
            return (technique, one.targets) if technique else None
        case Discogram() as one:
            discs = tuple(BlockTarget(kind="disc", segment=d.segment) for d in one.levels)
            known = knowledge.guidance.techniques.values()
            found = [t for t in known if t.group == "discography" and discs[0].segment in t.levels]
            return (found[0], discs) if found else None
    return None
