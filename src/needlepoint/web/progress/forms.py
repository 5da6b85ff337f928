"""A score entered by staff, and what was done about an alarming answer."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from needlepoint.core.chart import Questionnaire
from needlepoint.core.knowledge import Knowledge


class ScoreForm(forms.Form):
    """One score of one instrument on one day."""

    instrument = forms.ChoiceField(label="Measure")
    score = forms.DecimalField(label="Score", decimal_places=2)
    complaint = forms.ChoiceField(label="Of which pain", required=False)
    on = forms.DateField(
        required=False, label="On (today, if empty)",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "This is not a day. Write it as 2026-03-31."},
    )  # fmt: skip
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self, data: Any = None, *, knowledge: Knowledge, complaints: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(data)
        self.instruments = knowledge.guidance.instruments
        measure, complaint = self.fields["instrument"], self.fields["complaint"]
        assert isinstance(measure, forms.ChoiceField) and isinstance(complaint, forms.ChoiceField)
        measure.choices = [(i.id, i.label) for i in self.instruments.values()]
        measure.initial = "nrs"
        complaint.choices = [("", "the patient as a whole"), *complaints]
        if len(complaints) == 1:
            complaint.initial = complaints[0][0]
        self.fields["once"].initial = uuid.uuid4().hex
        self.fields["score"].error_messages["required"] = "Score: say it."

    def clean_on(self) -> Any:
        """Nobody was measured on a day that has not come."""
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This day has not come yet.")
        return day

    def clean(self) -> dict[str, Any]:
        """A score lies within its instrument."""
        said = super().clean() or {}
        instrument = self.instruments.get(said.get("instrument", ""))
        value = said.get("score")
        if instrument is None or value is None:
            return said
        if not instrument.low <= float(value) <= instrument.high:
            span = f"{instrument.low:g} to {instrument.high:g}"
            self.add_error("score", f"{instrument.label} runs from {span}.")
        return said

    @property
    def occurred_at(self) -> datetime | None:
        day = self.cleaned_data["on"]
        if not day or day == timezone.localdate():
            return None
        return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())

    def statement(self) -> Questionnaire:
        said = self.cleaned_data
        instrument = self.instruments[said["instrument"]]
        about_pain = instrument.about == "pain"
        return Questionnaire(
            instrument=instrument.label, score=float(said["score"]),
            complaint=(said["complaint"] or None) if about_pain else None,
        )  # fmt: skip


class SeenForm(forms.Form):
    """What was done about an answer on self-harm."""

    note = forms.CharField(
        max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        label="What was asked and done, and who is with the patient",
        error_messages={"required": "Say what was done: the alarm stays until then."},
    )  # fmt: skip


__all__ = ["ScoreForm", "SeenForm"]
