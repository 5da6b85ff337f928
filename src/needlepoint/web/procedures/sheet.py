"""The procedure sheet as it is printed: needles, syringes, settings, steps, checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from needlepoint.core.technique.sheet import (
    CheckLine,
    ProcedureSheet,
    SheetSetting,
    SheetStep,
    Syringe,
    span_words,
    words_of,
)

_STAGES = {"position": "Position", "view": "View", "target": "Target", "approach": "Approach",
           "needle": "Needle", "confirm": "Confirm", "test": "Test", "act": "Treat",
           "after": "Afterwards"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleRow:
    place: str
    serves: str
    landmark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence, and whether it was read in a source."""

    says: str
    is_verified: bool
    is_for_patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    name: str
    steps: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One syringe or setting."""

    name: str
    each: str
    total: str
    note: str
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    says: str
    known: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """Exactly what the sheet prints."""

    label: str
    targets: str
    needles: tuple[NeedleRow, ...]
    syringes: tuple[Row, ...]
    settings: tuple[Row, ...]
    stages: tuple[StageRow, ...]
    before: tuple[Check, ...]
    time_out: tuple[Check, ...]
    discography: tuple[str, ...]
    aftercare: tuple[Line, ...]
    remarks: tuple[str, ...]
    unverified: int


def sheet_page(one: ProcedureSheet) -> SheetPage:
    """Put a sheet into words and units."""
    return SheetPage(
        label=one.planned.technique.label,
        targets=", ".join(str(target) for target in one.planned.targets),
        needles=tuple(
            NeedleRow(
                place=str(needle),
                serves=", ".join(str(site) for site in needle.serves),
                landmark=needle.landmark.says if needle.landmark else "",
            )
            for needle in one.needles
        ),
        syringes=tuple(_syringe(s) for s in one.syringes),
        settings=(*(_setting(s) for s in one.settings), *_lesions(one)),
        stages=_stages(one.steps),
        before=tuple(_check(c) for c in one.checklist if c.moment == "before"),
        time_out=tuple(_check(c) for c in one.checklist if c.moment == "time_out"),
        discography=_discography(one),
        aftercare=tuple(Line(says=a.says, is_verified=bool(a.rests_on)) for a in one.aftercare),
        remarks=one.remarks,
        unverified=one.unverified,
    )


def _stages(steps: Iterable[SheetStep]) -> tuple[StageRow, ...]:
    grouped: dict[str, list[Line]] = {}
    for step in steps:
        line = Line(says=step.says, is_verified=step.verified, is_for_patient=step.for_this_patient)
        grouped.setdefault(step.stage, []).append(line)
    return tuple(StageRow(name=_STAGES[s], steps=tuple(found)) for s, found in grouped.items())


def _syringe(one: Syringe) -> Row:
    strength = f" {one.concentration_percent:g} %" if one.concentration_percent else ""
    total = " · ".join(
        text for text in (_span(one.total_ml, "ml"), _span(one.total_mg, "mg")) if text
    )
    choice = "" if one.first_choice else "alternative"
    note = " · ".join(word for word in (one.purpose.replace("_", " "), choice, one.note) if word)
    return Row(
        name=f"{one.label}{strength}", each=_span(one.each_ml, "ml"), total=total, note=note,
        is_verified=one.verified,
    )  # fmt: skip


def _setting(one: SheetSetting) -> Row:
    name, unit = words_of(one.name)
    return Row(
        name=name, each="", total=_span((one.low, one.high), unit), note=one.note or "",
        is_verified=one.verified,
    )  # fmt: skip


def _lesions(one: ProcedureSheet) -> tuple[Row, ...]:
    if one.lesions is None:
        return ()
    said = _span(one.lesions, "")
    return (Row(name="Lesions in all", each="", total=said, note="", is_verified=True),)


def _span(pair: tuple[float, float] | None, unit: str) -> str:
    return "" if pair is None else span_words(pair, unit)


def _check(line: CheckLine) -> Check:
    return Check(says=line.says, known="; ".join(line.known), ask=" ".join(line.ask))


def _discography(one: ProcedureSheet) -> tuple[str, ...]:
    d = one.discography
    if d is None:
        return ()
    limits = [f"pain of {d.intensity_min:g} or more, like the usual pain"]
    if d.pressure_above_opening_psi_max is not None:
        limits.append(f"at {d.pressure_above_opening_psi_max:g} psi above opening or less")
    if d.volume_ml_max is not None:
        limits.append(f"within {d.volume_ml_max:g} ml")
    limits.append(f"annular tear of grade {d.annular_grade_min} or more")
    controls = ", ".join(d.controls) or "none at hand"
    return (
        f"Discs: {', '.join(d.discs)}. Controls: {controls}; at least one must stay painless.",
        f"A disc is positive by all of: {'; '.join(limits)}.",
    )


__all__ = ["SheetPage", "sheet_page", "words_of"]
