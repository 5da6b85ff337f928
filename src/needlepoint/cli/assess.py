"""Assess one chart for a person, or many for a machine."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from needlepoint.cli.machine import as_data
from needlepoint.core.assess import Assessment, assess
from needlepoint.core.chart import Chart
from needlepoint.core.errors import Fault, NeedlepointError, UnreadableFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import unplaced
from needlepoint.fhir import is_bundle, read_bundle
from needlepoint.files.cases import read_case
from needlepoint.files.charts import document_of, read_chart
from needlepoint.files.knowledge import collection_paused, load_knowledge


def run(parsed: argparse.Namespace) -> int:
    """Assess the files named on the command line."""
    files = list(_expanded(parsed.files))
    with collection_paused():  # one chart is over before a search for garbage would pay
        return _run(files, parsed, load_knowledge())


def _run(files: list[str], parsed: argparse.Namespace, knowledge: Knowledge) -> int:
    if not files:
        raise NeedlepointError(
            f"{' '.join(parsed.files)}: no .yaml, .yml or .json file is in there."
        )
    if len(files) > 1 or parsed.out:
        gc.enable()
        return _batch(files, parsed, knowledge)
    chart, notes = open_chart(files[0], knowledge)
    wants_intervals = parsed.intervals is not False
    result = _assess(chart, knowledge, parsed, name=files[0], intervals=wants_intervals)
    notes = [*notes, *_unplaced(result)]
    if parsed.json:
        print(
            json.dumps(
                {**as_data(result, knowledge), "import_notes": notes}, ensure_ascii=False, indent=2
            )
        )
    else:
        from needlepoint.cli.present import show

        show(result, knowledge, notes=notes, why=parsed.why)
    return 0


def open_chart(name: str, knowledge: Knowledge) -> tuple[Chart, list[str]]:
    """A chart from a chart file, a case file or a FHIR bundle; with what an import left out."""
    source: str | bytes | Path = sys.stdin.buffer.read() if name == "-" else Path(name)
    title, document = document_of(source)
    if document.faults:
        raise UnreadableFile(title, document.faults)
    data = document.data
    if is_bundle(data):
        return read_bundle(data, knowledge, name=title)
    if isinstance(data, dict) and "given" in data and name != "-":
        case = read_case(name, knowledge=knowledge)
        return case.chart, []
    return read_chart(source, knowledge=knowledge), []


def _assess(
    chart: Chart, knowledge: Knowledge, parsed: argparse.Namespace, *, name: str, intervals: bool
) -> Assessment:
    if not any(entry.statement.kind == "complaint" for entry in chart.entries):
        known = ", ".join(sorted(knowledge.presentations))
        what = f"no complaint is stated, so there is nothing to localise. Add one of: {known}."
        raise UnreadableFile(name, (Fault(where="entries", what=what),))
    result = assess(chart, knowledge, as_of=parsed.as_of, with_intervals=intervals)
    if not result.complaints:
        what = (
            f"no complaint was on file by {result.as_of:%Y-%m-%d %H:%M}. Look from a later moment."
        )
        raise UnreadableFile(name, (Fault(where="--as-of", what=what),))
    return result


def _unplaced(result: Assessment) -> list[str]:
    """What was left out because it may be about any of several complaints."""
    names = ", ".join(one.complaint.name for one in result.record.complaints)
    return [
        f"{entry.id} ({entry.statement.kind}) names none of the complaints ({names}), so it weighs"
        " nothing. Add complaint."
        for entry in unplaced(result.record)
    ]


def _expanded(names: Iterable[str]) -> Iterator[str]:
    """Folders stand for the chart files in them."""
    for name in names:
        path = Path(name)
        if not name.strip():
            raise NeedlepointError("A file name is empty. Name a chart, or a folder of charts.")
        if name != "-" and path.is_dir():
            yield from sorted(
                str(p) for p in path.rglob("*") if p.suffix in (".yaml", ".yml", ".json")
            )
        else:
            yield name


# --- batch ----------------------------------------------------------------------------------------


def _batch(files: list[str], parsed: argparse.Namespace, knowledge: Knowledge) -> int:
    """One row a chart; a file that cannot be read is reported and the others go on."""
    out = parsed.out or "-"
    refused: list[str] = []
    rows = _rows(files, parsed, knowledge, refused)
    if out == "-":
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    elif out.endswith(".jsonl"):
        _write_whole(Path(out), (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    elif out.endswith(".parquet"):
        _write_parquet(Path(out), list(rows))
    else:
        raise NeedlepointError(f"{out}: write to a name that ends in .jsonl or .parquet.")
    for message in refused:
        print(message, file=sys.stderr)
    print(f"{len(files) - len(refused)} assessed, {len(refused)} refused.", file=sys.stderr)
    return 2 if refused else 0


def _rows(
    files: list[str], parsed: argparse.Namespace, knowledge: Knowledge, refused: list[str]
) -> Iterator[dict[str, Any]]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for name in track(
        files, description="Assessing", console=console, disable=not console.is_terminal
    ):
        try:
            chart, notes = open_chart(name, knowledge)
            wants_intervals = bool(parsed.intervals)
            result = _assess(chart, knowledge, parsed, name=name, intervals=wants_intervals)
        except NeedlepointError as error:
            refused.append(str(error))
            continue
        notes = [*notes, *_unplaced(result)]
        yield {"file": name, **as_data(result, knowledge), "import_notes": notes}


def _write_whole(path: Path, lines: Iterable[str]) -> None:
    """All of it or nothing: a batch that is cut off leaves no half file under the name."""
    part = path.with_suffix(path.suffix + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.writelines(lines)
    part.replace(path)


def _write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    """A row a generator: flat enough for any table tool; the whole answer is kept beside it."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise NeedlepointError(
            "Parquet needs pyarrow: pip install needlepoint[cohort], or write .jsonl."
        ) from error
    flat = [
        {
            "file": row["file"],
            "complaint": one["complaint"],
            "as_of": row["as_of"],
            "knowledge_version": row["knowledge_version"],
            "rank": rank,
            "kind": source["kind"],
            "segment": source["segment"],
            "side": source["side"],
            "probability": source["probability"],
            "answer": json.dumps(row, ensure_ascii=False) if rank == 1 else None,
        }
        for row in rows
        for one in row["complaints"]
        for rank, source in enumerate(one["differential"], start=1)
    ]
    part = path.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist(flat), part)
    part.replace(path)
