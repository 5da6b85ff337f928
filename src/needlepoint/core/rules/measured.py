"""What a measure of the record came to: a value, bounds of one, or the question that gives one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = bool | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The value of a measure, or the question that would give one.

    Where the record is incomplete, `low` and `high` may bound a number that is not known: three
    sessions on file are at least three. A bound decides only what it leaves no doubt about.
    """

    value: Value | None
    entries: tuple[str, ...] = ()  # ids of the chart entries that prove it
    ask: str = ""
    low: float | None = None
    high: float | None = None
    counted: tuple[date, ...] = ()  # days of the earlier sessions that count, oldest first
    window_months: int | None = None  # of a rolling window that ends on the day of the plan
    since: date | None = None  # the day from which an interval runs
    unit: Literal["days", "weeks", "months"] | None = None  # of that interval


def unknown(
    ask: str, *, entries: tuple[str, ...] = (), low: float | None = None, high: float | None = None
) -> Measured:
    """Nothing is known, or only bounds are."""
    return Measured(value=None, ask=ask, entries=entries, low=low, high=high)
