"""How the patient is doing: scores, responses to procedures, harm, opioids."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from needlepoint.cli.assess import open_chart
from needlepoint.core.outcomes import Change, Response
from needlepoint.core.plan import Progress, progress
from needlepoint.core.record import fold
from needlepoint.files.knowledge import load_knowledge


def run(parsed: argparse.Namespace) -> int:
    """Print the course of the chart."""
    knowledge = load_knowledge()
    chart, _ = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    found = progress(record, knowledge)
    if parsed.json:
        print(json.dumps(progress_data(found), ensure_ascii=False, indent=2))
        return 0
    from rich.console import Console

    console = Console()
    for line in _lines(found):
        console.print(line, markup=False, highlight=False)
    return 0


def _lines(found: Progress) -> Iterator[str]:
    for one in found.series:
        values = "  ".join(f"{s.at:%Y-%m-%d} {s.value:g}" for s in one.scores)
        about = f" ({one.complaint})" if one.complaint else ""
        yield f"{one.instrument.label}{about}: {values}"
        if one.since_first is not None:
            yield f"   since the first: {_change(one.since_first)}"
    for response in found.responses:
        yield _response(response)
    for event in found.events:
        said = event.statement
        name = said.name.replace("_", " ")
        yield f"Adverse event {event.occurred_at:%Y-%m-%d}: {name}, {said.severity}"
    for at, mme in found.opioids:
        daily = "a dose is not known" if mme is None else f"{mme:.0f} MME a day"
        yield f"Opioids {at:%Y-%m-%d}: {daily}"
    if not (found.series or found.responses):
        yield "No outcome is on file. Record a score (NRS, PEG) before and after each procedure."


def _change(change: Change) -> str:
    size = (
        "" if change.matters is None else ", matters" if change.matters else ", less than matters"
    )
    warning = f". {change.warning}" if change.warning else ""
    return f"{change.points:+.3g} points towards better ({change.direction.value}{size}){warning}"


def _response(one: Response) -> str:
    name = one.name.replace("_", " ").capitalize()
    head = f"{name}, {one.at:%Y-%m-%d}: "
    if one.last_percent is None:
        return head + "not measured; record the pain before it and at follow-up."
    parts = [f"{one.last_percent:.0f} % relief at the last score"]
    if one.best_percent is not None and one.best_percent != one.last_percent:
        parts.append(f"best {one.best_percent:.0f} %")
    if one.relief_months is not None:
        parts.append(f"at least half held for {one.relief_months:.1f} months")
    if one.returned_months is not None:
        parts.append(f"back by {one.returned_months:.1f} months")
    return head + ", ".join(parts) + "."


def progress_data(found: Progress) -> dict[str, Any]:
    """The same for a machine."""
    return {
        "series": [
            {
                "instrument": one.instrument.id,
                "complaint": one.complaint,
                "scores": [
                    {"at": s.at.isoformat(), "value": s.value, "entry": s.entry} for s in one.scores
                ],
                "since_first": None
                if one.since_first is None
                else {
                    "points_better": one.since_first.points,
                    "direction": one.since_first.direction.value,
                    "matters": one.since_first.matters,
                },
            }
            for one in found.series
        ],
        "responses": [
            {
                "procedure": one.procedure,
                "name": one.name,
                "at": one.at.isoformat(),
                "before": one.before.value if one.before else None,
                "relief": [{"at": s.at.isoformat(), "percent": round(p, 1)} for s, p in one.after],
                "moderate": one.moderate,
                "substantial": one.substantial,
                "relief_months": one.relief_months,
                "returned_months": one.returned_months,
            }
            for one in found.responses
        ],
        "adverse_events": [
            {
                "at": e.occurred_at.isoformat(),
                "name": e.statement.name,
                "severity": e.statement.severity,
                "procedure": e.statement.related_entry,
            }
            for e in found.events
        ],
        "opioids": [{"at": at.isoformat(), "mme_per_day": mme} for at, mme in found.opioids],
    }
