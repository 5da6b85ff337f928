"""Fields that the forms of devices share: amounts with their unit, a moment, a key."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Generic, TypeVar

from django import forms
from django.utils import timezone

from needlepoint.core.chart import Trial
from needlepoint.core.units import (
    Concentration,
    DoseRate,
    Mass,
    NoSuchAmount,
    Volume,
    read_amount,
)

A = TypeVar("A", Concentration, DoseRate, Mass, Volume)


class Amount(forms.CharField, Generic[A]):
    """An amount that is typed with its unit: 10 mg/ml, 1.2 mg/day, 20 ml."""

    def __init__(self, kind: type[A], **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.kind: type[A] = kind

    def clean(self, value: Any) -> Any:
        """The amount; None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_amount(text, self.kind)
        except NoSuchAmount as error:
            raise forms.ValidationError(str(error)) from error


class DeviceForm(forms.Form):
    """Shared by all: when it was so, and a key against sending twice."""

    occurred_at = forms.DateTimeField(
        required=False, label="When (now, if empty)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "This is not a moment. Write it as 2026-03-31 08:00."},
    )  # fmt: skip
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["once"].initial = uuid.uuid4().hex
        names = [n for n in self.fields if n not in DeviceForm.base_fields]
        self.order_fields([*names, *DeviceForm.base_fields])
        for field in self.fields.values():
            field.error_messages["required"] = f"{field.label}: say it."

    def clean_occurred_at(self) -> datetime | None:
        """Nothing has been done to a device at a moment that has not come."""
        at: datetime | None = self.cleaned_data["occurred_at"]
        if at is not None and at > timezone.now():
            raise forms.ValidationError("This moment has not come yet.")
        return at


class DayForm(DeviceForm):
    """A day of the diary of a trial, whatever is tried."""

    day = forms.IntegerField(label="Day of the trial", min_value=1, max_value=60)

    def __init__(self, data: Any = None, *, trial: Trial, **options: Any) -> None:
        super().__init__(data, **options)
        self.trial = trial
        last = max((line.day for line in trial.diary), default=0)
        self.fields["day"].initial = int(last) + 1

    def clean_day(self) -> int:
        """A day stands once in the diary."""
        day: int = self.cleaned_data["day"]
        if any(line.day == day for line in self.trial.diary):
            raise forms.ValidationError(f"Day {day} is in the diary already. Give another day.")
        return day


RUNS = (
    ("", "choose"),
    ("yes", "yes, the programmer shows it running"),
    ("no", "no, it is stopped"),
)


def runs_field(label: str = "Does the pump run now?") -> forms.ChoiceField:
    """The exit check: asked each time a pump was touched."""
    return forms.ChoiceField(choices=RUNS, label=label)


def number(label: str, unit: str, **options: Any) -> forms.DecimalField:
    """A number whose unit stands in its label."""
    return forms.DecimalField(
        label=f"{label}, {unit}",
        required=options.pop("required", False),
        decimal_places=options.pop("decimal_places", 3),
        **options,
    )


def pain(label: str, *, required: bool = False) -> forms.DecimalField:
    """Pain from 0 to 10."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=10, decimal_places=1, required=required,
        error_messages=dict.fromkeys(("min_value", "max_value"), "Pain runs from 0 to 10."),
    )  # fmt: skip


__all__ = ["RUNS", "Amount", "DayForm", "DeviceForm", "number", "pain", "runs_field"]
