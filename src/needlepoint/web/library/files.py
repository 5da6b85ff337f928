"""What does the page of any knowledge file print? Every line, how it is known, and its sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from needlepoint.core.knowledge import Knowledge
from needlepoint.files.catalogue import DatedBlock, KnowledgeItem, Line, is_verified_line, weighs
from needlepoint.web.library.pages import Ground, grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    line: Line
    is_unverified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPart:
    """What was adopted on a day, with its state of review."""

    block: DatedBlock
    rows: tuple[LineRow, ...]
    is_overdue: bool
    is_latest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """Exactly what the page prints."""

    file: str
    title: str
    folder: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[BlockPart, ...]
    grounds: tuple[Ground, ...]


def file_page(item: KnowledgeItem, knowledge: Knowledge, *, today: date) -> FilePage:
    """Lay out one file."""

    def known(line: Line) -> bool:
        return is_verified_line(line, knowledge.verified_extracts)

    blocks = tuple(
        BlockPart(
            block=block,
            rows=tuple(
                LineRow(line=line, is_unverified=weighs(line) and not known(line))
                for line in block.lines
            ),
            is_overdue=bool(block.review_by) and block.review_by < today.isoformat(),
            is_latest=n == 0,
        )
        for n, block in enumerate(item.blocks)
    )  # fmt: skip
    names = dict.fromkeys(
        name for block in item.blocks for line in block.lines for name in line.rests_on
    )
    read = [name for name in names if name in knowledge.extracts]
    return FilePage(
        file=item.file,
        title=item.title,
        folder=item.file.rpartition("/")[0],
        facts=tuple((key.replace("_", " "), text) for key, text in item.facts if key != "id"),
        blocks=blocks,
        grounds=tuple(grounds(read, knowledge)),
    )


__all__ = ["BlockPart", "FilePage", "LineRow", "file_page"]
