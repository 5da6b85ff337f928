"""What stands in which knowledge file, with its grounds, and in what do two versions differ?

Read from the files themselves, so that nothing is left out because no page was written for it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from needlepoint.config import cache_dir
from needlepoint.files.nodes import read_document
from needlepoint.files.shelf import KnowledgeFiles

EVIDENCE = ("sources", "extracts")  # what was read; all other folders hold what is adopted
_ABOUT_BLOCK = {"method", "adopted_by", "checked_by", "review_by", "rests_on"}
_ABOUT_LINE = {"rests_on", "judged", "note", "interval_95", "n"}
_EDITION = 1  # of the list that is cached; raise it when `Listed` changes
_NAMES = ("id", "name", "label", "title", "measure", "drug", "test", "technique", "kind", "tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that a file says: a number, or a row of words and numbers that stand together."""

    path: str  # kinds · sacroiliac_joint
    says: str
    interval: str = ""
    note: str = ""
    is_judged: bool = False
    is_number: bool = False
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedBlock:
    """What was adopted on a day; on no day, where a file keeps no dates."""

    day: str
    method: str
    adopted_by: str
    checked_by: str
    review_by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeItem:
    """One knowledge file, laid out."""

    file: str
    title: str
    facts: tuple[tuple[str, str], ...]  # what is said of the item as a whole
    blocks: tuple[DatedBlock, ...]  # the latest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file in the list of all: enough to find it and to see its state."""

    file: str
    folder: str
    title: str
    words: str  # what a search compares, in lower case
    review_by: str
    lines: int
    unverified: int
    doubtful: tuple[tuple[str, str], ...]  # path and value of each line that is not verified


def read_item(name: str, text: bytes) -> KnowledgeItem:
    """Lay out one file."""
    data = read_document(text).data
    data = data if isinstance(data, dict) else {"content": data}
    dated = data.get("values") if _is_dated(data.get("values")) else None
    rest = {key: value for key, value in data.items() if not (key == "values" and dated)}
    facts, nested = _split(rest)
    blocks = [_block(str(day), block) for day, block in (dated or {}).items()]
    if nested:
        blocks.append(_block("", nested, about=rest))
    return KnowledgeItem(
        file=name,
        title=str(data.get("label") or data.get("title") or _title(name)),
        facts=facts,
        blocks=tuple(sorted(blocks, key=lambda block: block.day, reverse=True)),
    )


def catalogue(files: KnowledgeFiles, verified: frozenset[str]) -> tuple[Listed, ...]:
    """Every adopted file with its state; kept in the cache under the version of the files.

    Args:
        verified: names of the extracts that were read in the source itself or its abstract.
    """
    place = cache_dir() / f"catalogue-{_EDITION}-{files.version}.json"
    with suppress(OSError, ValueError, TypeError, KeyError):
        return tuple(_listed_again(row) for row in json.loads(place.read_text(encoding="utf-8")))
    made = tuple(
        _listed(read_item(name, text), verified)
        for name, text in files.texts.items()
        if name.split("/")[0] not in EVIDENCE
    )
    with suppress(OSError):
        _keep(place, json.dumps([asdict(one) for one in made], ensure_ascii=False))
    return made


def is_verified_line(line: Line, verified: frozenset[str]) -> bool:
    """Whether what the line rests on was read; a line that is ours never is."""
    return not line.is_judged and not verified.isdisjoint(line.rests_on)


def weighs(line: Line) -> bool:
    """Whether a line needs grounds: a number, or a row that says what it rests on."""
    return line.is_number or bool(line.rests_on) or line.is_judged


# --- differences ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One line that is not the same in two versions; empty where it was not there."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedItem:
    """A file that came, went or says something else."""

    file: str
    title: str
    how: str  # new, gone, changed
    differences: tuple[Difference, ...]


def between_versions(before: KnowledgeFiles, after: KnowledgeFiles) -> Iterator[ChangedItem]:
    """What changed from one folder of knowledge to another, by item and number."""
    for name in sorted({*before.texts, *after.texts}):
        old, new = before.texts.get(name), after.texts.get(name)
        if old == new:
            continue
        was = read_item(name, old) if old is not None else None
        now = read_item(name, new) if new is not None else None
        one = now or was
        assert one is not None, "a name comes from one of the two"
        how = "changed" if was and now else "new" if now else "gone"
        found = tuple(_differences(_said(was), _said(now)))
        if found or how != "changed":
            yield ChangedItem(file=name, title=one.title, how=how, differences=found)


def between_days(files: KnowledgeFiles, before: date, after: date) -> Iterator[ChangedItem]:
    """What was in force on one day and no longer, or otherwise, on another, in the same files."""
    for name, text in files.texts.items():
        if name.split("/")[0] in EVIDENCE or b"\nvalues:" not in text:
            continue
        item = read_item(name, text)
        was, now = (_in_force(item, day) for day in (before, after))
        if was is now:
            continue
        found = tuple(_differences(_lines_said(was), _lines_said(now)))
        how = "changed" if was and now else "new" if now else "gone"
        yield ChangedItem(file=name, title=item.title, how=how, differences=found)


def _in_force(item: KnowledgeItem, day: date) -> DatedBlock | None:
    past = [block for block in item.blocks if block.day and block.day <= day.isoformat()]
    return max(past, key=lambda block: block.day, default=None)


def _said(item: KnowledgeItem | None) -> dict[str, str]:
    if item is None:
        return {}
    said = dict(item.facts)
    for block in item.blocks:
        before = f"{block.day} · " if block.day else ""
        said |= {before + path: text for path, text in _lines_said(block).items()}
    return said


def _lines_said(block: DatedBlock | None) -> dict[str, str]:
    if block is None:
        return {}
    said = {"method": block.method, "review_by": block.review_by, "checked_by": block.checked_by}
    for line in block.lines:
        interval = f" ({line.interval})" if line.interval else ""
        said[line.path] = f"{line.says}{interval}"
    return said


def _differences(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    for path in dict.fromkeys((*was, *now)):
        before, after = was.get(path, ""), now.get(path, "")
        if before != after:
            yield Difference(path=path, before=before, after=after)


# --- laying out -----------------------------------------------------------------------------------


def _block(day: str, data: Mapping[str, Any], about: Mapping[str, Any] | None = None) -> DatedBlock:
    head = about if about is not None else data
    inside = {key: value for key, value in data.items() if key not in _ABOUT_BLOCK}
    return DatedBlock(
        day=day,
        method=_text(head.get("method")),
        adopted_by=_text(head.get("adopted_by")),
        checked_by=_text(head.get("checked_by")),
        review_by=_text(head.get("review_by")),
        lines=tuple(_unique(_lines(inside, ()))),
    )


def _lines(value: Any, path: tuple[str, ...]) -> Iterator[Line]:
    if isinstance(value, dict):
        plain, nested = _split(value, skip=_ABOUT_LINE)
        is_number = isinstance(value.get("value"), int | float)
        if plain or "rests_on" in value:
            yield _line(path, value, plain, is_number)
        for key, inner in nested.items():
            yield from _lines(inner, (*path, str(key)))
    elif isinstance(value, list):
        for n, inner in enumerate(value, start=1):
            yield from _lines(inner, (*path, _name_of(inner, n)))
    else:
        yield _line(path, {}, (("value", _text(value)),), isinstance(value, float))


def _line(
    path: tuple[str, ...], value: Mapping[str, Any], plain: Iterable[tuple[str, str]], number: bool
) -> Line:
    parts = [text if key == "value" else f"{key.replace('_', ' ')} {text}" for key, text in plain]
    rests = value.get("rests_on")
    return Line(
        path=" · ".join(path) or "the whole",
        says="; ".join(parts),
        interval=_interval(value.get("interval_95")),
        note=_text(value.get("note")),
        is_judged=bool(value.get("judged")),
        is_number=number,
        rests_on=tuple(map(str, rests)) if isinstance(rests, list) else (),
    )


def _interval(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        low, high = value
        if isinstance(low, int | float) and isinstance(high, int | float):
            return f"{low:g}–{high:g}"
    return ""


def _split(
    data: Mapping[str, Any], skip: Iterable[str] = ()
) -> tuple[tuple[tuple[str, str], ...], dict[str, Any]]:
    """What is said in one word or list of words, and what has parts of its own."""
    plain, nested = [], {}
    for key, value in data.items():
        if key in skip:
            continue
        if isinstance(value, dict) or (
            isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
        ):
            nested[str(key)] = value
        elif value not in (None, [], ""):
            plain.append((str(key), _text(value)))
    return tuple(plain), nested


def _name_of(value: Any, n: int) -> str:
    """By what a row of a list is known; its place only where it has no name."""
    if isinstance(value, dict):
        named = [str(value[key]) for key in _NAMES if isinstance(value.get(key), str)]
        if named:
            return named[0]
    return str(n)


def _unique(lines: Iterator[Line]) -> Iterator[Line]:
    """Two rows of one name are told apart by their order."""
    seen: dict[str, int] = {}
    for line in lines:
        count = seen[line.path] = seen.get(line.path, 0) + 1
        if count == 1:
            yield line
            continue
        cells = {name: getattr(line, name) for name in line.__slots__}
        yield Line(**{**cells, "path": f"{line.path} ({count})"})


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return str(value)


def _is_dated(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(day, date) for day in value)


def _title(name: str) -> str:
    return name.removesuffix(".yaml").rpartition("/")[2].replace("_", " ")


# --- the list of all ------------------------------------------------------------------------------


def _listed(item: KnowledgeItem, verified: frozenset[str]) -> Listed:
    latest = item.blocks[0] if item.blocks else None
    blocks = item.blocks[:1] if latest and latest.day else item.blocks
    needing = [line for block in blocks for line in block.lines if weighs(line)]
    doubtful = [line for line in needing if not is_verified_line(line, verified)]
    said = " ".join(text for _, text in item.facts)
    return Listed(
        file=item.file,
        folder=item.file.rpartition("/")[0],
        title=item.title,
        words=f"{item.title} {item.file} {said}".lower().replace("_", " "),
        review_by=latest.review_by if latest else "",
        lines=len(needing),
        unverified=len(doubtful),
        doubtful=tuple((line.path, line.says) for line in doubtful),
    )


def _listed_again(row: dict[str, Any]) -> Listed:
    doubtful = tuple((str(path), str(says)) for path, says in row.pop("doubtful"))
    return Listed(**row, doubtful=doubtful)


def _keep(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, place)


__all__ = [
    "ChangedItem",
    "DatedBlock",
    "Difference",
    "KnowledgeItem",
    "Line",
    "Listed",
    "between_days",
    "between_versions",
    "catalogue",
    "is_verified_line",
    "read_item",
    "weighs",
]
