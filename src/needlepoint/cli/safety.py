"""Is what is planned safe, for this patient, then?"""

from __future__ import annotations

import argparse
import dataclasses
import json
from datetime import UTC, datetime

from needlepoint.cli.assess import open_chart
from needlepoint.cli.machine import standing_data
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import Standing, planned_now, standing, standing_of_planned
from needlepoint.core.record import PatientRecord, fold
from needlepoint.core.rules import situation
from needlepoint.core.rules.history import technique_named
from needlepoint.files.knowledge import load_knowledge
from needlepoint.files.targets import parse_target
from needlepoint.files.typed import closest


def run(parsed: argparse.Namespace) -> int:
    """Check every planned procedure, or the one named."""
    knowledge = load_knowledge()
    chart, notes = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    found = standings(record, knowledge, parsed.technique, parsed.target, parsed.at)
    if parsed.json:
        data = {
            "as_of": record.as_of.isoformat(),
            "knowledge_version": knowledge.version,
            "import_notes": notes,
            "planned": [standing_data(one) for one in found],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return 0
    from rich.console import Console

    from needlepoint.cli.standing import show_standing

    console = Console()
    for note in notes:
        console.print(f"  import: {note}", style="dim", markup=False)
    for one in found:
        console.print(show_standing(one, knowledge))
    return 0


def standings(
    record: PatientRecord,
    knowledge: Knowledge,
    technique: str | None,
    targets: list[str],
    at: datetime | None,
) -> tuple[Standing, ...]:
    """Of the technique that is named, or else of everything planned in the chart.

    Raises:
        NeedlepointError: the technique is not known, or nothing is planned.
    """
    if technique is None:
        if targets:
            raise NeedlepointError("--target goes with --technique. Name what is to be done there.")
        found = standing_of_planned(record, knowledge)
        if not found:
            raise NeedlepointError(
                "Nothing is planned in this chart. Add a planned_procedure, or name one with "
                "--technique."
            )
        return found
    named = technique_named(technique, knowledge)
    if named is None:
        guidance = knowledge.guidance
        near = closest(technique, (*guidance.techniques, *guidance.technique_of))
        raise NeedlepointError(f"--technique: {technique!r} is not known.{near}")
    where = tuple(parse_target(text, knowledge) for text in targets)
    planned = planned_now(named, where, record)
    if at is not None:
        planned = dataclasses.replace(planned, at=max(at, record.as_of))
    return (standing(situation(record, planned, knowledge)),)
