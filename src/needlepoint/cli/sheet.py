"""How is what is planned carried out: the sheet for the procedure room."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from needlepoint.cli.assess import open_chart
from needlepoint.cli.planned import situations
from needlepoint.cli.sheet_data import sheet_data
from needlepoint.cli.standing import MARKS
from needlepoint.core.assess import assess
from needlepoint.core.chart import Chart
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import ConsentRisk, Knowledge, citations
from needlepoint.core.plan import Standing, planned_now
from needlepoint.core.record import PatientRecord, fold
from needlepoint.core.rules import Outcome, situation
from needlepoint.core.rules.history import technique_named
from needlepoint.core.technique.sheet import (
    CheckLine,
    ProcedureSheet,
    SheetSetting,
    Syringe,
    sheet_of,
)
from needlepoint.files.knowledge import load_knowledge

_UNREAD = " ~"  # marks what rests on nothing we read


def run(parsed: argparse.Namespace) -> int:
    """Print the sheet of every planned procedure, of the one named, or of an option."""
    knowledge = load_knowledge()
    chart, _ = open_chart(parsed.file, knowledge)
    found = sheets(chart, knowledge, parsed)
    if parsed.json:
        data = [sheet_data(one, knowledge) for one in found]
        print(json.dumps({"sheets": data}, ensure_ascii=False, indent=2))
        return 0
    console = Console()
    for one in found:
        console.print(show(one, knowledge, spanish=parsed.language == "es"))
    return 0


def sheets(
    chart: Chart, knowledge: Knowledge, parsed: argparse.Namespace
) -> tuple[ProcedureSheet, ...]:
    """Of the option asked for, the technique named, or else of everything planned.

    Raises:
        NeedlepointError: nothing is planned, or what is planned cannot be carried out so.
    """
    moment = parsed.as_of or chart.as_of or datetime.now(UTC)
    record = fold(chart, as_of=moment)
    if parsed.option is not None:
        standing = _of_option(chart, moment, parsed.option, knowledge)
        return (sheet_of(standing.safety.now),)
    blocks = () if parsed.technique else _planned_blocks(record, knowledge)
    try:
        chosen = situations(record, knowledge, parsed.technique, parsed.target, parsed.at)
        found = tuple(chosen)
    except NeedlepointError:
        if not blocks:
            raise
        found = ()
    own = tuple(sheet_of(now, diagnostic=parsed.diagnostic) for now in found)
    return (*own, *blocks)


def _of_option(chart: Chart, moment: datetime, therapy: str, knowledge: Knowledge) -> Standing:
    result = assess(chart, knowledge, as_of=moment, with_intervals=False, with_reasons=False)
    named: list[str] = []
    for one in result.complaints:
        for option, standing in zip(one.plan.options, one.standings, strict=True):
            if standing is not None and option.therapy.id == therapy:
                return standing
            named += [option.therapy.id] if standing is not None else []
    listed = ", ".join(dict.fromkeys(named)) or "none is a procedure"
    raise NeedlepointError(f"--option: {therapy!r} is not on offer for this chart: {listed}.")


def _planned_blocks(record: PatientRecord, knowledge: Knowledge) -> tuple[ProcedureSheet, ...]:
    """Diagnostic blocks that are written down and not done yet."""
    found = []
    for block in (b.statement for c in record.complaints for b in c.blocks):
        technique = technique_named(block.block, knowledge)
        if block.performed or technique is None:
            continue
        planned = planned_now(technique, block.targets, record)
        found.append(sheet_of(situation(record, planned, knowledge), diagnostic=True))
    return tuple(found)


# --- on the screen --------------------------------------------------------------------------------


def show(one: ProcedureSheet, knowledge: Knowledge, *, spanish: bool = False) -> RenderableType:
    """The sheet, in the order of the work."""
    technique = one.planned.technique
    mark, style = MARKS[one.safety.outcome]
    title = technique.label_es if spanish else technique.label
    parts: list[RenderableType] = [
        Text.assemble((title, "bold underline"), "  ", (f"safety: {mark}", style)),
        *_heading("Where", [str(n) for n in one.needles] or ["by the plan of the lead or device"]),
        *[Text(f"     {n}: {n.landmark.says}", style="dim") for n in one.needles if n.landmark],
    ]
    if one.discography is not None:
        parts += _heading("Discs", _discs(one))
    parts += _stop(one)
    parts += _heading("Before", [_check(line) for line in one.checklist if line.moment == "before"])
    parts += _heading("Time-out", [_check(li) for li in one.checklist if li.moment == "time_out"])
    if one.syringes:
        parts += [Text("Drawn up", style="bold"), _agents(one.syringes)]
    parts += _heading("Planned in the chart", _planned(one))
    parts += _heading("Settings", [_setting(s) for s in one.settings] + _lesions(one))
    parts += _heading("Steps", _steps(one))
    parts += _heading("Remarks", one.remarks)
    parts += _heading("Risks to speak of", [_risk(r, spanish=spanish) for r in one.risks])
    advice = [a.says_es if spanish else a.says for a in one.aftercare]
    parts += _heading("Tell the patient", advice)
    cited = citations([*one.planned.technique.steps], knowledge)
    unread = f"{_UNREAD.strip()} rests on nothing we read ({one.unverified} lines)."
    parts.append(Text(f"{unread} Steps after {'; '.join(cited) or 'our own judgement'}.", "dim"))
    return Padding(Group(*parts), (1, 0, 0, 2))


def _heading(title: str, lines: Iterable[str]) -> list[RenderableType]:
    found = [Text(f"   {line}") for line in lines]
    return [Text(title, style="bold"), *found] if found else []


def _stop(one: ProcedureSheet) -> list[RenderableType]:
    """What stands in the way, before anything is drawn up."""
    lines = [
        f"■ {verdict.label}: {reason.says}"
        for verdict in one.safety.verdicts
        for reason in verdict.reasons
        if reason.outcome is Outcome.HOLD
    ]
    cautions = [
        f"! {verdict.label}: {reason.says}"
        for verdict in one.safety.verdicts
        for reason in verdict.reasons
        if reason.caution
    ]
    asked = sum(verdict.outcome is Outcome.CANNOT_TELL for verdict in one.safety.verdicts)
    open_ = [f"? {asked} safety rules have open questions: needlepoint safety"] if asked else []
    return _heading("In the way", lines + cautions + open_)


def _check(line: CheckLine) -> str:
    said = [*line.known, *(f"ASK: {ask}" for ask in line.ask)]
    return f"[ ] {line.says}" + (f"  → {'; '.join(said)}" if said else "")


def _agents(syringes: tuple[Syringe, ...]) -> Table:
    table = Table(box=None, padding=(0, 2), show_header=True, header_style="dim")
    for column in ("for", "agent", "each place", "in all", "milligrams", ""):
        table.add_column(column)
    for one in syringes:
        percent = f" {one.concentration_percent:g} %" if one.concentration_percent else ""
        note = " ".join(n for n in ("" if one.first_choice else "instead.", one.note or "") if n)
        table.add_row(
            one.purpose.replace("_", " "),
            f"{one.label}{percent}{'' if one.verified else _UNREAD}",
            _span(one.each_ml, "ml") + (f" × {one.places}" if one.each_ml else ""),
            _span(one.total_ml, "ml"),
            _span(one.total_mg, "mg"),
            note,
        )
    return table


def _planned(one: ProcedureSheet) -> list[str]:
    """Agents that somebody wrote down; they, and not the usual ones, were weighed."""
    return [
        " ".join(
            [m.text]
            + ([f"{m.volume_ml:g} ml"] if m.volume_ml is not None else [])
            + ([f"{m.mg:g} mg"] if m.mg is not None else [])
        )
        for m in one.planned.medicines or ()
    ]


def _span(pair: tuple[float, float] | None, unit: str) -> str:
    if pair is None:
        return ""
    low, high = map(_number, pair)
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _number(value: float) -> str:
    """Never a power of ten: nobody draws up 1e+04 mg."""
    return f"{value:.0f}" if value >= 1000 else f"{value:.4g}"


UNITS = {"c": "°C", "s": "s", "v": "V", "hz": "Hz", "mm": "mm", "ms": "ms", "psi": "psi",
         "ml": "ml", "gauge": "gauge", "days": "days"}  # fmt: skip


def _setting(one: SheetSetting) -> str:
    name, _, unit = one.name.rpartition("_")
    known = UNITS.get(unit)
    word = (name if known else one.name).replace("_", " ")
    value = _span((one.low, one.high), known or "").strip()
    note = f" ({one.note})" if one.note else ""
    return f"{word}: {value}{note}{'' if one.verified else _UNREAD}"


def _lesions(one: ProcedureSheet) -> list[str]:
    if one.lesions is None:
        return []
    return [f"lesions in all: {_span(one.lesions, '').strip()} over {len(one.needles)} places"]


def _steps(one: ProcedureSheet) -> list[str]:
    return [
        f"{n}. {step.stage}: {step.says}{'' if step.verified else _UNREAD}"
        + ("  ← for this patient" if step.for_this_patient else "")
        for n, step in enumerate(one.steps, start=1)
    ]


def _risk(one: ConsentRisk, *, spanish: bool) -> str:
    label = one.label_es if spanish else one.label
    return f"{label}: {100 * one.chance.value:.2g} %" if one.chance else label


def _discs(one: ProcedureSheet) -> list[str]:
    d = one.discography
    assert d is not None
    limits = [f"pain of at least {d.intensity_min:g}, the patient's own"]
    if d.pressure_above_opening_psi_max is not None:
        limits.append(f"at most {d.pressure_above_opening_psi_max:g} psi above opening")
    if d.volume_ml_max is not None:
        limits.append(f"at most {d.volume_ml_max:g} ml")
    return [
        f"suspected: {', '.join(d.discs)}",
        f"controls: {', '.join(d.controls) or 'none left: the answer counts little'} "
        "(at least one must stay painless)",
        f"positive: {'; '.join(limits)}; annular grade {d.annular_grade_min} or more",
    ]
