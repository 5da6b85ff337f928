"""What does the page of differences print?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from needlepoint.files.catalogue import EVIDENCE, ChangedItem

MOST = 150  # items shown with their lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """Exactly what the page prints."""

    asked: str
    fault: str
    editions: tuple[str, ...]
    suggested: date
    is_answered: bool
    counts: tuple[tuple[str, int], ...]  # new, changed, gone
    evidence: int  # publications and extracts that differ
    items: tuple[ChangedItem, ...]
    more: int


def changes_page(
    changed: tuple[ChangedItem, ...] | None, *, asked: str, editions: tuple[str, ...], today: date
) -> ChangesPage:
    """Adopted items first; of what was read only the number."""
    found = changed or ()
    adopted = [one for one in found if one.file.split("/")[0] not in EVIDENCE]
    adopted.sort(key=lambda one: (one.how != "changed", one.file))
    count = Counter(one.how for one in adopted)
    fault = ""
    if asked and changed is None:
        fault = "This is neither a day, as 2026-03-31, nor an edition that is kept here."
    return ChangesPage(
        asked=asked,
        fault=fault,
        editions=editions,
        suggested=today - timedelta(days=90),
        is_answered=changed is not None,
        counts=tuple((how, count[how]) for how in ("changed", "new", "gone")),
        evidence=len(found) - len(adopted),
        items=tuple(adopted[:MOST]),
        more=max(0, len(adopted) - MOST),
    )


__all__ = ["ChangesPage", "changes_page"]
