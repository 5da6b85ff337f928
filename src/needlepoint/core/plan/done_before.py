"""Was this test made before, so that it need not be made again?"""

from __future__ import annotations

from needlepoint.core.inference.blocks import ReadBlock
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.actions import Action, Tier
from needlepoint.core.plan.options import positive_blocks, reaches_all
from needlepoint.core.record import PatientRecord

_CONCLUSIVE = 2  # positive blocks after which no guideline asks for a third


def done_before(
    action: Action, record: PatientRecord, where: Localisation, knowledge: Knowledge
) -> str | None:
    """Why not again: a study that exists, a block that was answered. None: it was not made."""
    if action.tier is Tier.IMAGE:
        made = {study.statement.modality.lower() for study in record.studies} | {
            known.modality
            for said in record.findings
            if (known := knowledge.findings.get(said.statement.name)) is not None
        }
        done = action.name in made
        return "Already done: have its report entered level by level." if done else None
    if action.tier is not Tier.BLOCK or action.pattern is None or where.blocks is None:
        return None
    column = where.frame.column_of[action.pattern]
    positive = positive_blocks(where, column)
    if positive >= _CONCLUSIVE:
        return f"{positive} blocks that reach it were positive: its treatment need not wait."
    alike = [
        b
        for b in where.blocks.blocks
        if b.block.name == action.name and reaches_all(b, where, column)
    ]
    part = _positive_at_a_part(action.name, column, where)
    if part is not None:
        return f"A part of it was blocked already: {part.answer}. Repeat it there, no wider."
    if not alike or (knowledge.blocks[action.name].controlled and len(alike) == positive == 1):
        return None  # after one positive block a second, comparative one is customary
    return f"Already done: {alike[-1].answer}."


def _positive_at_a_part(name: str, column: int, where: Localisation) -> ReadBlock | None:
    """The last such block that was positive at fewer of these sites and reached all of those."""
    found = [
        block
        for block in (where.blocks.blocks if where.blocks else ())
        if block.block.name == name
        and block.is_positive
        and any(reaches_all(block, where, part) for part in _parts(where.frame, column))
        and not reaches_all(block, where, column)
    ]
    return found[-1] if found else None


def _parts(frame: Frame, column: int) -> list[int]:
    """Patterns of fewer of its sites; the same for every patient, so they are kept."""
    key = ("parts", column)
    if key not in frame.memory:
        sites = set(frame.patterns[column].sites)
        frame.memory[key] = [
            int(other)
            for other in frame.columns_of_kind[frame.patterns[column].kind]
            if set(frame.patterns[other].sites) < sites
        ]
    kept: list[int] = frame.memory[key]
    return kept


__all__ = ["done_before"]
