"""Can a setting or a refill be so at all? What cannot is refused, with what to correct."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.knowledge import NeuromodulationKnowledge, Pump
from needlepoint.core.rules.facts import number
from needlepoint.core.technique.pump.solution import (
    Infused,
    Setting,
    dose_at,
    limits_of,
    pump_named,
)
from needlepoint.core.units import (
    MCG_PER_MG,
    Concentration,
    DoseRate,
    Volume,
    say,
    say_dose,
    say_strength,
)

Place = tuple[str | int, ...]
_ROUNDING = 1e-9  # of a quotient that should be exact


def impossible_setting(
    setting: Setting, devices: NeuromodulationKnowledge
) -> Iterator[tuple[Place, str]]:
    """Everything about a setting that cannot be, with the place in the entry."""
    if not devices.drugs:  # the smallest knowledge bases know no pumps
        return
    for n, one in enumerate(setting.drugs):
        yield from _slip_of_units(one, n, devices)
    names = [one.name for one in setting.drugs]
    for n, name in enumerate(names):
        if name in names[:n]:
            yield ("drugs", n, "name"), f"{name} stands twice in one solution. Enter it once."
    yield from _flow(setting, pump_named(setting.model, devices), devices)
    if setting.bolus is not None and setting.bolus.most_a_day is None:
        yield ("bolus_mg",), "a patient bolus needs boluses_per_day: how many at most."


def _slip_of_units(
    one: Infused, n: int, devices: NeuromodulationKnowledge
) -> Iterator[tuple[Place, str]]:
    limits = limits_of(one, devices)
    if limits is None:
        return
    factor = number(devices.facts["pump/impossible_factor"])
    ceiling, strongest = limits.max_mg_per_day, limits.max_concentration_mg_per_ml
    if ceiling is not None and one.dose.mg_per_day > factor * ceiling.value:
        most = say_dose(DoseRate(mg_per_day=ceiling.value), one.unit)
        what = (
            f"{one.label} {say(one.dose.mg_per_day)} mg/day is more than {factor:g} times the "
            f"ceiling of {most}. {_micrograms(one.dose.mg_per_day)}"
        )
        yield ("drugs", n, "dose_mg_per_day"), what
    if strongest is not None and one.strength.mg_per_ml > factor * strongest.value:
        most = say_strength(Concentration(mg_per_ml=strongest.value), one.unit)
        what = (
            f"{one.label} {say(one.strength.mg_per_ml)} mg/ml is more than {factor:g} times the "
            f"strongest solution of {most}. {_micrograms(one.strength.mg_per_ml)}"
        )
        yield ("drugs", n, "concentration_mg_per_ml"), what


def _micrograms(value: float) -> str:
    return f"If micrograms were meant, write {say(value / MCG_PER_MG)}; else correct the number."


def _flow(
    setting: Setting, pump: Pump | None, devices: NeuromodulationKnowledge
) -> Iterator[tuple[Place, str]]:
    """The flow is one for all drugs, and one that the pump can run."""
    tolerance = number(devices.facts["pump/flow_rounding_percent"]) / 100
    flow = setting.flow
    if flow.ml_per_day == 0 and setting.running is False:
        return
    for n, one in enumerate(setting.drugs):
        needed = one.dose / one.strength
        if not needed.is_near(flow, relative=tolerance):
            gives = dose_at(one, flow)
            what = (
                f"{one.label} {say_dose(one.dose, one.unit)} at "
                f"{say_strength(one.strength, one.unit)} needs a flow of "
                f"{say(needed.ml_per_day)} ml/day, but the flow is {say(flow.ml_per_day)} ml/day "
                f"and would give {say_dose(gives.value, one.unit)}. One of the three is wrong."
            )
            yield ("drugs", n), what
    if pump is None:
        return
    least, most = pump.flow_ml_per_day.low, pump.flow_ml_per_day.high
    if flow.ml_per_day < least * (1 - _ROUNDING):
        what = (
            f"{pump.label} cannot run {say(flow.ml_per_day)} ml/day: its least flow is "
            f"{say(least)}. Dilute: at most {_weakest(setting, least)}."
        )
        yield ("flow_ml_per_day",), what
    elif setting.fastest.ml_per_day > most * (1 + _ROUNDING):
        what = (
            f"{pump.label} cannot run {say(setting.fastest.ml_per_day)} ml/day: its highest flow "
            f"is {say(most)}. Use a stronger solution."
        )
        yield ("flow_ml_per_day",), what


def _weakest(setting: Setting, least_flow: float) -> str:
    first = setting.drugs[0]
    strength = Concentration(mg_per_ml=first.dose.mg_per_day / least_flow)
    return f"{first.label.lower()} {say_strength(strength, first.unit)}"


def impossible_refill(
    volume: Volume, drawn: Volume | None, pump: Pump | None
) -> Iterator[tuple[Place, str]]:
    """What does not fit into this pump."""
    if pump is None:
        return
    holds = pump.reservoir_ml.value
    if volume.ml > holds:
        what = (
            f"{say(volume.ml)} ml do not fit into {pump.label}. If more than {say(holds)} ml were "
            "injected, some of it is not in the pump: look for a pocket fill now."
        )
        yield ("volume_ml",), what
    if drawn is not None and drawn.ml > holds:
        what = f"{say(drawn.ml)} ml cannot have been drawn from {pump.label}. Correct it."
        yield ("residual_ml",), what
