"""How does the pump stand, what runs out when, and what would a change do?"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from needlepoint.cli.assess import open_chart
from needlepoint.core.chart import Chart
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord, fold
from needlepoint.core.technique.pump import (
    Infused,
    PumpPlan,
    Setting,
    candidacy,
    history_of,
    history_with,
    infused,
    line_of,
    plan_change,
    pump_state,
    trial_bolus,
    trial_verdict,
)
from needlepoint.core.units import Concentration, DoseRate, Volume, read_amount
from needlepoint.files.knowledge import load_knowledge

_DRUG = re.compile(
    r"^\s*(?P<name>[A-Za-z][A-Za-z \-]*?)[\s,]+"
    r"(?P<strength>[0-9][0-9.,]*\s*(?:[a-zA-Zµμ]+\s*/\s*m[lL]|%))"
    r"(?:[\s,]+(?P<dose>[0-9][0-9.,]*\s*[a-zA-Zµμ]+\s*/\s*(?:day|d|h)))?\s*$"
)


def run(parsed: argparse.Namespace) -> int:
    """`pump FILE` shows the pump of a chart, `pump plan [FILE]` works out a change."""
    if parsed.words[0] == "plan":
        return _run_plan(parsed)
    if len(parsed.words) > 1:
        raise NeedlepointError("pump takes one chart: needlepoint pump FILE, or pump plan [FILE].")
    if parsed.new or parsed.now:
        raise NeedlepointError("--now and --new belong to a plan: needlepoint pump plan FILE ...")
    knowledge = load_knowledge()
    record, notes = _record(parsed.words[0], parsed.as_of, knowledge)
    state = pump_state(record, knowledge, zone=_zone(parsed.zone))
    before = (trial_bolus(record, knowledge), trial_verdict(record, knowledge))
    trials = tuple(verdict for verdict in before if verdict is not None)
    candidate = candidacy(record, knowledge)
    from needlepoint.cli.pump_shown import show_state, state_data

    if parsed.json:
        data = state_data(state, record, knowledge, trials, candidate)
        print(json.dumps({**data, "import_notes": notes}, ensure_ascii=False, indent=2))
    else:
        show_state(state, knowledge, trials, candidate)
    return 0


def _record(
    name: str, as_of: datetime | None, knowledge: Knowledge
) -> tuple[PatientRecord, list[str]]:
    chart, notes = open_chart(name, knowledge)
    return fold(chart, as_of=as_of or chart.as_of or datetime.now(UTC)), notes


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        what = f"{name!r} is not a time zone. Write it as Europe/Zurich or America/Chicago."
        raise NeedlepointError(what) from error


# --- plan -----------------------------------------------------------------------------------------


def _run_plan(parsed: argparse.Namespace) -> int:
    knowledge = load_knowledge()
    plan = _planned(parsed, knowledge)
    from needlepoint.cli.pump_shown import plan_data, show_plan

    if parsed.json:
        print(json.dumps(plan_data(plan, knowledge), ensure_ascii=False, indent=2))
    else:
        show_plan(plan, knowledge)
    return 0


def _planned(parsed: argparse.Namespace, knowledge: Knowledge) -> PumpPlan:
    """The change that was asked for, of the chart's pump or of the one that was described."""
    if (parsed.catheter_cm or 1) <= 0 or (parsed.interval_days or 1) <= 0:
        raise NeedlepointError("--catheter-cm and --interval-days are above 0. Correct them.")
    if not parsed.new:
        raise NeedlepointError(
            "Say what it is to be changed to: --new 'morphine 20 mg/ml 2 mg/day', "
            "once for each drug of the solution."
        )
    files = parsed.words[1:]
    record, known = _empty(parsed.as_of), None
    if files:
        record, _ = _record(files[0], parsed.as_of, knowledge)
        known = history_of(record, knowledge)
    model = parsed.model or (known.model if known else None)
    cm = parsed.catheter_cm or (known.catheter_cm if known else None)
    settings = [
        _setting(texts, model, cm, knowledge) for texts in (parsed.now, parsed.new) if texts
    ]
    of = history_with(record, knowledge, tuple(settings), record.as_of, known=known)
    if parsed.model:
        of = replace(of, model=parsed.model, pump=history_with(
            record, knowledge, tuple(settings), record.as_of).pump)  # fmt: skip
    if parsed.model and of.pump is None:
        known_models = ", ".join(p.label for p in of.devices.pumps.values())
        raise NeedlepointError(f"{parsed.model!r} is no pump on file. On file: {known_models}.")
    tubing = read_amount(parsed.tubing, Volume) if parsed.tubing else None
    catheter = read_amount(parsed.catheter_volume, Volume) if parsed.catheter_volume else None
    changes_solution = of.before is not None and of.before.setting.solution != settings[-1].solution
    line = None
    if parsed.prime == "catheter" and tubing is None:
        tubing = Volume(ml=0)  # it is full and stays so: its volume does not matter
    if changes_solution or parsed.prime:
        line = line_of(of.pump, cm, tubing=tubing, catheter=catheter)
    return plan_change(
        of,
        fill=_fill(parsed.fill, of.pump.reservoir_ml.value if of.pump else None),
        line=line,
        prime_part=parsed.prime,
        stock=read_amount(parsed.stock, Concentration) if parsed.stock else None,
        interval=timedelta(days=parsed.interval_days) if parsed.interval_days else None,
    )


def _empty(as_of: datetime | None) -> PatientRecord:
    """Nobody in particular: every question about the patient stays open."""
    return fold(Chart(id="plan", entries=()), as_of=as_of or datetime.now(UTC))


def _fill(text: str | None, reservoir_ml: float | None) -> Volume:
    if text:
        return read_amount(text, Volume)
    if reservoir_ml is None:
        raise NeedlepointError("Give the volume of the fill (--fill '20 ml') or the --model.")
    return Volume(ml=reservoir_ml)


def _setting(
    texts: list[str], model: str | None, catheter_cm: float | None, knowledge: Knowledge
) -> Setting:
    """A solution as it is typed; the doses of the second drug on follow from the flow."""
    first = _typed(texts[0], knowledge, None)
    flow = first.dose / first.strength
    rest = [_typed(text, knowledge, flow.carrying) for text in texts[1:]]
    return Setting(
        drugs=(first, *rest), flow=flow, running=True, model=model, catheter_cm=catheter_cm
    )


def _typed(
    text: str, knowledge: Knowledge, dose_at: Callable[[Concentration], DoseRate] | None
) -> Infused:
    match = _DRUG.match(text)
    if match is None:
        raise NeedlepointError(
            f"{text!r}: write drug, concentration and daily dose with their units, as in "
            "'morphine 10 mg/ml 2 mg/day'. No commas in numbers."
        )
    guidance = knowledge.guidance
    strength = read_amount(match["strength"], Concentration)
    if match["dose"]:
        dose = read_amount(match["dose"], DoseRate)
    elif dose_at is not None:
        dose = dose_at(strength)
    else:
        raise NeedlepointError(f"{text!r}: the first drug needs its daily dose, as in 2 mg/day.")
    if strength.mg_per_ml == 0 or dose.mg_per_day == 0:
        raise NeedlepointError(f"{text!r}: neither concentration nor dose can be 0.")
    return infused(match["name"], strength, dose, guidance.neuromodulation, guidance.vocabulary)
