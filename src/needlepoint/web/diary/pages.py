"""What the pages of a diary show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from needlepoint.core.outcomes import Slot
from needlepoint.web.phone.schedule import Diary


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One time of the diary with its answer, if there is one."""

    number: int
    at: datetime
    state: str
    nrs: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryPage:
    """Exactly what a diary prints."""

    place: str  # which pain
    before: str
    rows: tuple[Row, ...]  # what lies behind
    next_at: datetime | None
    is_over: bool
    missed: int


def diary_page(found: Diary, place: str, *, asked: Slot | None = None) -> DiaryPage:
    """The answers so far, what was missed, and when the next is due."""
    coming = [slot for slot in found.slots if slot.state == "coming"]
    rows = [_row(found, slot) for slot in found.slots if slot.state in ("answered", "missed")]
    before = found.block.nrs_before
    return DiaryPage(
        place=place,
        before="" if before is None else f"{before:g}",
        rows=tuple(row for row in rows if asked is None or row.number != asked.number),
        next_at=timezone.localtime(coming[0].at) if coming else None,
        is_over=found.is_over,
        missed=len(found.missed),
    )


def _row(found: Diary, slot: Slot) -> Row:
    answer = found.answers.get(slot.number)
    return Row(
        number=slot.number, at=timezone.localtime(slot.at), state=slot.state,
        nrs="" if answer is None else f"{answer.nrs:g}",
        late=answer.late if answer is not None else False,
    )  # fmt: skip


__all__ = ["DiaryPage", "Row", "diary_page"]
