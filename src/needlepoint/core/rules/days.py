"""How much time lies between two days, by the calendar that payers and guidelines count with?

Days are those of the clinic's own clock: a session late in the evening belongs to its evening,
whatever day it was in Greenwich.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

Day = TypeVar("Day", bound=date)

DAYS_A_WEEK = 7
WEEKS_A_MONTH = 52 / 12  # 13 weeks are three months and 26 weeks six, as payers count


def months_before(moment: Day, months: int) -> Day:
    """The same day that many calendar months earlier, or the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def passed_on(start: date, months: int) -> date:
    """The first day on which that many calendar months have passed since a day.

    After 29 February it is 1 March of the next year: on the 28th the day itself still lies within
    the twelve months that end then.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = date(year, month + 1, min(start.day, 28))
    while months_before(day, months) < start:
        day += timedelta(days=1)
    return day


def months_between(start: date, end: date) -> float:
    """Calendar months, with the part of the last one; 0 where the end lies before the start."""
    if end <= start:
        return 0.0
    whole = (end.year - start.year) * 12 + end.month - start.month
    while whole and passed_on(start, whole) > end:
        whole -= 1
    reached, following = passed_on(start, whole), passed_on(start, whole + 1)
    return whole + (end - reached).days / (following - reached).days


def weeks_between(start: date, end: date) -> float:
    """Weeks, with the part of the last one; 0 where the end lies before the start."""
    return max(0, (end - start).days) / DAYS_A_WEEK
