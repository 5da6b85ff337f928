"""What is typed at the desk, and what staff choose when they give a link."""

from __future__ import annotations

from django import forms

from needlepoint.store.models import Scope


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=20, label="Code from the desk", help_text="Eight letters and digits."
    )


class LinkForm(forms.Form):
    scope = forms.ChoiceField(
        choices=[
            (Scope.INTAKE.value, "First visit: history, drawing, medicines"),
            (Scope.DIARY.value, "Diary after a block"),
            (Scope.MEASURES.value, "How it is going: questionnaires"),
        ],
        label="What for",
    )
    subject = forms.CharField(
        max_length=64, required=False, label="Entry of the block", help_text="For a diary only."
    )
