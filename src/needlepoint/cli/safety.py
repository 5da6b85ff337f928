"""Is what is planned safe, for this patient, then?"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

from needlepoint.cli.assess import open_chart
from needlepoint.cli.machine import standing_data
from needlepoint.cli.planned import situations
from needlepoint.core.plan import standing
from needlepoint.core.record import fold
from needlepoint.files.knowledge import load_knowledge


def run(parsed: argparse.Namespace) -> int:
    """Check every planned procedure, or the one named."""
    knowledge = load_knowledge()
    chart, notes = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    chosen = situations(record, knowledge, parsed.technique, parsed.target, parsed.at)
    found = [standing(now) for now in chosen]
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
