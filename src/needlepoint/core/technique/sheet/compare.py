"""What was done beside what the sheet says: line by line, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from needlepoint.core.chart import (
    BlockTarget,
    CryoBody,
    DiagnosticBlock,
    Discogram,
    InjectionBody,
    Procedure,
    RadiofrequencyBody,
)
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.medicines import resolve
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.situation import Injected, injected
from needlepoint.core.technique.sheet.aim import aim
from needlepoint.core.technique.sheet.sheet import ProcedureSheet
from needlepoint.core.technique.sheet.syringes import Syringe
from needlepoint.core.technique.sheet.words import span_words, words_of

NOT_PLANNED = "not planned"
Done = Procedure | DiagnosticBlock | Discogram
_GUIDANCE = ("fluoroscopy", "ct", "ultrasound")
_ROLES = {"local_anaesthetic": "local anaesthetic"}
_CONTRAST = {"as_intended": "given, spread as intended", "vascular": "given, into a vessel",
             "spread_elsewhere": "given, spread elsewhere", "not_used": "not used"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One thing as the sheet says it and as it was done."""

    what: str
    planned: str
    done: str | None  # None: not written down, and so neither the same nor different
    differs: bool = False
    rests_on: tuple[str, ...] = ()  # of what the sheet says

    def __str__(self) -> str:
        if self.planned == NOT_PLANNED:
            return f"{self.what}: done {self.done}, which was not planned"
        return f"{self.what}: planned {self.planned}; done {self.done}"


def compare(sheet: ProcedureSheet, done: Done, knowledge: Knowledge) -> tuple[Compared, ...]:
    """Everything written of the procedure that differs from the sheet; what is not written is not.

    Raises:
        RefusedPlan: the targets that were written down are none of this technique.
    """
    return tuple(one for one in side_by_side(sheet, done, knowledge) if one.differs)


def side_by_side(sheet: ProcedureSheet, done: Done, knowledge: Knowledge) -> tuple[Compared, ...]:
    """Sheet and procedure line by line: places, guidance, needle, settings, agents, contrast.

    Raises:
        RefusedPlan: the targets that were written down are none of this technique.
    """
    technique, planned = _technique(done, sheet, knowledge), sheet.planned.technique
    if technique is not planned:
        label = technique.label if technique else name_of(done).replace("_", " ")
        return (Compared(what="procedure", planned=planned.label, done=label, differs=True),)
    match done:
        case Procedure():
            rest = _body(sheet, done, knowledge)
        case DiagnosticBlock():
            rest = _block(sheet, done, knowledge)
        case Discogram():
            return (*_discs(sheet, done),)
    targets = _targets(sheet, done.targets, knowledge)
    return (*targets, *_guidance(sheet, done.guidance), *rest)


def name_of(done: Done) -> str:
    """The block or procedure that was done, as the chart names it."""
    match done:
        case Procedure():
            return done.name
        case DiagnosticBlock():
            return done.block
        case Discogram():
            return "discography"


def _technique(done: Done, sheet: ProcedureSheet, knowledge: Knowledge) -> Technique | None:
    """By its name; a discogram is of the sheet if the sheet is for discs."""
    if isinstance(done, Discogram):
        return sheet.planned.technique if sheet.discography is not None else None
    return technique_named(name_of(done), knowledge)


def _targets(
    sheet: ProcedureSheet, targets: tuple[BlockTarget, ...], knowledge: Knowledge
) -> Iterator[Compared]:
    meant = {str(needle) for needle in sheet.needles}
    if not targets:
        if meant:
            yield Compared(what="target", planned=", ".join(map(str, sheet.needles)), done=None)
        return
    reached = aim(sheet.planned.technique, targets, knowledge)
    met = {str(needle) for needle in reached}
    for needle in map(str, sheet.needles):
        missed = needle not in met
        told = "not reached" if missed else needle
        yield Compared(what="target", planned=needle, done=told, differs=missed)
    for needle in map(str, reached):
        if needle not in meant:
            yield Compared(what="target", planned=NOT_PLANNED, done=needle, differs=True)


def _guidance(sheet: ProcedureSheet, done: str | None) -> Iterator[Compared]:
    usual = [u for u in sheet.planned.technique.uses if u in _GUIDANCE]
    if sheet.planned.guidance not in (None, "unknown"):
        chosen = str(sheet.planned.guidance)
    elif usual:
        chosen = " or ".join(usual)
    else:
        return
    told = None if done in (None, "unknown") else done
    differs = told is not None and told not in (sheet.planned.guidance, *usual)
    yield Compared(what="guidance", planned=chosen, done=told, differs=differs)


def _body(sheet: ProcedureSheet, done: Procedure, knowledge: Knowledge) -> Iterator[Compared]:
    match done.body:
        case RadiofrequencyBody() as body:
            uses = sheet.planned.technique.uses
            meant = "pulsed" if "pulsed_radiofrequency" in uses else "conventional or cooled"
            differs = (body.mode == "pulsed") != (meant == "pulsed")
            yield Compared(what="mode", planned=meant, done=body.mode, differs=differs)
            for name in ("temperature_c", "seconds", "needle_gauge", "active_tip_mm"):
                yield from _setting(sheet, name, getattr(body, name))
            yield from _lesions(sheet, body.lesions)
        case CryoBody() as body:
            yield from _setting(sheet, "temperature_c", body.temperature_c)
            yield from _setting(sheet, "freeze_seconds", body.seconds)
            yield from _setting(sheet, "cycles", body.cycles)
        case InjectionBody() as body:
            yield from _setting(sheet, "needle_gauge", body.needle_gauge)
            yield from _medicines(sheet, [injected(m, knowledge) for m in body.medicines])


def _setting(sheet: ProcedureSheet, name: str, done: float | None) -> Iterator[Compared]:
    row = next((one for one in sheet.settings if one.name == name), None)
    if row is None:
        return
    word, unit = words_of(name)
    yield Compared(
        what=word.lower(),
        planned=span_words((row.low, row.high), unit),
        done=None if done is None else f"{done:g} {unit}".strip(),
        differs=done is not None and not row.low <= done <= row.high,
        rests_on=row.rests_on,
    )


def _lesions(sheet: ProcedureSheet, done: int | None) -> Iterator[Compared]:
    """Over all nerves; a lesion count below the number of nerves leaves one untreated."""
    if sheet.lesions is None:
        return
    low, high = sheet.lesions
    yield Compared(
        what="lesions in all",
        planned=span_words((low, high), ""),
        done=None if done is None else f"{done}",
        differs=done is not None and not low <= done <= high,
    )


# --- what was injected ----------------------------------------------------------------------------


def _medicines(sheet: ProcedureSheet, done: list[Injected]) -> Iterator[Compared]:
    """Every medicine that was given, then what the sheet draws up and nobody wrote down."""
    for what in done:
        yield from _medicine(sheet, what)
    given = {what.ingredient for what in done}
    chosen = sheet.planned.medicines
    if chosen is not None:
        for one in chosen:
            if one.ingredient not in given:
                yield Compared(what=one.text, planned=_amounts(one), done=None)
        return
    for role in dict.fromkeys(row.role for row in sheet.syringes):
        rows = [row for row in sheet.syringes if row.role == role]
        if not given & {row.drug for row in rows}:
            first = [row for row in rows if row.first_choice]
            planned = "; ".join(dict.fromkeys(_drawn(row) for row in first or rows))
            said = _ROLES.get(role, role.replace("_", " "))
            grounds = tuple(name for row in first or rows for name in row.rests_on)
            yield Compared(what=said, planned=planned, done=None, rests_on=grounds)


def _medicine(sheet: ProcedureSheet, what: Injected) -> Iterator[Compared]:
    """Against what was chosen for this patient, where it was; else against the sheet's range."""
    said = _amounts(what)
    chosen = [m for m in sheet.planned.medicines or () if m.ingredient == what.ingredient]
    rows = [row for row in sheet.syringes if row.drug == what.ingredient]
    grounds = tuple(name for row in rows for name in row.rests_on)
    if chosen and what.ingredient is not None:
        differs = _not_as_chosen(what, chosen[0]) or _beyond(what, rows)
        yield Compared(what=what.text, planned=_amounts(chosen[0]), done=said, differs=differs)
    elif not rows:
        yield Compared(what=what.text, planned="none of it", done=said, differs=True)
    else:
        most = [f"at most {high:g} {unit}" for unit, _, high in _limits(what, rows)]
        yield Compared(
            what=what.text, planned=", ".join(most) or "no amount on file", done=said,
            differs=_beyond(what, rows), rests_on=grounds,
        )  # fmt: skip


def _limits(what: Injected, rows: list[Syringe]) -> Iterator[tuple[str, float | None, float]]:
    """Unit, amount given, and the most of all lines of the sheet that hold this drug."""
    for unit, done, ranges in (
        ("ml", what.volume_ml, [row.total_ml for row in rows if row.total_ml]),
        ("mg", what.mg, [row.total_mg for row in rows if row.total_mg]),
    ):
        if ranges:
            yield unit, done, sum(high for _, high in ranges)


def _beyond(what: Injected, rows: list[Syringe]) -> bool:
    return any(done is not None and done > most + 1e-9 for _, done, most in _limits(what, rows))


def _not_as_chosen(what: Injected, chosen: Injected) -> bool:
    pairs = ((what.mg, chosen.mg), (what.volume_ml, chosen.volume_ml))
    return any(a is not None and b is not None and abs(a - b) > 1e-6 * max(a, b) for a, b in pairs)


def _amounts(one: Injected) -> str:
    parts = [f"{one.volume_ml:g} ml" if one.volume_ml is not None else "",
             f"{one.mg:g} mg" if one.mg is not None else ""]  # fmt: skip
    return ", ".join(part for part in parts if part) or "amount not said"


def _drawn(row: Syringe) -> str:
    strength = f" {row.concentration_percent:g} %" if row.concentration_percent else ""
    amounts = ((row.total_ml, "ml"), (row.total_mg, "mg"))
    said = [span_words(pair, unit) for pair, unit in amounts if pair]
    return f"{row.label}{strength}{', ' if said else ''}{', '.join(said)}"


# --- a test ---------------------------------------------------------------------------------------


def _block(
    sheet: ProcedureSheet, done: DiagnosticBlock, knowledge: Knowledge
) -> Iterator[Compared]:
    """Agent and volume a place, spread, and what a test should not hold."""
    yield from _setting(sheet, "needle_gauge", done.needle_gauge)
    yield from _agent(sheet, done, knowledge)
    if done.steroid is not None:
        yield Compared(what="steroid", planned="none in a test", done=done.steroid, differs=True)
    yield from _contrast(sheet, done)
    if sheet.planned.sedation == "none":
        told = None if done.sedation == "unknown" else done.sedation.replace("_", " ")
        differs = told not in (None, "none")
        yield Compared(what="sedation", planned="none", done=told, differs=differs)


def _agent(
    sheet: ProcedureSheet, done: DiagnosticBlock, knowledge: Knowledge
) -> Iterator[Compared]:
    rows = [row for row in sheet.syringes if row.purpose == "diagnostic"]
    if not rows:
        return
    agent = done.agent
    if agent is None:
        yield Compared(what="local anaesthetic", planned=_each(rows[0]), done=None,
                       rests_on=rows[0].rests_on)  # fmt: skip
        return
    known = resolve(agent.name, knowledge.guidance.vocabulary).ingredients
    same = [row for row in rows if row.drug in known]
    row = (same or rows)[0]
    strength = f" {agent.concentration_percent:g} %" if agent.concentration_percent else ""
    volume = f", {agent.volume_ml:g} ml a place" if agent.volume_ml is not None else ""
    beyond = (
        agent.volume_ml is not None
        and row.each_ml is not None
        and not row.each_ml[0] - 1e-9 <= agent.volume_ml <= row.each_ml[1] + 1e-9
    )
    yield Compared(
        what="local anaesthetic", planned=_each(row), done=f"{agent.name}{strength}{volume}",
        differs=beyond or not same, rests_on=row.rests_on,
    )  # fmt: skip


def _each(row: Syringe) -> str:
    strength = f" {row.concentration_percent:g} %" if row.concentration_percent else ""
    volume = f", {span_words(row.each_ml, 'ml')} a place" if row.each_ml else ""
    return f"{row.label}{strength}{volume}"


def _contrast(sheet: ProcedureSheet, done: DiagnosticBlock) -> Iterator[Compared]:
    """A block without the contrast of its sheet, or with contrast in a vessel, is named."""
    row = next((one for one in sheet.syringes if one.purpose == "contrast"), None)
    told = _CONTRAST.get(done.contrast)
    if row is None and done.contrast in ("unknown", "not_used"):
        return
    planned = _each(row) if row is not None else "not on the sheet"
    differs = done.contrast in ("vascular", "spread_elsewhere") or (
        done.contrast == "not_used" and row is not None
    )
    grounds = row.rests_on if row is not None else ()
    yield Compared(what="contrast", planned=planned, done=told, differs=differs, rests_on=grounds)


# --- discs ----------------------------------------------------------------------------------------


def _discs(sheet: ProcedureSheet, done: Discogram) -> Iterator[Compared]:
    protocol = sheet.discography
    assert protocol is not None, "a discogram is compared with a sheet for discs"
    met = {level.segment for level in done.levels}
    for disc in protocol.discs:
        told = disc if disc in met else "not reached"
        yield Compared(what="disc", planned=disc, done=told, differs=disc not in met)
    controls = [one for one in protocol.controls if one in met]
    if protocol.controls:
        yield Compared(
            what="control disc", planned=" or ".join(protocol.controls),
            done=", ".join(controls) or "none", differs=not controls,
        )  # fmt: skip
    for disc in sorted(met - {*protocol.discs, *protocol.controls}):
        yield Compared(what="disc", planned=NOT_PLANNED, done=disc, differs=True)
    yield from _over(done, "volume", "ml", protocol.volume_ml_max, protocol.rests_on)
    most = protocol.pressure_above_opening_psi_max
    yield from _over(done, "pressure above opening", "psi", most, protocol.rests_on)


def _over(
    done: Discogram, what: str, unit: str, most: float | None, rests_on: Iterable[str]
) -> Iterator[Compared]:
    """The highest of all discs against its limit."""
    if most is None:
        return
    if unit == "ml":
        found = [one.volume_ml for one in done.levels if one.volume_ml is not None]
    else:
        found = [
            one.pressure_psi - one.opening_pressure_psi
            for one in done.levels
            if one.pressure_psi is not None and one.opening_pressure_psi is not None
        ]
    top = max(found, default=None)
    yield Compared(
        what=what, planned=f"at most {most:g} {unit}",
        done=None if top is None else f"up to {top:g} {unit}",
        differs=top is not None and top > most + 1e-9, rests_on=tuple(rests_on),
    )  # fmt: skip
