"""What is true of the clinic as a whole: its zone, its numbers, its rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from needlepoint.accounts.clinics import change_clinic
from needlepoint.accounts.models import Clinic
from needlepoint.accounts.roles import Permission
from needlepoint.web.administration.staff import administrator
from needlepoint.web.permissions import needs

_DIGITS = "0123456789"


if TYPE_CHECKING:
    _OfClinic = forms.ModelForm[Clinic]
else:
    _OfClinic = forms.ModelForm  # Django's own class takes no argument of type


class ClinicForm(_OfClinic):
    """The settings that an administrator may change."""

    class Meta:
        model = Clinic
        fields = ("name", "time_zone", "jurisdiction", "phone", "crisis_line", "emergency_number",
                  "rooms")  # fmt: skip
        labels = {  # noqa: RUF012 - as Django reads it
            "name": "Name, as patients read it",
            "time_zone": "Time zone",
            "jurisdiction": "Country, or country and state",
            "phone": "The clinic's telephone",
            "crisis_line": "Crisis line",
            "emergency_number": "Emergency number",
            "rooms": "Rooms for procedures, one a line",
        }
        help_texts = {  # noqa: RUF012 - as Django reads it
            "time_zone": "Days, and hours since a last dose, are counted in it: America/Chicago.",
            "crisis_line": "Shown to a patient who answers that they may harm themselves.",
            "emergency_number": "Shown wherever a patient may need help at once.",
        }
        widgets = {"rooms": forms.Textarea(attrs={"rows": 4})}  # noqa: RUF012 - as Django reads it

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError("There is no such zone. Write it as Europe/Madrid.")
        return zone

    def clean_rooms(self) -> str:
        rooms = [line.strip() for line in self.cleaned_data["rooms"].splitlines() if line.strip()]
        if len(set(rooms)) < len(rooms):
            raise forms.ValidationError("Two rooms have one name. Give each its own.")
        return "\n".join(rooms)

    def _number(self, name: str) -> str:
        text = " ".join(str(self.cleaned_data[name]).split())
        if text and not any(digit in text for digit in _DIGITS):
            raise forms.ValidationError("This holds no digit. Write the number as it is dialled.")
        return text

    def clean_phone(self) -> str:
        return self._number("phone")

    def clean_crisis_line(self) -> str:
        return self._number("crisis_line")

    def clean_emergency_number(self) -> str:
        return self._number("emergency_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What whoever runs the machine has set; it is shown here and changed in the environment."""

    archive: str
    idle_minutes: int
    session_hours: int
    upload_mb: int


@needs(Permission.MANAGE_CLINIC)
@require_http_methods(["GET", "HEAD", "POST"])
def clinic_settings(request: HttpRequest) -> HttpResponse:
    """Show and change the clinic's settings."""
    by = administrator(request)
    clinic = Clinic.objects.get(pk=by.clinic_id)
    form = ClinicForm(request.POST or None, instance=clinic)
    if request.method == "POST" and form.is_valid():
        change_clinic(clinic, form.changed_data, by=by)
        messages.success(request, "The settings are kept.")
        return redirect("clinic_settings")
    page: dict[str, Any] = {"form": form, "installation": installation(), "section": "people"}
    status = 422 if form.errors else 200
    return render(request, "administration/settings.html", page, status=status)


def installation() -> Installation:
    """Without any secret: of an archive its address, never its password."""
    return Installation(
        archive=str(getattr(settings, "ARCHIVE_URL", "") or "").rpartition("@")[2],
        idle_minutes=settings.SESSION_IDLE_MINUTES,
        session_hours=settings.SESSION_HOURS,
        upload_mb=settings.UPLOAD_MB,
    )
