"""What the address of the pain source page asks for: all optional, none of it stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.timezone import get_current_timezone

from needlepoint.core.chart import State

_IF = "if-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which pain, why which source, as of when, since when, and what if."""

    complaint: str = ""
    why: str = ""
    as_of: datetime | None = None
    since: datetime | None = None
    supposed: tuple[tuple[str, State], ...] = ()
    intervals: bool = False
    errors: tuple[tuple[str, str], ...] = ()  # field, what to change

    @property
    def error_of(self) -> dict[str, str]:
        return dict(self.errors)


def read_question(asked: Mapping[str, str], *, first: date | None, today: date) -> Question:
    """Read the address; a day that cannot be is said beside its field and left out.

    Args:
        first: the day of the first entry of the chart; None if it has none.
    """
    errors: list[tuple[str, str]] = []
    as_of = _day(asked, "as_of", first, today, errors)
    since = _day(asked, "since", first, today, errors)
    if since is not None and since.date() >= (as_of.date() if as_of else today):
        errors.append(("since", "Give an earlier day than the one that is looked at."))
        since = None
    return Question(
        complaint=asked.get("complaint", ""),
        why=asked.get("why", ""),
        as_of=as_of,
        since=since,
        supposed=tuple(
            (name.removeprefix(_IF), State(value))
            for name, value in asked.items()
            if name.startswith(_IF) and value in (State.PRESENT, State.ABSENT)
        ),
        intervals=bool(asked.get("intervals")),
        errors=tuple(errors),
    )


def _day(
    asked: Mapping[str, str],
    field: str,
    first: date | None,
    today: date,
    errors: list[tuple[str, str]],
) -> datetime | None:
    """The end of a day, so that everything of that day counts; today is as good as none."""
    text = asked.get(field, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        errors.append((field, "This is not a day. Write it as 2026-03-31."))
        return None
    if day > today:
        errors.append((field, f"This day has not come yet. Give one up to {today}."))
        return None
    if first is None or day < first:
        since = f"It begins on {first}." if first else "It is empty."
        errors.append((field, f"Nothing was in the chart on {day}. {since}"))
        return None
    if day == today and field == "as_of":
        return None
    return datetime.combine(day, time(23, 59, 59), tzinfo=get_current_timezone())


__all__ = ["Question", "read_question"]
