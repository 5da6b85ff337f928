"""When and where a planned procedure is done, and until when it is authorised."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone


class AppointmentForm(forms.Form):
    """Day, time and room; none of it is clinical, so none of it stands in the chart."""

    at = forms.DateTimeField(
        label="Day and time",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "This is not a moment. Write it as 2026-03-31 08:00.",
                        "required": "Give the day and the time."},
    )  # fmt: skip
    room = forms.CharField(
        max_length=40, required=False, label="Room", widget=forms.TextInput(attrs={"list": "rooms"})
    )
    authorised_until = forms.DateField(
        required=False, label="Authorised until",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "This is not a day. Write it as 2026-03-31."},
        help_text="As the payer wrote; it stands in the chart and on the board before it ends.",
    )  # fmt: skip

    def clean_at(self) -> datetime:
        """Nobody is asked to come yesterday."""
        at: datetime = self.cleaned_data["at"]
        if timezone.localtime(at).date() < timezone.localdate():
            raise forms.ValidationError("This day has passed. Give another.")
        return at

    def clean(self) -> dict[str, Any]:
        """An authorisation that ends before the day is no authorisation for it."""
        said = super().clean() or {}
        until, at = said.get("authorised_until"), said.get("at")
        if until and at and timezone.localtime(at).date() > until:
            self.add_error("authorised_until", "The authorisation ends before the day. Renew it, "
                                               "or give an earlier day.")  # fmt: skip
        return said


__all__ = ["AppointmentForm"]
