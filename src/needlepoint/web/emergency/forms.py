"""What must be known to open a chart in an emergency: who, exactly, and why."""

from __future__ import annotations

from django import forms

from needlepoint.store.glass import SHORTEST_REASON


class EmergencyForm(forms.Form):
    number = forms.CharField(max_length=80, label="Patient number")
    birth_date = forms.DateField(
        label="Birth date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label="What the emergency is",
        help_text="In a sentence. It is kept, and read by reviewers: no more of the patient than "
        "is needed.",
        min_length=SHORTEST_REASON,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
