"""Write the reference pages: every presentation, finding, block and case, from the files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from needlepoint.cli.knowledge import estimate_text
from needlepoint.config import knowledge_root
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import FindingTable, Knowledge, in_force
from needlepoint.files.cases import read_case
from needlepoint.files.knowledge import load_knowledge
from needlepoint.files.schema import chart_schema


def run_schema(parsed: argparse.Namespace) -> int:
    """Print the JSON Schema of the chart format."""
    print(json.dumps(chart_schema(load_knowledge()), indent=2, ensure_ascii=False))
    return 0


def run_docs(parsed: argparse.Namespace) -> int:
    """Write Markdown pages below a folder; they repeat exactly for the same knowledge."""
    knowledge = load_knowledge()
    folder = Path(parsed.out)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "presentations.md": presentations(knowledge),
        "findings.md": findings(knowledge),
        "blocks.md": blocks(knowledge),
        "cases.md": cases(knowledge_root().parent / "cases", knowledge),
    }
    for name, lines in pages.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(pages)} pages written to {folder}")
    return 0


def presentations(knowledge: Knowledge) -> Iterator[str]:
    yield from ("# Presentations and their priors", "", f"Knowledge version {knowledge.version}.")
    for item in sorted(knowledge.presentations.values(), key=lambda p: p.id):
        yield from ("", f"## {item.id}", "", f"{item.label}. {item.says}", "")
        table = in_force(item.values, max(item.values))
        yield f"None nameable: {estimate_text(table.none_nameable, knowledge)}. {table.method}"
        yield from ("", "| source | share | age, log odds a decade |", "|---|---|---|")
        for kind, share in table.kinds.items():
            age = share.age_log_odds_per_decade
            slope = f"{age.value:+g}" if age else ""
            yield f"| {kind} | {estimate_text(share.share, knowledge)} | {slope} |"


def findings(knowledge: Knowledge) -> Iterator[str]:
    yield from ("# Findings", "", f"Knowledge version {knowledge.version}.")
    for item in sorted(knowledge.findings.values(), key=lambda f: f.id):
        yield from ("", f"## {item.name}", "", f"{item.label}. {item.how} ({item.station})")
        if not item.values:
            yield from ("", "Bears on no source: red flag or descriptor.")
            continue
        tables = in_force(item.values, max(item.values))
        if tables.table:
            yield from _table(tables.table, knowledge, "")
        for grade, table in tables.grades.items():
            yield from _table(table, knowledge, f"At least {grade}: ")
        yield from ("", tables.method)


def _table(table: FindingTable, knowledge: Knowledge, title: str) -> Iterator[str]:
    yield from ("", f"{title}base rate {estimate_text(table.base_rate, knowledge)}", "")
    yield from ("| source | present in |", "|---|---|")
    for kind, share in table.kinds.items():
        yield f"| {kind} | {estimate_text(share, knowledge)} |"


def blocks(knowledge: Knowledge) -> Iterator[str]:
    yield from ("# Diagnostic blocks", "", f"Knowledge version {knowledge.version}.")
    for item in sorted(knowledge.blocks.values(), key=lambda b: b.id):
        values = in_force(item.values, max(item.values))
        yield from ("", f"## {item.name}", "", f"{item.label}. {item.how}", "")
        if item.nerves:
            yield f"Numbs: {', '.join(item.nerves)}."
        yield f"Nonspecific answers: {estimate_text(values.nonspecific, knowledge)}."
        for cover in values.covers:
            share = estimate_text(cover.share, knowledge)
            yield f"Reaches {cover.kind} ({cover.place.replace('_', ' ')}): {share}."


def cases(folder: Path, knowledge: Knowledge) -> Iterator[str]:
    yield from ("# Clinical cases", "", "Composed from general clinical knowledge; each is a test.")
    for path in sorted(folder.rglob("*.yaml")) if folder.is_dir() else []:
        try:
            case = read_case(path, knowledge=knowledge)
        except NeedlepointError as error:
            raise NeedlepointError(f"{path}: the case cannot be read.\n{error}") from error
        yield from ("", f"## {case.title}", "", case.point, "")
        for expected in case.then.posterior:
            rank = f"rank {expected.rank}" if expected.rank else ""
            chance = (
                f"probability {expected.probability[0]:g} to {expected.probability[1]:g}"
                if expected.probability
                else ""
            )
            yield f"- {expected.kind}: {', '.join(part for part in (rank, chance) if part)}"
        for verdict in case.then.verdicts:
            yield f"- {verdict.rule}: {verdict.outcome}"
        for step in case.then.next_steps:
            yield f"- next: {step.action}"
