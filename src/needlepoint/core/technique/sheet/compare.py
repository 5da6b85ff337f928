"""What was done differently from the sheet?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.core.chart import (
    CryoBody,
    DiagnosticBlock,
    InjectionBody,
    Procedure,
    RadiofrequencyBody,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.medicines import resolve
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.situation import injected
from needlepoint.core.technique.sheet.aim import aim
from needlepoint.core.technique.sheet.sheet import ProcedureSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was not done as the sheet says."""

    what: str
    planned: str
    done: str

    def __str__(self) -> str:
        return f"{self.what}: planned {self.planned}; done {self.done}"


def compare(
    sheet: ProcedureSheet, done: Procedure | DiagnosticBlock, knowledge: Knowledge
) -> tuple[Difference, ...]:
    """Everything written of the procedure that differs from the sheet; what is not written is not.

    Raises:
        RefusedPlan: the targets that were written down are none of this technique.
    """
    name = done.block if isinstance(done, DiagnosticBlock) else done.name
    technique = technique_named(name, knowledge)
    if technique is not sheet.planned.technique:
        label = technique.label if technique else name
        return (Difference(what="procedure", planned=sheet.planned.technique.label, done=label),)
    return (
        *_targets(sheet, done, knowledge),
        *_guidance(sheet, done),
        *(_body(sheet, done, knowledge) if isinstance(done, Procedure) else ()),
        *(_block(sheet, done, knowledge) if isinstance(done, DiagnosticBlock) else ()),
    )


def _targets(
    sheet: ProcedureSheet, done: Procedure | DiagnosticBlock, knowledge: Knowledge
) -> Iterator[Difference]:
    if not done.targets:
        return
    reached = aim(sheet.planned.technique, done.targets, knowledge)
    meant = {str(needle) for needle in sheet.needles}
    met = {str(needle) for needle in reached}
    for needle in sheet.needles:
        if str(needle) not in met:
            yield Difference(what="target", planned=str(needle), done="not reached")
    for needle in reached:
        if str(needle) not in meant:
            yield Difference(what="target", planned="not planned", done=str(needle))


def _guidance(sheet: ProcedureSheet, done: Procedure | DiagnosticBlock) -> Iterator[Difference]:
    usual = [u for u in sheet.planned.technique.uses if u in ("fluoroscopy", "ct", "ultrasound")]
    if done.guidance not in (None, "unknown", *usual) and usual:
        assert done.guidance is not None
        yield Difference(what="guidance", planned=" or ".join(usual), done=done.guidance)


def _body(sheet: ProcedureSheet, done: Procedure, knowledge: Knowledge) -> Iterator[Difference]:
    match done.body:
        case RadiofrequencyBody() as body:
            uses = sheet.planned.technique.uses
            if (body.mode == "pulsed") != ("pulsed_radiofrequency" in uses):
                planned = "pulsed" if "pulsed_radiofrequency" in uses else "heat"
                yield Difference(what="mode", planned=planned, done=body.mode)
            for name in ("temperature_c", "seconds", "needle_gauge", "active_tip_mm"):
                yield from _setting(sheet, name, getattr(body, name))
            yield from _lesions(sheet, body.lesions)
        case CryoBody() as body:
            yield from _setting(sheet, "temperature_c", body.temperature_c)
            yield from _setting(sheet, "freeze_seconds", body.seconds)
            yield from _setting(sheet, "cycles", body.cycles)
        case InjectionBody() as body:
            yield from _medicines(sheet, body, knowledge)


def _setting(sheet: ProcedureSheet, name: str, done: float | None) -> Iterator[Difference]:
    row = next((one for one in sheet.settings if one.name == name), None)
    if row is None or done is None or row.low <= done <= row.high:
        return
    planned = f"{row.low:g}" if row.low == row.high else f"{row.low:g} to {row.high:g}"
    yield Difference(what=name, planned=planned, done=f"{done:g}")


def _lesions(sheet: ProcedureSheet, done: int | None) -> Iterator[Difference]:
    """Over all nerves; a lesion count below the number of nerves leaves one untreated."""
    if done is None or sheet.lesions is None:
        return
    low, high = sheet.lesions
    if not low <= done <= high:
        yield Difference(what="lesions in all", planned=f"{low:g} to {high:g}", done=f"{done}")


def _medicines(
    sheet: ProcedureSheet, body: InjectionBody, knowledge: Knowledge
) -> Iterator[Difference]:
    for medicine in body.medicines:
        what = injected(medicine, knowledge)
        rows = [row for row in sheet.syringes if row.drug == what.ingredient]
        if not rows:
            yield Difference(what="medicine", planned="none of it", done=what.text)
            continue
        for unit, done, ranges in (
            ("ml", what.volume_ml, [row.total_ml for row in rows if row.total_ml]),
            ("mg", what.mg, [row.total_mg for row in rows if row.total_mg]),
        ):
            most = sum(high for _, high in ranges)
            if ranges and done is not None and done > most + 1e-9:
                planned = f"at most {most:g} {unit}"
                yield Difference(what=what.text, planned=planned, done=f"{done:g} {unit}")


def _block(
    sheet: ProcedureSheet, done: DiagnosticBlock, knowledge: Knowledge
) -> Iterator[Difference]:
    """Volume a place, and a steroid that a test should not hold."""
    if done.steroid is not None:
        yield Difference(what="steroid", planned="none in a test", done=done.steroid)
    agent = done.agent
    if agent is None or agent.volume_ml is None:
        return
    ingredients = resolve(agent.name, knowledge.guidance.vocabulary).ingredients
    rows = [
        row
        for row in sheet.syringes
        if row.purpose == "diagnostic" and row.drug in ingredients and row.each_ml is not None
    ]
    for row in rows[:1]:
        assert row.each_ml is not None
        low, high = row.each_ml
        if not low <= agent.volume_ml <= high:
            planned = f"{low:g} to {high:g} ml a place"
            yield Difference(what=row.label, planned=planned, done=f"{agent.volume_ml:g} ml")
