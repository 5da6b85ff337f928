"""Forms of the pump: a refill, a change of what is in it or how it is set, and whether it runs."""

from __future__ import annotations

from typing import Any

from django import forms

from needlepoint.core.chart import PumpDrug, PumpSetting, Refill
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.technique.pump import Infused, PumpHistory, Setting, infused
from needlepoint.core.technique.pump.possible import impossible_refill
from needlepoint.core.technique.pump.solution import PatientBolus
from needlepoint.core.units import MCG_PER_MG, Concentration, DoseRate, Mass, Volume, say
from needlepoint.web.devices.fields import Amount, DeviceForm, number, runs_field
from needlepoint.web.shell.numbers import real

DRUGS = (1, 2, 3, 4)
_PRIMES = (
    ("", "none: the line is full of the old solution"),
    ("tubing_and_catheter", "tubing and catheter: the whole line is empty"),
    ("catheter", "catheter alone: it was revised, the tubing is full"),
)


class RefillForm(DeviceForm):
    """What was drawn out of the reservoir and what was put in."""

    residual_ml = number(
        "Drawn out", "ml", min_value=0, max_value=60,
        help_text="What the syringe holds after emptying the reservoir.",
    )  # fmt: skip
    expected_residual_ml = number(
        "Expected by the programmer", "ml", min_value=0, max_value=60,
        help_text="As the programmer shows it; it is compared with what the chart gives.",
    )  # fmt: skip
    volume_ml = number("Put in", "ml", min_value=0, max_value=60, required=True)
    running = runs_field()

    def __init__(self, data: Any = None, *, of: PumpHistory | None) -> None:
        super().__init__(data)
        self.of = of

    def clean(self) -> dict[str, Any]:
        """More than the reservoir holds cannot have been put in, nor drawn from it."""
        said = super().clean() or {}
        volume, drawn = said.get("volume_ml"), said.get("residual_ml")
        if volume is not None and volume <= 0:
            self.add_error("volume_ml", "More than 0 ml is put in at a refill.")
        elif volume is not None:
            drawn_volume = None if drawn is None else Volume(ml=float(drawn))
            pump = self.of.pump if self.of else None
            for place, what in impossible_refill(Volume(ml=float(volume)), drawn_volume, pump):
                self.add_error(str(place[0]), what)
        return said

    def statement(self) -> Refill:
        said = self.cleaned_data
        expected = said["expected_residual_ml"]
        return Refill(
            volume_ml=float(said["volume_ml"]), residual_ml=real(said["residual_ml"]),
            expected_residual_ml=real(expected),
        )  # fmt: skip


class ChangeForm(DeviceForm):
    """What the pump is to hold and how it is to be set; every unit is typed."""

    model = forms.ChoiceField(label="Model", required=False)
    catheter_cm = number("Implanted length of the catheter", "cm", min_value=1, max_value=150)
    bolus = Amount(Mass, required=False, label="Patient bolus (of the first drug)",
                   help_text="with its unit: 0.1 mg or 100 mcg")  # fmt: skip
    boluses_per_day = forms.IntegerField(required=False, min_value=0, max_value=48,
                                         label="Boluses a day, at most")  # fmt: skip
    alarm_ml = number("Alarm volume", "ml", min_value=0, max_value=20)
    fill = Amount(Volume, label="In the reservoir after the change", help_text="20 ml")
    prime = forms.ChoiceField(choices=_PRIMES, required=False, label="Prime")
    tubing = Amount(Volume, required=False, label="Tubing, as the programmer shows it",
                    help_text="Only where it is not on file for this model.")  # fmt: skip
    catheter = Amount(Volume, required=False, label="Catheter, as the programmer shows it",
                      help_text="Instead of its length.")  # fmt: skip
    interval_days = forms.IntegerField(
        required=False, min_value=1, max_value=400, label="Wanted days between refills",
        help_text="Shows the strength that would last so long.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, of: PumpHistory | None, knowledge: Knowledge) -> None:
        super().__init__(data)
        self.of, self.knowledge = of, knowledge
        for n in DRUGS:
            self._drug(n)
        field = self.fields["model"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "not known"), *_models(of, knowledge)]
        drugs = [f"{part}_{n}" for n in DRUGS for part in ("drug", "strength", "dose")]
        self.order_fields([*drugs, *self.fields])
        if data is None and of is not None:
            self.initial = _as_it_is(of)

    def _drug(self, n: int) -> None:
        first = n == 1
        self.fields[f"drug_{n}"] = forms.CharField(
            max_length=60, required=first, label="Drug" if first else f"Drug {n}"
        )
        self.fields[f"strength_{n}"] = Amount(
            Concentration, required=first, label="Concentration",
            help_text="10 mg/ml or 500 mcg/ml" if first else "",
        )  # fmt: skip
        self.fields[f"dose_{n}"] = Amount(
            DoseRate, required=first, label="Daily dose",
            help_text="1.2 mg/day or 250 mcg/day" if first else "from the flow, if empty",
        )  # fmt: skip
        for part in ("drug", "strength", "dose"):
            field = self.fields[f"{part}_{n}"]
            field.error_messages["required"] = f"{field.label}: say it, with its unit."

    @property
    def solution(self) -> list[list[forms.BoundField]]:
        """The rows of drugs."""
        return [[self[f"{part}_{n}"] for part in ("drug", "strength", "dose")] for n in DRUGS]

    @property
    def is_mixed(self) -> bool:
        """Whether there is more than one drug, so that the others must be seen."""
        return any(field.value() or field.errors for row in self.solution[1:] for field in row)

    @property
    def rest(self) -> list[forms.BoundField]:
        """Everything else that is seen."""
        own = {f"{part}_{n}" for n in DRUGS for part in ("drug", "strength", "dose")}
        return [field for field in self.visible_fields() if field.name not in own]

    def clean(self) -> dict[str, Any]:
        """A row is whole, and nothing is nought."""
        said = super().clean() or {}
        for n in DRUGS[1:]:
            if said.get(f"drug_{n}") and not said.get(f"strength_{n}"):
                if f"strength_{n}" not in self.errors:
                    self.add_error(f"strength_{n}", "Concentration: say it, with its unit.")
            elif said.get(f"strength_{n}") and not said.get(f"drug_{n}"):
                self.add_error(f"drug_{n}", "Which drug is it?")
        for n in DRUGS:
            for part in ("strength", "dose"):
                amount = said.get(f"{part}_{n}")
                if amount is not None and amount == amount * 0:
                    self.add_error(f"{part}_{n}", "This cannot be 0. Leave out a drug that stops.")
        if said.get("bolus") is not None and said.get("boluses_per_day") is None:
            self.add_error("boluses_per_day", "A patient bolus needs how many at most.")
        return said

    def setting(self, *, running: bool | None = True) -> Setting:
        """The setting that was typed; later doses follow from the flow of the first."""
        said = self.cleaned_data
        guidance = self.knowledge.guidance
        flow = said["dose_1"] / said["strength_1"]
        drugs: list[Infused] = []
        for n in DRUGS:
            if not said[f"drug_{n}"]:
                continue
            strength = said[f"strength_{n}"]
            dose = said[f"dose_{n}"] or flow.carrying(strength)
            drugs.append(infused(said[f"drug_{n}"], strength, dose, guidance.neuromodulation,
                                 guidance.vocabulary))  # fmt: skip
        bolus = said["bolus"]
        return Setting(
            drugs=tuple(drugs), flow=flow, running=running, model=said["model"] or None,
            catheter_cm=real(said["catheter_cm"]),
            alarm=None if said["alarm_ml"] is None else Volume(ml=float(said["alarm_ml"])),
            bolus=None if bolus is None else PatientBolus(
                volume=bolus / said["strength_1"], most_a_day=said["boluses_per_day"]),
        )  # fmt: skip

    def statement(self, *, running: bool) -> PumpSetting:
        """What goes into the chart: always milligrams."""
        said, setting = self.cleaned_data, self.setting()
        return PumpSetting(
            drugs=tuple(
                PumpDrug(name=one.text, concentration_mg_per_ml=one.strength.mg_per_ml,
                         dose_mg_per_day=one.dose.mg_per_day)
                for one in setting.drugs
            ),
            flow_ml_per_day=setting.flow.ml_per_day, running=running, model=setting.model,
            catheter_cm=setting.catheter_cm,
            bolus_mg=None if said["bolus"] is None else said["bolus"].mg,
            boluses_per_day=said["boluses_per_day"], alarm_ml=real(said["alarm_ml"]),
        )  # fmt: skip


def _models(of: PumpHistory | None, knowledge: Knowledge) -> list[tuple[str, str]]:
    """The pumps on file. The present one keeps its name as written: another name of the same pump
    would read as another pump, whose fills are gone with it.
    """
    named = of.model if of and of.model else ""
    present = of.pump if of else None
    found = [
        (named if pump is present else pump.label, pump.label)
        for pump in knowledge.guidance.neuromodulation.pumps.values()
    ]
    return [*found, *([(named, named)] if named and present is None else [])]


def _as_it_is(of: PumpHistory) -> dict[str, Any]:
    """The form filled with what the chart holds, so that a change is only what is typed over."""
    setting = of.now.setting
    found: dict[str, Any] = {
        "model": of.model, "catheter_cm": of.catheter_cm,
        "alarm_ml": None if of.alarm is None else of.alarm.ml,
        "fill": f"{say(of.pump.reservoir_ml.value)} ml" if of.pump else "",
    }  # fmt: skip
    for n, one in zip(DRUGS, setting.drugs, strict=False):
        found[f"drug_{n}"] = one.text
        found[f"strength_{n}"] = _exact(one.strength.mg_per_ml, one.unit, "ml")
        found[f"dose_{n}"] = _exact(one.dose.mg_per_day, one.unit, "day")
    if setting.bolus is not None:
        first = setting.drugs[0]
        found["bolus"] = _exact(first.strength.within(setting.bolus.volume).mg, first.unit)
        found["boluses_per_day"] = setting.bolus.most_a_day
    return found


def _exact(mg: float, unit: str, per: str = "") -> str:
    """Not rounded: what is not typed over must stay exactly as it is."""
    value = mg * MCG_PER_MG if unit == "mcg" else mg
    return f"{value:.12g} {unit}{f'/{per}' if per else ''}"


class RunningForm(DeviceForm):
    """Whether the pump runs, as the programmer shows it."""

    running = runs_field()


__all__ = ["DRUGS", "ChangeForm", "RefillForm", "RunningForm"]
