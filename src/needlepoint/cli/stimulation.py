"""Stimulation: candidate, lead, trial, programs, devices and MRI."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from needlepoint.cli.assess import open_chart
from needlepoint.cli.machine import verdict_data
from needlepoint.core.chart import State, StimulatorProgram
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import planned_now
from needlepoint.core.record import ComplaintRecord, PatientRecord, fold
from needlepoint.core.rules import Verdict, situation
from needlepoint.core.technique.devices import trials
from needlepoint.core.technique.stimulation import (
    candidacy,
    device_registry,
    lead_places,
    mri_card,
    program_log,
    read_trial,
)
from needlepoint.files.knowledge import load_knowledge

_TRIAL = "spinal_cord_stimulator_trial"


def run(parsed: argparse.Namespace) -> int:
    """Print everything that the chart says of stimulation."""
    knowledge = load_knowledge()
    chart, _ = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    if parsed.json:
        print(json.dumps(stimulation_data(record, knowledge), ensure_ascii=False, indent=2))
    else:
        _show(record, knowledge)
    return 0


def _candidacy(record: PatientRecord, knowledge: Knowledge) -> Verdict:
    technique = knowledge.guidance.techniques[_TRIAL]
    return candidacy(situation(record, planned_now(technique, (), record), knowledge)).verdict


def stimulation_data(record: PatientRecord, knowledge: Knowledge) -> dict[str, Any]:
    """The same for a machine."""
    readings = [read_trial(said, knowledge) for said in trials(record)]
    devices = device_registry(record)
    return {
        "as_of": record.as_of.isoformat(),
        "knowledge_version": knowledge.version,
        "candidacy": verdict_data(_candidacy(record, knowledge)),
        "leads": {
            one.complaint.name: [
                {
                    "of": place.of,
                    "levels": list(place.levels),
                    "sides": [side.value for side in place.sides],
                    "share": round(place.share, 3),
                    "missed": [f"{side.value} {zone}" for zone, side in place.missed],
                    "rests_on": list(place.grounds.rests_on),
                }
                for place in lead_places(one.drawing.statement, knowledge)
            ]
            for one in record.complaints
            if one.drawing is not None
        },
        "trials": [
            {
                **verdict_data(reading.verdict),
                "relief_percent": reading.relief_percent,
                "opioid_reduction_percent": reading.opioid_reduction_percent,
                "days": reading.days,
            }
            for reading in readings
        ],
        "programs": [
            {
                "entry": line.entry,
                "at": line.at.isoformat(),
                "waveform": line.program.waveform,
                "unusual": [reason.says for reason in line.unusual],
            }
            for line in program_log(record, knowledge)
        ],
        "devices": [
            {
                "device": device.now.statement.device,
                "state": device.now.statement.state.value,
                "model": device.now.statement.model,
                "udi": device.now.statement.udi,
                "replace_by": device.replace_by.isoformat() if device.replace_by else None,
                "reasons": [s.statement.reason for s in (*device.earlier, device.now)],
                "mri": verdict_data(mri_card(device.now, knowledge)),
            }
            for device in devices
        ],
    }


def _show(record: PatientRecord, knowledge: Knowledge) -> None:
    from rich.console import Console
    from rich.text import Text

    from needlepoint.cli.standing import show_verdict

    console = Console()
    console.print(show_verdict(_candidacy(record, knowledge), knowledge))
    for one in record.complaints:
        console.print(Text(f"{one.complaint.name}: where a lead would reach", style="bold"))
        for says in _leads(one, knowledge):
            console.print(Text(f"   {says}"))
    for trial in trials(record):
        console.print(show_verdict(read_trial(trial, knowledge).verdict, knowledge))
    for line in program_log(record, knowledge):
        console.print(Text(f"{line.at:%Y-%m-%d}  {_program(line.program)}"))
        for reason in line.unusual:
            console.print(Text(f"   ! {reason.says}", style="yellow"))
    for device in device_registry(record):
        if device.now.statement.state is State.PRESENT:
            console.print(show_verdict(mri_card(device.now, knowledge), knowledge))
            if device.replace_by:
                console.print(Text(f"   replace by {device.replace_by:%d %B %Y}"))


def _leads(one: ComplaintRecord, knowledge: Knowledge) -> Iterator[str]:
    if one.drawing is None:
        yield "no drawing, so no lead can be placed on it."
        return
    for place in lead_places(one.drawing.statement, knowledge)[:6]:
        missed = ", ".join(f"{side.value} {zone.replace('_', ' ')}" for zone, side in place.missed)
        levels = ", ".join(place.levels).replace("_", " ")
        rest = f"; misses {missed}" if missed else ""
        yield f"{place.of.upper()} {levels}: {place.share:.0%} of the drawing{rest}"


def _program(program: StimulatorProgram) -> str:
    settings = (
        (program.frequency_hz, "Hz"),
        (program.pulse_width_us, "us"),
        (program.amplitude_ma, "mA"),
    )
    said = [f"{value:g} {unit}" for value, unit in settings if value is not None]
    return ", ".join([program.waveform, *said])
