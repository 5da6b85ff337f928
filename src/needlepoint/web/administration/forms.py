"""What an administrator fills in."""

from __future__ import annotations

from typing import Any

from django import forms

from needlepoint.accounts.models import Clinic, Team, User
from needlepoint.accounts.roles import Role

_ROLES = [(role.value, role.value.replace("_", " ")) for role in Role]


def _teams() -> forms.ModelMultipleChoiceField[Team]:
    return forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        required=False,
        label="Teams",
        widget=forms.CheckboxSelectMultiple,
    )


class PlaceForm(forms.Form):
    """Role, teams, and whether the person still works here."""

    role = forms.ChoiceField(choices=_ROLES, label="Role")
    teams = _teams()
    is_active = forms.BooleanField(required=False, label="Works here")

    def __init__(self, *args: Any, clinic: Clinic, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["teams"].queryset = Team.objects.filter(clinic=clinic)  # type: ignore[attr-defined]


class PersonForm(PlaceForm):
    """A new member of staff."""

    name = forms.CharField(max_length=120, label="Name, as it is signed")
    username = forms.SlugField(max_length=80, label="User name")
    is_active = None  # type: ignore[assignment]
    field_order = ("name", "username", "role", "teams")

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).lower()
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("This user name is taken. Choose another.")
        return username


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120, label="New team")


class LooksForm(forms.Form):
    number = forms.CharField(max_length=80, label="Patient number")


class ReviewForm(forms.Form):
    justified = forms.ChoiceField(
        choices=[("yes", "It was an emergency"), ("no", "It was not")],
        widget=forms.RadioSelect,
        label="Finding",
    )
    review = forms.CharField(
        max_length=2000, required=False, label="Why", widget=forms.Textarea(attrs={"rows": 2})
    )
