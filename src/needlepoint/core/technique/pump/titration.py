"""Was the pump begun low enough, and raised by no more than one step at a time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from needlepoint.core.chart import (
    Attestation,
    InjectionBody,
    PlannedProcedure,
    Procedure,
    Statement,
    Trial,
)
from needlepoint.core.knowledge import CardLine, Estimate, IntrathecalDrug
from needlepoint.core.rules import Reason, Verdict
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.situation import injected
from needlepoint.core.rules.verdict import cannot_tell, caution, clear, clear_by, hold
from needlepoint.core.technique.pump.checks import over, rate
from needlepoint.core.technique.pump.history import PumpHistory
from needlepoint.core.technique.pump.solution import Infused, limits_of
from needlepoint.core.technique.pump.trial import best_day, drug_of
from needlepoint.core.units import DoseRate, days, say_dose

_TRIAL = "intrathecal_trial"  # the technique


def step(of: PumpHistory) -> Verdict:
    """Was the pump begun low enough, and raised by no more than one step at a time?"""
    before, reasons = of.before, list[Reason]()
    known_before = {} if before is None else {d.name: d for d in before.setting.drugs}
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        if known is None:
            continue
        was = known_before.get(one.name)
        if was is None:
            reasons += _start(one, known, of)
        elif over(one.dose.mg_per_day, was.dose.mg_per_day):
            reasons += _raise(one, was, known, of.now.at - _since(was, of), of)
        else:
            reasons.append(clear(f"{one.label} was not raised.", [of.now.entry]))
    now = {one.name for one in of.now.setting.drugs}
    for name, one in known_before.items():
        known = limits_of(one, of.devices)
        if name not in now and known is not None and known.withdrawal:
            says = (
                f"{one.label} ({one.say_dose()}) was taken out at once: withdrawal threatens. "
                "Taper it, or cover it by another route, and watch."
            )
            reasons.append(hold(says, *_card_lines(known, of), entries=[of.now.entry]))
    return Verdict(rule="pump/step", label="Start and increase", reasons=tuple(reasons))


def _card_lines(known: IntrathecalDrug, of: PumpHistory) -> tuple[CardLine, ...]:
    """What the withdrawal of a drug rests on."""
    card = of.knowledge.guidance.safety.cards.get(known.withdrawal_card or "")
    return card.lines if card else ()


def _start(one: Infused, known: IntrathecalDrug, of: PumpHistory) -> Iterator[Reason]:
    span, entries = known.start_mg_per_day, [of.now.entry]
    said = f"{one.label} begins with {say_dose(one.dose, one.unit)}"
    exposed = _exposed(of)
    if span is None:
        yield cannot_tell(f"{said}; no start dose is on file.", entries=entries)
    elif not over(one.dose.mg_per_day, span.high):
        yield clear_by(f"{said}.", of.knowledge, span, entries=entries)
        yield from _against_trial(one, said, of)
    else:
        most = say_dose(DoseRate(mg_per_day=span.high), one.unit)
        label = known.label_start_max_mg_per_day
        by_label = "" if label is None else f" (label: {say_dose(rate(label), one.unit)})"
        says = f"{said}: above the start of {most}{by_label}."
        on = [span] if label is None else [span, label]
        if exposed:
            yield caution(f"{says} It was in the spinal fluid before.", *on, entries=[
                *entries, *exposed])  # fmt: skip
        else:
            says += " If it was given there before, document intrathecal_exposure."
            yield hold(says, *on, entries=entries)


def _against_trial(one: Infused, said: str, of: PumpHistory) -> Iterator[Reason]:
    """A pump begins with a part of what worked in the trial."""
    share = of.devices.facts["pump/start_fraction_of_trial"]
    for entry in reversed(of.record.entries):
        dose_mg = _trial_dose_mg(entry.statement, one, of)
        if dose_mg is None:
            continue
        most = DoseRate(mg_per_day=number(share) * dose_mg)
        if over(one.dose.mg_per_day, most.mg_per_day):
            says = (
                f"{said}: more than {number(share):.0%} of the trial, {say_dose(most, one.unit)}."
            )
            yield caution(says, share, entries=[of.now.entry, entry.id])
        return


def _trial_dose_mg(done: Statement, one: Infused, of: PumpHistory) -> float | None:
    """How much of the drug a trial gave, where that was written down."""
    if isinstance(done, Trial):
        best = best_day(done)
        same = best is not None and drug_of(done, of.knowledge) == one.name
        return best.dose_mg if best is not None and same else None
    if isinstance(done, PlannedProcedure) and done.technique == _TRIAL:
        medicines = done.medicines
    elif (
        isinstance(done, Procedure) and done.name == _TRIAL and isinstance(done.body, InjectionBody)
    ):
        medicines = done.body.medicines
    else:
        return None
    given = [injected(medicine, of.knowledge) for medicine in medicines]
    return next((d.mg for d in given if d.ingredient == one.drug and d.mg is not None), None)


def _exposed(of: PumpHistory) -> tuple[str, ...]:
    """Entries that say the patient has had drugs in the spinal fluid before."""
    return tuple(
        e.id
        for e in of.record.entries
        if isinstance(e.statement, Attestation)
        and e.statement.name == "intrathecal_exposure"
        and e.statement.value is True
    )


def _since(was: Infused, of: PumpHistory) -> datetime:
    """Since when the dose before the last change was given, whatever else was set meanwhile."""
    at = of.settings[-2].at
    for one in reversed(of.settings[:-1]):
        same = next((d for d in one.setting.drugs if d.name == was.name), None)
        if same is None or not same.dose.is_near(was.dose, relative=1e-6):
            break
        at = one.at
    return at


def _raise(
    one: Infused, was: Infused, known: IntrathecalDrug, time: timedelta, of: PumpHistory
) -> Iterator[Reason]:
    entries = [of.now.entry]
    up = one.dose - was.dose
    percent = 100 * up.per(was.dose)
    said = f"{one.label} was raised by {say_dose(up, one.unit)} ({percent:.0f} %)"
    most, share, wait = known.increment_mg_per_day, known.increment_percent, known.increment_days
    if most is None and share is None:
        yield cannot_tell(f"{said}: no largest step is on file; record the reason.",
                          entries=entries)  # fmt: skip
        return
    on: list[Estimate] = [e for e in (most, share) if e is not None]
    too_much = (most is not None and over(up.mg_per_day, most.value)) or (
        share is not None and over(percent, share.value)
    )
    allowed = f"{say_dose(rate(most), one.unit)}" if most else f"{share.value:g} %" if share else ""
    if too_much:
        yield hold(f"{said}: the largest step is {allowed}.", *on, entries=entries)
    elif wait is not None and days(time) < wait.value - 1e-9:
        says = f"{said} after {days(time):.1f} days: wait {wait.value:g} between steps."
        yield hold(says, wait, entries=entries)
    else:
        yield clear_by(f"{said}.", of.knowledge, *on, entries=entries)
