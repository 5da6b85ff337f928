"""An invented practice of any size, written in bulk: every chart with a valid chain of hashes."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from needlepoint.core.knowledge import Knowledge
from needlepoint.files import read_case
from needlepoint.store.chain import beginning, entry_hash
from needlepoint.store.statements import text_of

CASES = Path(__file__).parent.parent / "cases"
LONG = 500  # entries of a chart that is measured
# What is told and found again and again in a long course; a procedure is not repeated by copying.
_AGAIN = {"symptom", "exam_finding", "pain_score", "measurement", "vital_sign", "measure_score"}
_BEGUN = datetime(2024, 1, 8, 9, tzinfo=UTC)
_LAST = date(2007, 1, 1).toordinal()
_FIRST = date(1930, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Said:
    """A statement ready to be written."""

    kind: str
    text: str
    role: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Person:
    """One invented patient."""

    patient: uuid.UUID
    chart: uuid.UUID
    family_name: str
    given_name: str
    birth_date: date
    number: str
    entries: int


def courses(knowledge: Knowledge) -> list[tuple[list[Said], list[Said]]]:
    """Of each case: what is said once, and what may be said again."""
    found = []
    for path in sorted(CASES.glob("*/*.yaml")):
        try:
            chart = read_case(path, knowledge=knowledge).chart
        except Exception:
            continue  # cases of single tools hold no chart
        said = [Said(e.statement.kind, text_of(e.statement), e.role.value, e.provenance.value)
                for e in chart.entries if e.statement.kind not in ("retraction", "decision")]  # fmt: skip
        again = [one for one in said if one.kind in _AGAIN]
        if len(said) >= 12 and len(again) >= 6:
            found.append((said, again))
    assert found, "no case has a chart to fill a practice with"
    return found


def people(count: int, entries: int, *, long: int, seed: int = 4) -> Iterator[Person]:
    """Patients; the first `long` have charts of 500 entries, the others share the rest evenly."""
    rng = random.Random(seed)
    rest = entries - long * LONG
    short, more = divmod(rest, count - long)
    for n in range(count):
        size = LONG if n < long else short + (1 if n - long < more else 0)
        yield Person(
            _id(rng), _id(rng), _name(rng, 3), _name(rng, 2),
            date.fromordinal(rng.randrange(_FIRST, _LAST)), f"{100_000 + n}", size,
        )  # fmt: skip


def rows(person: Person, course: tuple[list[Said], list[Said]], author: str, rng: random.Random
         ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """The rows of a chart as the table has them, each hashed over the one before."""
    once, again = course
    previous = beginning(person.chart)
    at = _BEGUN + timedelta(minutes=rng.randrange(600_000))
    for sequence in range(1, person.entries + 1):
        said = once[sequence - 1] if sequence <= len(once) else again[sequence % len(again)]
        entry = f"{rng.getrandbits(128):032x}"
        hashed = entry_hash(
            chart=person.chart, sequence=sequence, entry_id=entry, occurred_at=at, recorded_at=at,
            author=author, role=said.role, provenance=said.provenance, kind=said.kind,
            statement=said.text, once=None, previous=previous,
        )  # fmt: skip
        yield (sequence, entry, at, at, author, said.role, said.provenance, said.kind, said.text,
               None, previous, hashed, person.chart)  # fmt: skip
        previous = hashed
        at += timedelta(minutes=7, microseconds=rng.randrange(1, 1_000_000))


COLUMNS = ("sequence", "entry_id", "occurred_at", "recorded_at", "author", "role", "provenance",
           "kind", "statement", "once", "previous", "hash", "chart_id")  # fmt: skip


def batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(items, size)):
        yield batch


def _id(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _name(rng: random.Random, syllables: int) -> str:
    parts = (rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiou") for _ in range(syllables))
    return "".join(parts).capitalize()
