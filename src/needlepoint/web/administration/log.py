"""The access log searched by member of staff, day and outcome; and what was done to accounts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from needlepoint.accounts.models import Clinic, StaffChange, User
from needlepoint.accounts.roles import Permission
from needlepoint.store.accesses import Look, looks_in
from needlepoint.store.models import Outcome
from needlepoint.web.administration.staff import administrator
from needlepoint.web.permissions import needs

MOST = 500
_OUTCOMES = [("", "any"), *((o.value, o.value.replace("_", " ")) for o in Outcome)]


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        required=False, label=label, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "This is not a day. Write it as 2026-03-31."},
    )  # fmt: skip


class LogForm(forms.Form):
    """What is looked for in the log."""

    person = forms.ModelChoiceField(User.objects.none(), required=False, label="Who",
                                    empty_label="anyone")  # fmt: skip
    since = _day("From")
    until = _day("To")
    outcome = forms.ChoiceField(choices=_OUTCOMES, required=False, label="Outcome")

    def __init__(self, data: Any, *, clinic: Clinic) -> None:
        super().__init__(data)
        people = User.objects.filter(clinic=clinic).order_by("name")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_until(self) -> object:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError("This lies before the first day. Exchange the two.")
        return until


@needs(Permission.READ_AUDIT)
@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """Who opened how many charts, when and what for; of patients only a random id."""
    by = administrator(request)
    form = LogForm(request.GET or None, clinic=by.clinic)
    looks: tuple[Look, ...] = ()
    asked = bool(request.GET) and form.is_valid()
    if asked:
        said = form.cleaned_data
        looks = tuple(looks_in(
            by.clinic_id, user_id=said["person"].pk if said["person"] else None,
            since=_morning(said["since"]), until=_morning(said["until"], days=1),
            outcome=said["outcome"], most=MOST + 1,
        ))  # fmt: skip
    context = {"form": form, "asked": asked, "looks": looks[:MOST], "more": len(looks) > MOST,
               "most": MOST, "section": "people"}  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "administration/log.html", context, status=status)


@needs(Permission.READ_AUDIT)
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What was done to accounts and to the clinic, and by whom; the latest first."""
    clinic = administrator(request).clinic
    rows = StaffChange.objects.filter(clinic=clinic).select_related("user", "by").order_by("-pk")
    context = {"rows": rows[:MOST], "section": "people"}
    return render(request, "administration/changes.html", context)


def _morning(day: object, *, days: int = 0) -> datetime | None:
    if not isinstance(day, date) or not 1900 <= day.year <= 2999:
        return None
    begin = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
    return begin + timedelta(days=days)
