"""What is typed at the desk, and what staff choose when they give a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from needlepoint.store.models import Scope

# Before the code nobody knows which language is read: both stand here.
BAD_CODE = (
    "This code does not open. Check it, or ask the desk for a new one. · "
    "Este código no abre. Revíselo o pida otro en recepción."
)


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=20, label="Code from the desk · Código de recepción",
        help_text="Eight letters and digits. · Ocho letras y números.",
        error_messages=dict.fromkeys(("required", "max_length"), BAD_CODE),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class LinkForm(forms.Form):
    scope = forms.ChoiceField(
        choices=[
            (Scope.INTAKE.value, "Intake: history, drawing, medicines"),
            (Scope.DIARY.value, "Diary after a block"),
            (Scope.MEASURES.value, "How it is going: questionnaires"),
        ],
        label="What for",
    )
    subject = forms.ChoiceField(required=False, label="Which block", help_text="For a diary only.")

    def __init__(self, data: Any = None, *, blocks: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "none"), *blocks]
        if blocks:
            field.initial = blocks[0][0]

    def clean(self) -> dict[str, Any]:
        """A diary is of one block, and nothing else is."""
        said = super().clean() or {}
        if said.get("scope") == Scope.DIARY.value and not said.get("subject"):
            self.add_error("subject", "Choose the block. Only one that was done has a diary.")
        elif said.get("scope") != Scope.DIARY.value:
            said["subject"] = ""
        return said
