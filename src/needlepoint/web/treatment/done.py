"""A treatment that was done: what, how it differed from the sheet, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.timezone import localtime

from needlepoint.core.chart import (
    CryoBody,
    Entry,
    InjectionBody,
    MedicationInjected,
    Procedure,
    RadiofrequencyBody,
)
from needlepoint.core.errors import RefusedPlan
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import situation
from needlepoint.core.technique.sheet import compare, sheet_of
from needlepoint.web.procedures.pages import Complication, complications
from needlepoint.web.procedures.plans import came_from, label_of, reasons_of, targets_of
from needlepoint.web.procedures.sheet import words_of

_RADIOFREQUENCY = ("temperature_c", "seconds", "needle_gauge", "active_tip_mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class DonePage:
    """Exactly what the page of a treatment that was done prints."""

    entry: str
    label: str
    targets: str
    when: str
    facts: tuple[tuple[str, str], ...]
    differences: tuple[str, ...]
    reasons: tuple[str, ...]  # why it differs, as it was said
    has_plan: bool
    complications: tuple[Complication, ...]


def done_page(record: PatientRecord, e: Entry, knowledge: Knowledge) -> DonePage:
    """Lay out one procedure."""
    one = e.statement
    assert isinstance(one, Procedure), "a block has a page of its own"
    plan = came_from(record, e, knowledge)
    return DonePage(
        entry=e.id,
        label=label_of(e, knowledge),
        targets=", ".join(str(t) for t in targets_of(e)),
        when=f"{localtime(e.occurred_at):%Y-%m-%d %H:%M}",
        facts=tuple(_facts(one)),
        differences=_differences(record, e, one, knowledge),
        reasons=reasons_of(record, e, knowledge),
        has_plan=plan is not None,
        complications=complications(record, knowledge, of=e.id),
    )


def _facts(one: Procedure) -> Iterator[tuple[str, str]]:
    yield "Guidance", one.guidance or "not recorded"
    match one.body:
        case RadiofrequencyBody() as body:
            yield "Mode", body.mode
            for name in _RADIOFREQUENCY:
                yield _value(name, getattr(body, name))
            yield "Lesions in all", "not recorded" if body.lesions is None else f"{body.lesions}"
        case CryoBody() as body:
            yield _value("temperature_c", body.temperature_c)
            yield _value("freeze_seconds", body.seconds)
            yield "Cycles", "not recorded" if body.cycles is None else f"{body.cycles}"
        case InjectionBody() as body:
            for medicine in body.medicines:
                yield "Injected", _medicine(medicine)
            if not body.medicines:
                yield "Injected", "not recorded"
            if body.approach:
                yield "Approach", body.approach
        case _ as body:
            yield "What was done", body.details


def _value(name: str, value: float | None) -> tuple[str, str]:
    word, unit = words_of(name)
    return word, "not recorded" if value is None else f"{value:g} {unit}".strip()


def _medicine(one: MedicationInjected) -> str:
    parts = [one.name]
    parts += [f"{one.concentration_percent:g} %"] if one.concentration_percent else []
    parts += [f"{one.dose_mg:g} mg"] if one.dose_mg else []
    parts += [f"{one.volume_ml:g} ml in all"] if one.volume_ml else []
    return ", ".join(parts)


def _differences(
    record: PatientRecord, e: Entry, one: Procedure, knowledge: Knowledge
) -> tuple[str, ...]:
    plan = came_from(record, e, knowledge)
    if plan is None:
        return ()
    try:
        sheet = sheet_of(situation(record, plan.planned, knowledge))
        return tuple(str(found) for found in compare(sheet, one, knowledge))
    except RefusedPlan as refused:
        return (str(refused),)


__all__ = ["DonePage", "done_page"]
