"""A card for an emergency, as text or PDF: toxicity, withdrawal, overdose, MRI."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from needlepoint.cli.assess import open_chart
from needlepoint.cli.note import identity_of, write
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.papers import card_paper
from needlepoint.core.record import fold
from needlepoint.core.technique.pump import pump_state
from needlepoint.files.knowledge import load_knowledge


def run(parsed: argparse.Namespace) -> int:
    """Write the card of one patient to standard output, or to a .pdf or .txt file."""
    from needlepoint.papers import as_pdf, as_text

    knowledge, zone = load_knowledge(), _zone(parsed.zone)
    chart, _ = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    pump = pump_state(record, knowledge, zone=zone)
    if parsed.drug and parsed.kind not in ("withdrawal", "overdose"):
        raise NeedlepointError("--drug goes with withdrawal or overdose.")
    if parsed.drug and pump is not None:
        raise NeedlepointError("The chart says what is in the pump: leave --drug out.")
    paper = card_paper(
        parsed.kind, record, pump, identity_of(parsed.patient, chart.id), knowledge,
        drugs=[drug.strip().lower() for drug in parsed.drug],
    )  # fmt: skip
    if parsed.out and parsed.out.endswith(".pdf"):
        return write(parsed.out, as_pdf(paper))
    return write(parsed.out, as_text(paper).encode())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NeedlepointError(
            f"--zone: {name!r} is no time zone. Write it as Europe/Zurich or America/New_York."
        ) from error
