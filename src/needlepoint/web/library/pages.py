"""What the page of a knowledge item prints: every number, how it was seen, and its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from needlepoint.core.knowledge import (
    Estimate,
    FindingKnowledge,
    FindingTables,
    Knowledge,
    is_verified,
)

_SEEN = {"fulltext": "read in full", "abstract": "read in the abstract",
         "secondary": "read in a work that quotes it", "recalled": "from memory"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One number of the item."""

    what: str
    value: str
    interval: str
    note: str
    is_unverified: bool
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A dated block of values."""

    day: date
    method: str
    adopted_by: str
    checked_by: str
    review_by: date
    is_overdue: bool
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One extract, and the publication it stands in."""

    id: str
    about: str
    says: str
    place: str
    seen: str
    is_verified: bool
    source: str
    citation: str
    authors: str
    title: str
    published_in: str
    doi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """Exactly what the page prints."""

    id: str
    label: str
    how: str
    station: str
    group: str
    file: str
    adopted: tuple[Adopted, ...]
    grounds: tuple[Ground, ...]


def item_page(finding: FindingKnowledge, knowledge: Knowledge, *, today: date) -> ItemPage:
    """Lay out one finding of the knowledge base."""
    adopted = tuple(
        Adopted(
            day=day,
            method=tables.method,
            adopted_by=tables.adopted_by,
            checked_by=tables.checked_by or "",
            review_by=tables.review_by,
            is_overdue=tables.review_by < today,
            values=tuple(_values(tables, knowledge)),
        )
        for day, tables in sorted(finding.values.items(), reverse=True)
    )
    named = dict.fromkeys(name for block in adopted for v in block.values for name in v.rests_on)
    return ItemPage(
        id=finding.id,
        label=finding.label,
        how=finding.how,
        station=finding.station,
        group=(finding.group or "").replace("_", " "),
        file=finding.source_file,
        adopted=adopted,
        grounds=tuple(grounds(named, knowledge)),
    )


def _values(tables: FindingTables, knowledge: Knowledge) -> Iterator[Value]:
    plain = [("", tables.table)] if tables.table else []
    for grade, one in [*plain, *tables.grades.items()]:
        before = f"{grade}: " if grade else ""
        yield _value(f"{before}present without any listed source", one.base_rate, knowledge)
        for kind, estimate in one.kinds.items():
            label = knowledge.anatomy.kinds[kind].label
            yield _value(f"{before}present if the source is {label}", estimate, knowledge)


def _value(what: str, estimate: Estimate, knowledge: Knowledge) -> Value:
    interval = estimate.interval_95
    note = estimate.note or ("set by the authors" if estimate.judged else "")
    return Value(
        what=what,
        value=f"{estimate.value:g}",
        interval=f"{interval[0]:g}–{interval[1]:g}" if interval else "",
        note=note,
        is_unverified=not is_verified(estimate, knowledge),
        rests_on=tuple(estimate.rests_on),
    )


def grounds(named: Iterable[str], knowledge: Knowledge) -> Iterator[Ground]:
    """Each extract with how it was seen, and its source in full."""
    for name in named:
        extract, source = knowledge.extracts[name], knowledge.sources[name.split("/")[0]]
        says = ", ".join(f"{key} {value}" for key, value in extract.value.items())
        yield Ground(
            id=name,
            about=extract.about,
            says=says,
            place=extract.place or "",
            seen=_SEEN[extract.seen.value],
            is_verified=extract.seen.is_verified,
            source=source.id,
            citation=source.citation,
            authors=source.authors,
            title=source.title,
            published_in=source.published_in or "",
            doi=source.doi or "",
        )


__all__ = ["Adopted", "Ground", "ItemPage", "Value", "grounds", "item_page"]
