"""What somebody types who comes in by a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from needlepoint.accounts.models import User


def _password(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class JoinForm(forms.Form):
    """A password of one's own, twice, and the code of a second person where it is asked for."""

    code = forms.CharField(
        max_length=40, label="Code from the person who confirmed you",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    password = _password("New password")
    again = _password("New password, again")

    def __init__(self, *given: Any, user: User, needs_code: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        self.user = user
        if not needs_code:
            del self.fields["code"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "password" in said and "again" in said and said["password"] != said["again"]:
            self.add_error("again", "The two are not the same. Type both again.")
        return said


__all__ = ["JoinForm"]
