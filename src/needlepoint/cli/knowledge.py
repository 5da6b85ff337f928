"""Check, show and search the knowledge base."""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from needlepoint.cli.shelves import drug, items
from needlepoint.config import knowledge_root
from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.knowledge import Estimate, Knowledge, citations, is_verified
from needlepoint.files.catalogue import ChangedItem, between_days, between_versions
from needlepoint.files.check import check_knowledge
from needlepoint.files.knowledge import knowledge_files, load_knowledge
from needlepoint.files.references import all_estimates
from needlepoint.files.typed import closest


def run_check(parsed: argparse.Namespace) -> int:
    """Print the report; 2 if any file breaks a rule."""
    console = Console(soft_wrap=True)
    files = knowledge_files(Path(parsed.root) if parsed.root else knowledge_root())
    report = check_knowledge(files, today=datetime.now(UTC).date())
    for name, fault in report.faults:
        console.print(Text(f"{name}, {fault.where}: {fault.what}", style="red"))
    for file, due in report.overdue:
        console.print(f"{file}: review was due {due}")
    for gap in report.gaps:
        console.print(f"gap: {gap}")
    if parsed.all:
        for one in report.unverified:
            console.print(f"unverified: {one.file}: {one.field} {one.value:g} ({one.why})")
        for stops in (report.stops, report.technique_stops, report.pump_stops):
            for name in stops.unread if stops else ():
                console.print(f"unread, and a mistake in it could harm: {name}")
    for state in report.guidance:
        console.print(
            f"{state.folder}: {state.values} values of guidance, {state.verified} verified"
        )
    for folder, stops in (
        ("safety", report.stops),
        ("technique", report.technique_stops),
        ("neuromodulation", report.pump_stops),
    ):
        if stops:
            console.print(
                f"{folder}: {stops.values} values in which a mistake could do lasting harm, "
                f"{stops.read} verified, {len(stops.unread)} not yet (--all lists them)"
            )
    why = Counter(one.why for one in report.unverified)
    said = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
    console.print(
        f"{len(files.texts)} files, {report.numbers} adopted numbers: "
        f"{report.numbers - len(report.unverified)} verified, {len(report.unverified)} unverified "
        f"({said}). {len(report.faults)} faults, {len(report.overdue)} overdue, "
        f"{len(report.gaps)} gaps."
    )
    return 2 if report.faults else 0


def run_show(parsed: argparse.Namespace) -> int:
    """Print one item: every number with its interval, n, sources and how they were seen."""
    knowledge, name = load_knowledge(), parsed.id
    if name in knowledge.extracts:
        extract = knowledge.extracts[name]
        source = knowledge.sources[name.split("/")[0]]
        print(f"{name}: {extract.about}\n  {dict(extract.value)}\n  seen: {extract.seen.value}")
        print(f"  {source.authors} ({source.year}). {source.title}. {source.published_in}")
        return 0
    if name in knowledge.sources:
        print("\n".join(_source(name, knowledge)))
        return 0
    known = items(knowledge)
    item = known.get(name) or known.get(name.rsplit("/", 1)[-1]) or drug(name, knowledge)
    if item is None:
        raise UnknownKnowledge(f"Nothing is called {name!r}.{closest(name, known)}")
    print("\n".join(_lines(item, knowledge, 0)))
    return 0


def _source(name: str, knowledge: Knowledge) -> Iterator[str]:
    """A publication and everything that was read off it."""
    source = knowledge.sources[name]
    published = f" {source.published_in}" if source.published_in else ""
    yield f"{name}: {source.authors} ({source.year or 'n.d.'}). {source.title}.{published}"
    for extract, one in knowledge.extracts.items():
        if extract.split("/")[0] == name:
            yield f"  {extract}: {one.about} (seen: {one.seen.value})"


def _lines(item: Any, knowledge: Knowledge, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        for part in dataclasses.fields(item):
            value = getattr(item, part.name)
            if value in (None, (), "", False) or part.name == "source_file" or value == {}:
                continue
            yield from _named(part.name, value, knowledge, pad, depth)
    elif isinstance(item, Mapping):
        for key, value in item.items():
            yield from _named(str(key), value, knowledge, pad, depth)


def _named(name: str, value: Any, knowledge: Knowledge, pad: str, depth: int) -> Iterator[str]:
    if isinstance(value, Estimate):
        yield f"{pad}{name}: {estimate_text(value, knowledge)}"
    elif dataclasses.is_dataclass(value) or isinstance(value, Mapping):
        yield f"{pad}{name}:"
        yield from _lines(value, knowledge, depth + 1)
    elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        for n, part in enumerate(value, start=1):
            yield f"{pad}{name} {n}:"
            yield from _lines(part, knowledge, depth + 1)
    elif isinstance(value, tuple):
        yield f"{pad}{name}: {', '.join(str(part) for part in value)}"
    else:
        yield f"{pad}{name}: {value}"


def estimate_text(estimate: Estimate, knowledge: Knowledge) -> str:
    """0.31 [0.24 to 0.38], n 170; DePalma MJ 2011 (abstract)"""
    text = f"{estimate.value:g}"
    if estimate.interval_95:
        text += f" [{estimate.interval_95[0]:g} to {estimate.interval_95[1]:g}]"
    if estimate.n:
        text += f", n {estimate.n}"
    cited = ", ".join(citations([estimate], knowledge))
    if cited:
        seen = sorted({knowledge.extracts[r].seen.value for r in estimate.rests_on})
        text += f"; {cited} ({', '.join(seen)})"
    if estimate.note:
        text += f"; {estimate.note}"
    return text if is_verified(estimate, knowledge) else f"{text} *unverified"


def run_diff(parsed: argparse.Namespace) -> int:
    """Print what the running knowledge says otherwise than an earlier folder, or than on a day."""
    for one in _changed(parsed.earlier):
        print(f"{one.file}: {one.how}")
        for line in one.differences if one.how == "changed" else ():
            print(f"  {line.path}: {line.before or 'not there'} -> {line.after or 'not there'}")
    return 0


def _changed(earlier: str) -> Iterator[ChangedItem]:
    running = knowledge_files(knowledge_root())
    folder = Path(earlier)
    if folder.is_dir():
        before = knowledge_files(folder)
        if not before.texts:
            raise UnknownKnowledge(
                f"{earlier}: no .yaml file is in there. Name a knowledge folder."
            )
        return between_versions(before, running)
    try:
        day = date.fromisoformat(earlier)
    except ValueError as error:
        what = f"{earlier!r} is neither a folder nor a day. Write a folder, or 2026-03-31."
        raise UnknownKnowledge(what) from error
    return between_days(running, day, datetime.now(UTC).date())


def run_sources(parsed: argparse.Namespace) -> int:
    """Print publications with how often the adopted numbers rest on them."""
    knowledge, found = load_knowledge(), 0
    used = Counter(
        name.split("/")[0] for _, _, e in all_estimates(knowledge) for name in e.rests_on
    )
    for source in sorted(knowledge.sources.values(), key=lambda s: (-used[s.id], s.id)):
        text = f"{source.id}  {source.authors} ({source.year or 'n.d.'}). {source.title}. "
        text += source.published_in or ""
        if all(word.lower() in text.lower() for word in parsed.words):
            print(f"{used[source.id]:4d}  {text}")
            found += 1
    if not found:
        raise UnknownKnowledge(f"No source contains {' '.join(parsed.words)!r}. Use fewer words.")
    return 0


__all__ = ["estimate_text", "run_check", "run_diff", "run_show", "run_sources"]
