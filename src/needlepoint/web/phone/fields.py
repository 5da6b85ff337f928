"""Fields large enough for a thumb: choices, scales from 0 to 10, ticks, lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms


def choice(
    label: str, choices: Iterable[tuple[str, str]], *, t: Mapping[str, str],
    required: bool = False, look: str = "picks-list", ends: tuple[str, str] | None = None,
) -> forms.ChoiceField:  # fmt: skip
    """One of several, each as large as a thumb."""
    field = forms.ChoiceField(
        label=label, choices=list(choices), required=required, widget=forms.RadioSelect,
        error_messages={"invalid_choice": t["choose_one"]},
    )  # fmt: skip
    shown: forms.ChoiceField = _shown(field, kind="choices", look=look, ends=ends)
    return shown


def several(label: str, choices: Iterable[tuple[str, str]], *, t: Mapping[str, str]) -> Any:
    """Any number of several."""
    field = forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": t["choose_one"]},
    )  # fmt: skip
    return _shown(field, kind="choices", look="picks-list", ends=None)


def scale(label: str, *, t: Mapping[str, str], ends: tuple[str, str] | None = None) -> Any:
    """A number from 0 to 10, or nothing."""
    numbers = [(str(n), str(n)) for n in range(11)]
    return choice(label, numbers, t=t, look="scale", ends=ends or (t["no_pain"], t["worst_pain"]))


def yes_no(label: str, *, t: Mapping[str, str], unsure: str = "unsure") -> forms.ChoiceField:
    """Yes, no or I don't know; left empty it was not asked."""
    choices = [("yes", t["yes"]), ("no", t["no"]), ("unsure", t[unsure])]
    return choice(label, choices, t=t, look="triple")


def tick(label: str) -> Any:
    return _shown(forms.BooleanField(label=label, required=False), kind="tick")


def lines(label: str, *, hint: str = "", most: int = 2000) -> forms.CharField:
    """Free text. Too much of it is refused with a word, never cut off by the browser."""
    field = forms.CharField(
        label=label, required=False, max_length=most, help_text=hint,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )  # fmt: skip
    field.widget.attrs.pop("maxlength", None)
    return field


def _shown(field: Any, **how: Any) -> Any:
    for name, value in how.items():
        setattr(field, name, value)
    return field


__all__ = ["choice", "lines", "scale", "several", "tick", "yes_no"]
