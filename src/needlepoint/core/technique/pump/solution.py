"""What is in the pump and how is it set: drugs with strength and dose, and the flow they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from needlepoint.core.chart import PumpSetting
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import (
    IntrathecalDrug,
    NeuromodulationKnowledge,
    Pump,
    Vocabulary,
)
from needlepoint.core.medicines import resolve
from needlepoint.core.units import (
    Concentration,
    DoseRate,
    Flow,
    Mass,
    Volume,
    say,
    say_dose,
    say_mass,
    say_strength,
)

T = TypeVar("T")


class CannotBe(NeedlepointError):
    """What was asked of a pump cannot be so; says what to correct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked(Generic[T]):
    """A result with the sum that gave it, in words and with the numbers filled in."""

    value: T
    formula: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Infused:
    """One drug of the solution."""

    text: str  # as it was written
    drug: str | None  # ingredient; None: not understood
    label: str
    unit: str  # mg or mcg, as people speak of it
    strength: Concentration
    dose: DoseRate  # of the continuous infusion

    @property
    def name(self) -> str:
        """The ingredient, or what was written where it is not understood."""
        return self.drug or self.text

    def say_strength(self) -> str:
        """In the unit people use."""
        return say_strength(self.strength, self.unit)

    def say_dose(self) -> str:
        """In the unit people use."""
        return say_dose(self.dose, self.unit)

    def say(self) -> str:
        """Strength and dose in the unit people use."""
        return f"{self.label} {self.say_strength()}, {self.say_dose()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientBolus:
    """What the patient may call for."""

    volume: Volume
    most_a_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A pump as it is set."""

    drugs: tuple[Infused, ...]
    flow: Flow  # of the continuous infusion
    running: bool | None
    bolus: PatientBolus | None = None
    catheter_cm: float | None = None
    alarm: Volume | None = None
    model: str | None = None

    @property
    def basal(self) -> Flow:
        """What really runs: nothing while the pump is stopped."""
        return Flow(ml_per_day=0) if self.running is False else self.flow

    @property
    def fastest(self) -> Flow:
        """With every bolus that is allowed."""
        if self.running is False or self.bolus is None:
            return self.basal
        called = Flow(ml_per_day=self.bolus.volume.ml * (self.bolus.most_a_day or 0))
        return self.basal + called

    @property
    def solution(self) -> dict[str, Concentration]:
        return {one.name: one.strength for one in self.drugs}

    def most_a_day(self, one: Infused) -> DoseRate:
        """Infusion and all allowed boluses of one drug of the solution."""
        if self.bolus is None or self.bolus.most_a_day is None:
            return one.dose
        called = Flow(ml_per_day=self.bolus.volume.ml * self.bolus.most_a_day)
        return one.dose + called.carrying(one.strength)


def setting_of(one: PumpSetting, devices: NeuromodulationKnowledge, words: Vocabulary) -> Setting:
    """A setting as it was charted; where no flow was given the first drug's dose gives it."""
    drugs = tuple(
        infused(d.name, Concentration(mg_per_ml=d.concentration_mg_per_ml),
                DoseRate(mg_per_day=d.dose_mg_per_day), devices, words)
        for d in one.drugs
    )  # fmt: skip
    first = drugs[0]
    flow = (
        first.dose / first.strength
        if one.flow_ml_per_day is None
        else Flow(ml_per_day=one.flow_ml_per_day)
    )
    bolus = None
    if one.bolus_mg is not None:
        bolus = PatientBolus(
            volume=Mass(mg=one.bolus_mg) / first.strength, most_a_day=one.boluses_per_day
        )
    return Setting(
        drugs=drugs,
        flow=flow,
        running=one.running,
        bolus=bolus,
        catheter_cm=one.catheter_cm,
        alarm=None if one.alarm_ml is None else Volume(ml=one.alarm_ml),
        model=one.model,
    )


def infused(
    text: str,
    strength: Concentration,
    dose: DoseRate,
    devices: NeuromodulationKnowledge,
    words: Vocabulary,
) -> Infused:
    """One drug of a solution, by whatever name people use for it."""
    medicine = resolve(text, words)
    drug = medicine.ingredients[0] if medicine.is_understood else None
    known = devices.drugs.get(drug) if drug else None
    return Infused(
        text=text,
        drug=drug,
        label=words.ingredients[drug].label if drug else text,
        unit=known.spoken_unit if known else "mg",
        strength=strength,
        dose=dose,
    )


def limits_of(one: Infused, devices: NeuromodulationKnowledge) -> IntrathecalDrug | None:
    """The ceilings on file for an infused drug; None for one that is not known."""
    return devices.drugs.get(one.drug) if one.drug else None


def pump_named(text: str | None, devices: NeuromodulationKnowledge) -> Pump | None:
    """The model by its id, label or number, however it is spaced; None if that names no one."""
    if text is None:
        return None
    wanted = _plain(text)
    for pump in devices.pumps.values():
        if wanted in {_plain(name) for name in (pump.id, pump.label, *pump.names)}:
            return pump
    return None


def _plain(text: str) -> str:
    kept = text.lower().replace("medtronic", "").replace("flowonix", "").replace("model", "")
    return "".join(c for c in kept if c.isalnum())


# --- dose, flow, strength -------------------------------------------------------------------------


def flow_for(one: Infused) -> Worked[Flow]:
    """The flow that gives a daily dose at a strength."""
    flow = one.dose / one.strength
    return Worked(
        value=flow,
        formula=(
            f"flow = daily dose / concentration = {say_dose(one.dose, one.unit)} / "
            f"{say_strength(one.strength, one.unit)} = {say(flow.ml_per_day)} ml/day"
        ),
    )


def dose_at(one: Infused, flow: Flow) -> Worked[DoseRate]:
    """The daily dose that a flow gives; every drug of one reservoir shares the flow."""
    dose = flow.carrying(one.strength)
    return Worked(
        value=dose,
        formula=(
            f"{one.label}: daily dose = flow x concentration = {say(flow.ml_per_day)} ml/day x "
            f"{say_strength(one.strength, one.unit)} = {say_dose(dose, one.unit)}"
        ),
    )


def highest_dose(setting: Setting, ceilings: dict[str, DoseRate]) -> Worked[DoseRate] | None:
    """The most that the first drug may be given before any drug of the solution meets its ceiling.

    None where no drug has a ceiling on file.
    """
    first = setting.drugs[0]
    flows = [(ceilings[d.name] / d.strength, d) for d in setting.drugs if d.name in ceilings]
    if not flows:
        return None
    flow, binding = min(flows, key=lambda pair: pair[0].ml_per_day)
    dose = flow.carrying(first.strength)
    ceiling = say_dose(ceilings[binding.name], binding.unit)
    return Worked(
        value=dose,
        formula=(
            f"{binding.label} binds first: highest {first.label.lower()} = {ceiling} / "
            f"{say_strength(binding.strength, binding.unit)} x "
            f"{say_strength(first.strength, first.unit)} = {say_dose(dose, first.unit)}"
        ),
    )


def most_with_boluses(setting: Setting, one: Infused) -> Worked[DoseRate]:
    """Infusion and every bolus that the patient may call for, in 24 hours."""
    total = setting.most_a_day(one)
    if setting.bolus is None:
        return Worked(value=total, formula=f"{one.label}: {say_dose(total, one.unit)}, no bolus")
    bolus = one.strength.within(setting.bolus.volume)
    return Worked(
        value=total,
        formula=(
            f"{one.label}: most in a day = infusion + boluses = {say_dose(one.dose, one.unit)} + "
            f"{setting.bolus.most_a_day} x {say_mass(bolus, one.unit)} = "
            f"{say_dose(total, one.unit)}"
        ),
    )


def stock_needed(target: Concentration, fill: Volume, stock: Concentration) -> Worked[Volume]:
    """How much of a stock solution makes a fill of the wanted strength; the rest is saline.

    Raises:
        CannotBe: the stock is weaker than what is wanted.
    """
    if stock < target:
        raise CannotBe(
            f"A stock of {say(stock.mg_per_ml)} mg/ml cannot make {say(target.mg_per_ml)} mg/ml. "
            "Use a stronger one."
        )
    volume = Volume(ml=target.mg_per_ml * fill.ml / stock.mg_per_ml)
    return Worked(
        value=volume,
        formula=(
            f"stock = wanted concentration x fill / stock concentration = "
            f"{say(target.mg_per_ml)} mg/ml x {say(fill.ml)} ml / {say(stock.mg_per_ml)} mg/ml = "
            f"{say(volume.ml)} ml, and {say(fill.ml - volume.ml)} ml of saline"
        ),
    )
