"""A new patient, as typed and as checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from needlepoint.accounts.models import User
from needlepoint.store.models import Identity, Number
from needlepoint.store.patients import search_name

_SEXES = (("", "not recorded"), ("female", "female"), ("male", "male"), ("other", "other"))


class NewPatient(forms.Form):
    """Identity only: what is said about the pain goes into the chart."""

    family_name = forms.CharField(max_length=120, label="Family name")
    given_name = forms.CharField(max_length=120, required=False, label="Given name")
    birth_date = forms.DateField(
        label="Birth date", input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the birth date: probabilities depend on age.",
                        "invalid": "This is not a day. Write it as 1963-04-02."},
    )  # fmt: skip
    sex = forms.ChoiceField(choices=_SEXES, required=False, label="Sex")
    number = forms.CharField(max_length=80, required=False, label="Number in this clinic")
    phone = forms.CharField(max_length=40, required=False, label="Phone")
    language = forms.ChoiceField(choices=(("en", "English"), ("es", "Español")), label="Language")
    anyway = forms.BooleanField(required=False, label="This is another person")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        self.alike = 0
        self.fields["family_name"].error_messages["required"] = "Enter the family name."

    def clean_birth_date(self) -> Any:
        """A birth lies in the past, and not before anyone now alive."""
        day = self.cleaned_data["birth_date"]
        today = timezone.localdate()
        if day > today:
            raise forms.ValidationError("This day has not come yet. Correct the year.")
        if day.year < 1900:
            raise forms.ValidationError("Nobody alive was born before 1900. Correct the year.")
        return day

    def clean_number(self) -> str:
        """A number belongs to one patient."""
        number = str(self.cleaned_data["number"]).strip()
        taken = Number.objects.filter(clinic=self.user.clinic, system="clinic", value=number)
        if number and taken.exists():
            raise forms.ValidationError("Another patient has this number. Search for it first.")
        return number

    def clean(self) -> dict[str, Any]:
        """The same name and birth date is most likely the same person."""
        data = super().clean() or {}
        if not self.errors and not data.get("anyway"):
            name = search_name(f"{data['family_name']} {data['given_name']}")
            self.alike = Identity.objects.filter(
                clinic=self.user.clinic, search_name=name, birth_date=data["birth_date"]
            ).count()
            if self.alike:
                raise forms.ValidationError(
                    "A patient of this name and birth date is registered already. Search first; "
                    "if this is another person, say so below."
                )
        return data
