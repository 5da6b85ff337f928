"""What a retraction takes back, whatever the order and whatever takes it back in turn."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from needlepoint.core.chart import Chart, Entry, Goal, Provenance, Retraction, Role
from needlepoint.core.record import fold

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def entry(name: str, statement: Goal | Retraction) -> Entry:
    return Entry(
        id=name, occurred_at=NOW, recorded_at=NOW, author="dr-b", role=Role.PHYSICIAN,
        provenance=Provenance.CLINICIAN_FOUND, statement=statement,
    )  # fmt: skip


def standing(*retractions: tuple[str, str]) -> set[frozenset[str]]:
    """What still stands, for every order of the entries of one moment."""
    entries = [entry("goal", Goal(words="walk"))]
    entries += [entry(name, Retraction(entry=of, reason="slip")) for name, of in retractions]
    return {
        frozenset(e.id for e in fold(Chart(id="x", entries=order), as_of=NOW).entries)
        for order in permutations(entries)
    }


@pytest.mark.parametrize(
    ("retractions", "stands"),
    [
        ((), True),
        ((("a", "goal"),), False),
        ((("a", "goal"), ("b", "a")), True),
        ((("b", "goal"), ("a", "b")), True),
        ((("a", "goal"), ("b", "a"), ("c", "b")), False),
        ((("c", "goal"), ("b", "c"), ("a", "b")), False),
        ((("a", "goal"), ("b", "goal"), ("c", "a")), False),
    ],
)
def test_a_retraction_that_was_taken_back_takes_nothing_back(retractions, stands: bool) -> None:
    assert standing(*retractions) == {frozenset({"goal"} if stands else ())}


def test_two_retractions_of_one_another_come_to_an_end() -> None:
    assert standing(("a", "b"), ("b", "a")) == {frozenset({"goal"})}
