"""Which programs were set, when, and do their numbers lie where that waveform is used?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import StimulatorProgram
from needlepoint.core.knowledge import Fact, Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.verdict import Reason, caution

_SETTINGS = ("frequency_hz", "pulse_width_us", "amplitude_ma")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramLine:
    """One program as set."""

    entry: str
    at: datetime
    program: StimulatorProgram
    unusual: tuple[Reason, ...]  # settings outside the range in use; shown, never forbidden


def program_log(record: PatientRecord, knowledge: Knowledge) -> tuple[ProgramLine, ...]:
    """Every program of the chart, newest first."""
    lines = [
        ProgramLine(
            entry=e.id,
            at=e.occurred_at,
            program=e.statement,
            unusual=unusual(e.statement, knowledge, e.id),
        )
        for e in record.entries
        if isinstance(e.statement, StimulatorProgram)
    ]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def unusual(
    program: StimulatorProgram, knowledge: Knowledge, entry: str = ""
) -> tuple[Reason, ...]:
    """Settings outside the range in which that waveform is used."""
    facts = knowledge.guidance.neuromodulation.facts
    waveform = program.waveform.lower().replace(" ", "_").replace("-", "_")
    found = []
    for setting in _SETTINGS:
        value: float | None = getattr(program, setting)
        fact = facts.get(f"stimulation/{waveform}/{setting}")
        if value is None or fact is None:
            continue
        low, high = _span(fact)
        if not low <= value <= high:
            name, _, unit = setting.rpartition("_")
            says = (
                f"{name.replace('_', ' ').capitalize()} {value:g} {fact.unit or unit}; "
                f"{program.waveform} is used at {low:g} to {high:g}. Check for a slip."
            )
            found.append(caution(says, fact, entries=[entry] if entry else []))
    return tuple(found)


def _span(fact: Fact) -> tuple[float, float]:
    assert isinstance(fact.value, tuple), f"{fact.value!r} is no span"
    low, high = fact.value
    return float(low), float(high)
