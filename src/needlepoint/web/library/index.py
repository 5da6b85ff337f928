"""What do the lists print? Files by folder, by review date, by what is unverified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from needlepoint.core.knowledge import Extract, Knowledge, Source
from needlepoint.files.catalogue import Listed

MOST = 200  # rows of one page

_FOLDERS = {
    "anatomy": "Structures, nerves, zones", "priors": "How common each source is",
    "findings": "Findings", "referral": "Where each source is felt", "blocks": "Blocks",
    "mechanism": "Mechanism of pain", "inference": "Inference", "plan": "Planning",
    "therapies": "Therapies", "technique": "How it is done", "sheet": "Procedure sheets",
    "safety": "Safety", "medicines": "Medicines", "eligibility": "Payers and guidelines",
    "neuromodulation": "Pumps and stimulators", "measures": "Questionnaires",
    "follow_up": "Follow-up",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCount:
    """A folder with how much stands in it, and how much of that was not read in a source."""

    name: str
    label: str
    files: int
    lines: int
    unverified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """Exactly what the list prints."""

    asked: str
    folder: str
    folders: tuple[FolderCount, ...]
    found: tuple[Listed, ...]
    sources: tuple[Source, ...]
    more: int
    files: int
    lines: int
    unverified: int
    publications: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A review, and whether its day has passed."""

    file: str
    title: str
    review_by: date
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Reviews in the order in which they are due, those overdue first."""

    overdue: int
    rows: tuple[DueRow, ...]
    more: int
    undated: int  # files whose lines carry no review date


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulRow:
    file: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtPage:
    """What rests on nothing that was read, file by file."""

    folder: str
    folders: tuple[FolderCount, ...]
    harmful: tuple[str, ...]  # a mistake in these could do lasting harm
    rows: tuple[DoubtfulRow, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One extract, and its values in words."""

    extract: Extract
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A publication, all that was taken from it, and what rests on it."""

    source: Source
    extracts: tuple[Taken, ...]
    used_in: tuple[Listed, ...]


def index_page(
    listed: Sequence[Listed], knowledge: Knowledge, *, asked: str, folder: str
) -> IndexPage:
    """The list of files of a folder, or those that hold every word that is asked for."""
    words = asked.lower().replace("_", " ").split()
    found = [one for one in listed if _inside(one, folder) and all(w in one.words for w in words)]
    if not words and not folder:
        found = []
    sources = _sources(knowledge, words) if words and not folder else ()
    return IndexPage(
        asked=asked,
        folder=folder,
        folders=folder_counts(listed),
        found=tuple(found[:MOST]),
        sources=sources,
        more=max(0, len(found) - MOST),
        files=len(listed),
        lines=sum(one.lines for one in listed),
        unverified=sum(one.unverified for one in listed),
        publications=len(knowledge.sources),
    )


def review_page(listed: Iterable[Listed], *, today: date) -> ReviewPage:
    """Whose review is due, and when."""
    rows = [
        DueRow(file=one.file, title=one.title, review_by=due, is_overdue=due < today)
        for one in listed
        if (due := _day(one.review_by)) is not None
    ]
    rows.sort(key=lambda row: (row.review_by, row.file))
    undated = sum(1 for one in listed if one.lines and not one.review_by)
    overdue = sum(row.is_overdue for row in rows)
    return ReviewPage(overdue=overdue, rows=tuple(rows[:MOST]), more=max(0, len(rows) - MOST),
                      undated=undated)  # fmt: skip


def doubt_page(listed: Sequence[Listed], *, folder: str, harmful: Sequence[str]) -> DoubtPage:
    """What is unverified, of one folder."""
    here = [one for one in listed if one.doubtful and folder and _inside(one, folder)]
    rows = [DoubtfulRow(file=o.file, title=o.title, lines=o.doubtful) for o in here[:MOST]]
    return DoubtPage(
        folder=folder,
        folders=folder_counts(listed),
        harmful=tuple(harmful),
        rows=tuple(rows),
        more=max(0, len(here) - MOST),
    )


def source_page(source: Source, knowledge: Knowledge, listed: Iterable[Listed],
                resting: frozenset[str]) -> SourcePage:  # fmt: skip
    """Args:
    resting: files that name one of the source's extracts.
    """
    extracts = [one for name, one in knowledge.extracts.items() if name.split("/")[0] == source.id]
    return SourcePage(
        source=source,
        extracts=tuple(Taken(extract=one, said=_said(one.value)) for one in extracts),
        used_in=tuple(one for one in listed if one.file in resting),
    )


def _said(value: object) -> str:
    """A value of an extract on one line: a template would take a key named `items` for a method."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_said(one) for one in value)
    return str(value)


def folder_counts(listed: Iterable[Listed]) -> tuple[FolderCount, ...]:
    files, lines, unverified = Counter[str](), Counter[str](), Counter[str]()
    for one in listed:
        top = one.folder.split("/")[0]
        files[top] += 1
        lines[top] += one.lines
        unverified[top] += one.unverified
    known = [name for name in _FOLDERS if name in files]
    return tuple(
        FolderCount(name=name, label=_FOLDERS.get(name, name), files=files[name],
                    lines=lines[name], unverified=unverified[name])
        for name in (*known, *sorted(set(files) - set(known)))
    )  # fmt: skip


def _inside(one: Listed, folder: str) -> bool:
    return not folder or one.folder == folder or one.folder.startswith(folder + "/")


def _sources(knowledge: Knowledge, words: Sequence[str]) -> tuple[Source, ...]:
    said = (
        (f"{s.authors} {s.title} {s.published_in} {s.year} {s.id}".lower(), s)
        for s in knowledge.sources.values()
    )
    return tuple(source for text, source in said if all(w in text for w in words))[:50]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


__all__ = [
    "DoubtPage",
    "DoubtfulRow",
    "DueRow",
    "FolderCount",
    "IndexPage",
    "ReviewPage",
    "SourcePage",
    "doubt_page",
    "folder_counts",
    "index_page",
    "review_page",
    "source_page",
]
