"""Where does a number come from, how was it seen, and from when until when do we hold it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from annotated_types import MinLen

from needlepoint.core.quantities import Text


class Seen(StrEnum):
    """How closely the authors of a knowledge file looked at a source."""

    FULLTEXT = "fulltext"
    ABSTRACT = "abstract"
    SECONDARY = "secondary"  # read in a work that quotes it
    RECALLED = "recalled"  # from memory

    @property
    def is_verified(self) -> bool:
        return self in (Seen.FULLTEXT, Seen.ABSTRACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication."""

    id: Text
    authors: str
    year: int | None
    title: str
    published_in: str | None
    doi: str | None
    pmid: str | None
    url: str | None

    @property
    def citation(self) -> str:
        """Short form for a line of text: first author and year."""
        first = self.authors.split(",")[0].strip()
        return f"{first} {self.year}" if self.year else first


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What one place in a source reports, and how it was seen."""

    about: Text
    value: Mapping[str, Any]
    seen: Seen
    region: str | None = None
    unit: str | None = None
    criterion: str | None = None
    indication: str | None = None
    evidence_grade: str | None = None
    recommendation: str | None = None
    notes: str | None = None
    place: str | None = None
    severity: Literal["stop", "caution", "note"] | None = None  # what a mistake in it could do


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number that medicine reports, with its doubt and its grounds.

    `rests_on` names extracts as source/extract. Empty means judged by the authors: such a number
    is unverified, and says so wherever it is shown.
    """

    value: float
    interval_95: tuple[float, float] | None = None
    n: int | None = None  # patients behind it
    rests_on: tuple[str, ...] = ()
    judged: bool = False  # the extracts give a direction or a neighbour; the number is ours
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """On what, how, by whom and until when a dated block of values is adopted."""

    rests_on: tuple[str, ...]  # extracts behind the block as a whole; may be empty (judged)
    method: Annotated[str, MinLen(1)]  # how they were pooled, chosen or judged
    adopted_by: Text
    checked_by: str | None  # a clinician; null until one has
    review_by: date


T = TypeVar("T")


def in_force(values: Mapping[date, T], on: date) -> T:
    """The values adopted by that day; the earliest where the day lies before all of them."""
    adopted = [day for day in values if day <= on]
    return values[max(adopted) if adopted else min(values)]
