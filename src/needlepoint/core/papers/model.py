"""A paper: sentences that each rest on a chart entry, a cited fact or the stated computation.

What nobody wrote down is listed as not recorded. Headings, labels and lines to sign on are form,
not statements, and carry no ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from needlepoint.core.knowledge import Knowledge

Language = Literal["en", "es"]


class Basis(StrEnum):
    """What a sentence rests on."""

    CHART = "chart"  # entries
    CITED = "cited"  # extracts
    COMPUTED = "computed"  # from the chart and the stated knowledge
    MISSING = "missing"  # says that something is not recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One statement, with its ground."""

    says: str
    basis: Basis
    entries: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert self.basis is not Basis.CHART or self.entries, f"no entry behind {self.says!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Sentences under a heading; with `columns`, `rows` are a table."""

    heading: str
    sentences: tuple[Sentence, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Sentence, ...], ...] = ()
    widths: tuple[int, ...] = ()  # shares of the page, one a column; by content if not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the patient is: kept apart from the chart, joined only on paper."""

    name: str
    birth_date: date | None = None
    number: str | None = None

    @property
    def line(self) -> str:
        """What stands on every page."""
        born = f"{self.birth_date:%Y-%m-%d}" if self.birth_date else None
        return " · ".join(part for part in (self.name, born, self.number) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is printed: the same input gives the same paper, letter for letter."""

    kind: Literal["note", "letter", "packet", "instructions", "consent", "card"]
    title: str
    language: Language
    identity: Identity
    as_of: datetime
    sections: tuple[Section, ...]
    sign: tuple[str, ...] = ()  # who signs
    sources: tuple[str, ...] = ()  # in full, in the order first cited
    knowledge_version: str

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence, in reading order."""
        return tuple(
            sentence
            for section in self.sections
            for sentence in (*section.sentences, *(cell for row in section.rows for cell in row))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """Whom a patient may call; empty where the clinic has not set it, because none is invented."""

    clinic: str = ""
    emergency: str = ""


def from_chart(says: str, *entries: str) -> Sentence:
    """A sentence that repeats what entries say."""
    return Sentence(says=says, basis=Basis.CHART, entries=entries)


def cited(says: str, rests_on: Iterable[str], *entries: str) -> Sentence:
    """A sentence that rests on the literature; without an extract it says that it is judged."""
    return Sentence(says=says, basis=Basis.CITED, rests_on=tuple(rests_on), entries=entries)


def computed(says: str, *entries: str) -> Sentence:
    """A sentence that the engine worked out of the chart."""
    return Sentence(says=says, basis=Basis.COMPUTED, entries=entries)


def missing(says: str) -> Sentence:
    """A sentence that says what is not recorded."""
    return Sentence(says=says, basis=Basis.MISSING)


def full_sources(sections: Iterable[Section], knowledge: Knowledge) -> tuple[str, ...]:
    """Every publication behind the sentences, once, as a reference list prints it."""
    found: dict[str, str] = {}
    for section in sections:
        cells = (*section.sentences, *(cell for row in section.rows for cell in row))
        for name in (name for cell in cells for name in cell.rests_on):
            source = knowledge.sources.get(name.split("/")[0])
            if source is not None and source.id not in found:
                year = f" ({source.year})" if source.year else ""
                where = f" {source.published_in}." if source.published_in else ""
                found[source.id] = f"{source.authors}{year}. {source.title}.{where}"
    return tuple(found.values())
