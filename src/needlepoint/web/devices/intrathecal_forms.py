"""Forms of the intrathecal trial, and of what is asked before a pump."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from needlepoint.core.chart import Attestation, Trial, TrialDay
from needlepoint.core.knowledge import IntrathecalDrug, Knowledge
from needlepoint.core.technique.pump import Asked
from needlepoint.core.units import Mass, say_mass
from needlepoint.web.devices.fields import Amount, DayForm, DeviceForm, number, pain
from needlepoint.web.shell.numbers import real

_YES_NO = (("", "not asked"), ("yes", "yes"), ("no", "no"))
_TOO_MUCH = 10  # times the highest dose on file: a slip of the unit, not a dose


class IntrathecalTrialForm(DeviceForm):
    """A trial that begins: how, with what, and the state before."""

    method = forms.ChoiceField(
        label="How", choices=(("bolus", "single doses"), ("continuous", "catheter and infusion"))
    )
    drug = forms.ChoiceField(label="Drug")
    nrs_before = pain("Pain before, 0 to 10", required=True)
    opioid_mme = number("Opioids before", "MME a day", min_value=0)

    def __init__(self, data: Any = None, *, known: Knowledge) -> None:
        super().__init__(data, auto_id="it_%s")
        field = self.fields["drug"]
        assert isinstance(field, forms.ChoiceField)
        labels = known.guidance.vocabulary.ingredients
        field.choices = [
            (name, labels[name].label if name in labels else name)
            for name in known.guidance.neuromodulation.drugs
        ]

    def statement(self) -> Trial:
        said = self.cleaned_data
        before = TrialDay(day=0, nrs=float(said["nrs_before"]), opioid_mme=real(said["opioid_mme"]))
        return Trial(
            of="intrathecal drugs", method=said["method"], drug=said["drug"],
            nrs_before=float(said["nrs_before"]), diary=(before,),
        )  # fmt: skip


class IntrathecalDayForm(DayForm):
    """One day: dose, pain, function, side effects; silence about harm is not taken for none."""

    dose: Amount[Mass] = Amount(
        Mass, label="Dose of this day, with its unit", help_text="0.1 mg or 50 mcg"
    )
    nrs = pain("Pain, 0 to 10", required=True)
    function_percent = number("Function, change", "%", min_value=-100, max_value=300)
    side_effects = forms.CharField(
        max_length=300, label="Side effects",
        help_text="Itch, nausea, drowsiness, slow breathing, urine kept back, headache. Write none "
        "if there were none.",
    )  # fmt: skip
    opioid_mme = number("Opioids by mouth", "MME a day", min_value=0)

    def __init__(
        self, data: Any = None, *, trial: Trial, drug: IntrathecalDrug | None, entry: str
    ) -> None:
        super().__init__(data, trial=trial, auto_id=f"it_{entry}_%s")
        self.drug = drug

    def clean_dose(self) -> Mass:
        """Ten times the highest dose on file is a slip of the unit."""
        dose: Mass = self.cleaned_data["dose"]
        if dose.mg <= 0:
            raise forms.ValidationError("A dose is more than nothing. Give it with its unit.")
        top = _highest_mg(self.drug, self.trial)
        if self.drug is not None and top is not None and dose.mg > _TOO_MUCH * top:
            most = say_mass(Mass(mg=top), self.drug.spoken_unit)
            raise forms.ValidationError(
                f"{say_mass(dose, self.drug.spoken_unit)} is more than ten times the highest dose "
                f"on file, {most}. Look at the unit: mg or mcg?"
            )
        return dose

    def statement(self) -> Trial:
        """The trial with one day more."""
        said = self.cleaned_data
        line = TrialDay(
            day=float(said["day"]), nrs=float(said["nrs"]), dose_mg=said["dose"].mg,
            function_percent=real(said["function_percent"]), opioid_mme=real(said["opioid_mme"]),
            side_effects=said["side_effects"].strip(),
        )  # fmt: skip
        return replace(self.trial, diary=(*self.trial.diary, line))


def _highest_mg(drug: IntrathecalDrug | None, trial: Trial) -> float | None:
    """Of a single dose; of an infusion the most in a day."""
    if drug is None:
        return None
    if trial.method == "continuous" and drug.max_mg_per_day is not None:
        return drug.max_mg_per_day.value
    return drug.trial_bolus_mg.high if drug.trial_bolus_mg is not None else None


class CandidacyForm(DeviceForm):
    """Each attestation that a pump waits for; what is left out stays not asked."""

    def __init__(self, data: Any = None, *, questions: tuple[Asked, ...]) -> None:
        super().__init__(data, auto_id="pump_%s")
        self.before = {one.name: one.answer for one in questions}
        self.numbers = {one.name for one in questions if one.is_number}
        self.words = {one.name for one in questions if one.choices}
        for one in questions:
            self.fields[one.name] = _field(one)
        self.order_fields([*self.before, *DeviceForm.base_fields])

    def statements(self) -> tuple[Attestation, ...]:
        """Only what was newly said."""
        found = ((name, self._meant(name)) for name in self.before)
        return tuple(
            Attestation(name=name, value=value)
            for name, value in found
            if value is not None and value != self.before[name]
        )

    def _meant(self, name: str) -> bool | float | str | None:
        said = self.cleaned_data[name]
        if name in self.numbers:
            return real(said)
        if name in self.words:
            return said or None
        return {"yes": True, "no": False}.get(said)


def _field(one: Asked) -> forms.Field:
    label = one.name.replace("_", " ").capitalize()
    if one.is_number:
        return number(label.removesuffix(" months"), "months", min_value=0, initial=one.answer,
                      help_text=one.says)  # fmt: skip
    if one.choices:
        words = ((name, name.replace("_", " ")) for name in one.choices)
        return forms.ChoiceField(
            choices=(("", "not said"), *words), required=False, initial=one.answer, label=label,
            help_text=one.says,
        )  # fmt: skip
    answer = {True: "yes", False: "no"}.get(one.answer) if isinstance(one.answer, bool) else ""
    return forms.ChoiceField(
        choices=_YES_NO, required=False, initial=answer, label=label, help_text=one.says
    )


__all__ = ["CandidacyForm", "IntrathecalDayForm", "IntrathecalTrialForm"]
