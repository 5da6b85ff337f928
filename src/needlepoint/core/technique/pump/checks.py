"""Does the pump run, and are doses, boluses and strengths within their limits?

The same three answers as every rule: clear, hold, cannot tell. A number that nobody read in its
source may hold; it never clears.
"""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.knowledge import Estimate, IntrathecalDrug
from needlepoint.core.rules import Reason, Verdict
from needlepoint.core.rules.verdict import cannot_tell, caution, clear, clear_by, hold
from needlepoint.core.technique.pump.history import PumpHistory
from needlepoint.core.technique.pump.solution import (
    Infused,
    dose_at,
    flow_for,
    limits_of,
    most_with_boluses,
)
from needlepoint.core.units import Concentration, DoseRate, say_dose, say_mass, say_strength


def running(of: PumpHistory) -> Verdict:
    """The exit check: nobody leaves with a pump that does not run, or that nobody looked at."""
    now = of.now.setting
    entries = [of.now.entry]
    if now.running is None:
        reason = cannot_tell(
            "Interrogate the pump before the patient leaves: is it running?", entries=entries
        )
    elif not now.running:
        drugs = [one.label.lower() for one in now.drugs if is_harmful(one, of)]
        harm = f" Withdrawal of {', '.join(drugs)} threatens." if drugs else ""
        reason = hold(
            f"The pump is stopped.{harm} It must run before the patient leaves.", entries=entries
        )
    elif now.fastest.ml_per_day <= 0:
        reason = hold("The pump is said to run, but its flow is 0.", entries=entries)
    else:
        reason = clear("The pump is running.", entries)
    return Verdict(rule="pump/running", label="The pump is running", reasons=(reason,))


def is_harmful(one: Infused, of: PumpHistory) -> bool:
    """Whether stopping this drug abruptly harms."""
    limits = limits_of(one, of.devices)
    return limits is not None and limits.withdrawal


# --- limits ---------------------------------------------------------------------------------------


def limits(of: PumpHistory) -> Verdict:
    """Daily dose with all boluses, single bolus and strength of every drug of the solution."""
    reasons: list[Reason] = []
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        if known is None:
            says = f"No limits are on file for {one.label}: check it in the literature."
            reasons.append(cannot_tell(says, entries=[of.now.entry]))
            continue
        reasons += _dose(one, known, of)
        reasons += _strength(one, known, of)
        reasons += _bolus(one, known, of)
    return Verdict(rule="pump/limits", label="Dose and concentration", reasons=tuple(reasons))


def _dose(one: Infused, known: IntrathecalDrug, of: PumpHistory) -> Iterator[Reason]:
    entries = [of.now.entry]
    total = most_with_boluses(of.now.setting, one).value
    ceilings = [e for e in (known.max_mg_per_day, known.label_max_mg_per_day) if e is not None]
    if not ceilings:
        yield cannot_tell(f"No ceiling is on file for {one.label}.", entries=entries)
        return
    least = min(ceilings, key=lambda e: e.value)
    bound = f"{say_dose(total, one.unit)}, ceiling {say_dose(rate(least), one.unit)}"
    if over(total.mg_per_day, least.value):
        note = f" {known.note}" if known.note else ""
        says = f"{one.label}: above the ceiling: {bound}.{note}"
        yield hold(says, *ceilings, entries=entries)
        return
    if known.caution_mg_per_day and over(total.mg_per_day, known.caution_mg_per_day.value):
        weigh = say_dose(rate(known.caution_mg_per_day), one.unit)
        says = f"{one.label}: above {weigh}, weigh it."
        yield caution(says, known.caution_mg_per_day, entries=entries)
    yield clear_by(f"{one.label}: {bound}.", of.knowledge, least, entries=entries)


def _strength(one: Infused, known: IntrathecalDrug, of: PumpHistory) -> Iterator[Reason]:
    entries, strongest = [of.now.entry], known.max_concentration_mg_per_ml
    if strongest is None:
        yield cannot_tell(f"No strongest solution is on file for {one.label}.", entries=entries)
        return
    said = say_strength(one.strength, one.unit)
    most = say_strength(Concentration(mg_per_ml=strongest.value), one.unit)
    if over(one.strength.mg_per_ml, strongest.value):
        says = f"{one.label}: {said} is stronger than {most}: a mass may grow at the catheter tip."
        yield hold(says, strongest, entries=entries)
    else:
        yield clear_by(
            f"{one.label}: {said}, strongest {most}.", of.knowledge, strongest, entries=entries
        )


def _bolus(one: Infused, known: IntrathecalDrug, of: PumpHistory) -> Iterator[Reason]:
    """A single bolus is measured against the highest single dose of a trial."""
    bolus = of.now.setting.bolus
    if bolus is None:
        return
    entries, mass = [of.now.entry], one.strength.within(bolus.volume)
    span = known.trial_bolus_mg
    said = f"{one.label}: bolus of {say_mass(mass, one.unit)}"
    if span is None:
        yield cannot_tell(f"{said}; no highest single dose is on file.", entries=entries)
    elif over(mass.mg, span.high):
        yield hold(f"{said} is above the highest single dose on file.", span, entries=entries)
    else:
        yield clear_by(f"{said}.", of.knowledge, span, entries=entries)


def rate(estimate: Estimate) -> DoseRate:
    """A ceiling of the knowledge base as a dose."""
    return DoseRate(mg_per_day=estimate.value)


def over(value: float, ceiling: float) -> bool:
    """Above a ceiling by more than rounding."""
    return value > ceiling * (1 + 1e-9)


def dose_formulas(of: PumpHistory) -> tuple[str, ...]:
    """The sums behind the doses, one line a drug."""
    setting = of.now.setting
    lines = [flow_for(setting.drugs[0]).formula]
    lines += [dose_at(one, setting.flow).formula for one in setting.drugs]
    if setting.bolus is not None:
        lines += [most_with_boluses(setting, one).formula for one in setting.drugs]
    return tuple(lines)
