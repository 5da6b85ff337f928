"""Write a paper: a note, a letter, a payer packet, instructions, a consent, or a calendar."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from needlepoint.cli.assess import open_chart
from needlepoint.core.assess import Assessment, assess
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.papers import (
    Identity,
    Paper,
    consent,
    instructions,
    letter,
    payer_packet,
    procedure_note,
)
from needlepoint.core.plan import Option, Standing
from needlepoint.files.knowledge import load_knowledge


def run(parsed: argparse.Namespace) -> int:
    """Write the paper to standard output as text, or to a .pdf, .txt or .ics file."""
    from needlepoint.papers import as_calendar, as_pdf, as_text

    knowledge = load_knowledge()
    chart, _ = open_chart(parsed.file, knowledge)
    moment = parsed.as_of or chart.as_of or datetime.now(UTC)
    result = assess(chart, knowledge, as_of=moment)
    identity = identity_of(parsed.patient, chart.id)
    if parsed.kind == "calendar":
        plan = _planned(result, parsed.entry)
        return write(parsed.out, as_calendar(plan, language=parsed.language).encode())
    paper = _paper(parsed, result, identity, knowledge)
    if parsed.out and parsed.out.endswith(".pdf"):
        return write(parsed.out, as_pdf(paper))
    return write(parsed.out, as_text(paper).encode())


def _paper(
    parsed: argparse.Namespace, result: Assessment, identity: Identity, knowledge: Knowledge
) -> Paper:
    record, language = result.record, parsed.language
    match parsed.kind:
        case "note":
            if parsed.entry is None:
                raise NeedlepointError("A note is about one procedure: name its entry (--entry).")
            return procedure_note(result, parsed.entry, identity, knowledge)
        case "letter":
            return letter(result, identity, knowledge)
        case "packet":
            plan = _planned(result, parsed.entry)
            return payer_packet(plan, record, identity, knowledge, policy=parsed.policy)
        case "instructions":
            plan = _planned(result, parsed.entry)
            return instructions(plan, record, identity, knowledge, language=language)
    plan = _planned(result, parsed.entry)
    offered = [option for one in result.complaints for option in one.plan.options]
    mine = option_of(plan, offered)
    others = [option for option in offered if option is not mine]
    return consent(plan, record, mine, others, identity, knowledge, language=language)


def option_of(plan: Standing, offered: list[Option]) -> Option | None:
    """The treatment that the planned procedure carries out, if one is on offer."""
    names = plan.planned.technique.carries_out
    return next((option for option in offered if option.therapy.id in names), None)


def _planned(result: Assessment, entry: str | None) -> Standing:
    found = [one for one in result.planned if entry in (None, one.planned.entry)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(str(one.planned.entry) for one in result.planned)
    if not result.planned:
        raise NeedlepointError("Nothing is planned in this chart. Add a planned_procedure.")
    if not found:
        raise NeedlepointError(f"No procedure {entry} is planned. Planned: {known}.")
    raise NeedlepointError(f"Several procedures are planned. Name one with --entry: {known}.")


def identity_of(text: str | None, chart: str) -> Identity:
    """NAME, BIRTH DATE, NUMBER as given; the chart's id where nothing is."""
    if text is None:
        return Identity(name=f"Chart {chart}")
    name, *more = (part.strip() for part in text.split(";"))
    born: date | None = None
    if more:
        try:
            born = date.fromisoformat(more[0])
        except ValueError as error:
            raise NeedlepointError(
                f"--patient: {more[0]!r} is no birth date. Write 'Name; 1970-01-31; number'."
            ) from error
    return Identity(name=name, birth_date=born, number=more[1] if len(more) > 1 else None)


def write(out: str | None, content: bytes) -> int:
    """To standard output, or whole to a file: never half of it."""
    if out is None:
        sys.stdout.buffer.write(content)
        return 0
    part = Path(f"{out}.part")
    part.write_bytes(content)
    part.replace(out)
    return 0
