"""Elapsed hours between moments, whatever zones and changes of clocks lie between them.

Two moments that share a zone are subtracted by the clock on the wall, in Python as on paper; a
night on which the clocks change then gains or loses an hour of a hold. So all arithmetic is in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def hours_between(earlier: datetime, later: datetime) -> float:
    """Hours that really pass; negative if `later` comes first."""
    return (later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds() / 3600


def days_between(earlier: datetime, later: datetime) -> float:
    """Days of 24 hours that really pass."""
    return hours_between(earlier, later) / 24


def after(moment: datetime, hours: float) -> datetime:
    """The moment that many hours later (or earlier), shown in the zone of the first."""
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(moment.tzinfo)


def said(moment: datetime, like: datetime) -> str:
    """A moment as people read it, in the zone of another: Fri 27 Feb 2026 08:00 UTC."""
    there = moment.astimezone(like.tzinfo)
    return f"{there:%a %d %b %Y %H:%M} {there.tzname() or ''}".rstrip()
