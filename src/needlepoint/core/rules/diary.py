"""Which diary lines belong to a block, wherever they were written down?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from needlepoint.core.chart import DiagnosticBlock, DiaryReading, Reading

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation


def with_diary(entry: str, block: DiagnosticBlock, now: Situation) -> DiagnosticBlock:
    """The block with the diary lines that arrived by themselves."""
    if "diaries" not in now.memory:
        lines: dict[str, list[Reading]] = {}
        for one in now.entries_of(DiaryReading):
            if isinstance(one.statement, DiaryReading):
                lines.setdefault(one.statement.block_entry, []).append(one.statement.reading)
        now.memory["diaries"] = lines
    more = now.memory["diaries"].get(entry, ())
    return replace(block, diary=(*block.diary, *more)) if more else block
