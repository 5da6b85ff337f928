"""When something was so, and when it was written down: an earlier look sees neither later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from needlepoint.core.chart import Chart, Entry, Goal, Provenance, Retraction, Role
from needlepoint.core.record import fold

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(name: str, occurred: datetime, recorded: datetime, of: str | None = None) -> Entry:
    statement = Retraction(entry=of, reason="slip") if of else Goal(words="walk")
    return Entry(
        id=name, occurred_at=occurred, recorded_at=recorded, author="dr-b", role=Role.NURSE,
        provenance=Provenance.CLINICIAN_FOUND, statement=statement,
    )  # fmt: skip


def seen(at: datetime, *entries: Entry) -> list[str]:
    return [e.id for e in fold(Chart(id="x", entries=entries), as_of=at).entries]


@pytest.mark.parametrize(
    ("occurred", "recorded", "counts"),
    [(-HOUR, -HOUR, True), (-HOUR, HOUR, False), (HOUR, HOUR, False), (-HOUR, 0 * HOUR, True)],
)
def test_only_what_had_happened_and_had_been_written_down_counts(
    occurred: timedelta, recorded: timedelta, counts: bool
) -> None:
    assert seen(NOON, entry("goal", NOON + occurred, NOON + recorded)) == ["goal"][: int(counts)]


def test_an_earlier_look_does_not_know_of_a_later_retraction() -> None:
    goal = entry("goal", NOON - HOUR, NOON - HOUR)
    late = entry("slip", NOON - HOUR, NOON + HOUR, of="goal")
    assert seen(NOON, goal, late) == ["goal"]
    assert seen(NOON + HOUR, goal, late) == []


def test_a_moment_is_one_moment_in_every_zone() -> None:
    there = timezone(timedelta(hours=-8))
    written = entry("goal", (NOON - HOUR).astimezone(there), NOON.astimezone(there))
    assert seen(NOON, written) == ["goal"] and seen(NOON - HOUR / 2, written) == []
