"""Breaking the glass."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from needlepoint.accounts.limits import may_try
from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.store.glass import HOURS, GlassNotBroken, break_glass
from needlepoint.store.models import Patient
from needlepoint.web.emergency.forms import EmergencyForm
from needlepoint.web.permissions import needs


@needs(Permission.BREAK_GLASS)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Open the chart of a patient of another team, found by number and birth date together."""
    assert isinstance(request.user, User)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        patient = _find(request.user, form.cleaned_data["number"], form.cleaned_data["birth_date"])
        if patient is None:
            form.add_error("number", "No patient of this clinic has this number and birth date.")
        else:
            try:
                break_glass(user=request.user, patient=patient, reason=form.cleaned_data["reason"])
            except GlassNotBroken as refused:
                form.add_error(None, str(refused))
            else:
                messages.warning(request, f"Open for {HOURS} hours. This will be reviewed.")
                return redirect("patient", patient_id=patient.pk)
    status = 422 if form.errors else 200
    return render(
        request, "emergency/emergency.html", {"form": form, "hours": HOURS}, status=status
    )


def _find(user: User, number: str, birth_date: date) -> Patient | None:
    """Exactly one, or nobody; guessing is limited, so that it is no search."""
    if not may_try("emergency_search", str(user.pk), times=20, minutes=60):
        return None
    found = Patient.objects.filter(
        clinic_id=user.clinic_id, numbers__value=number.strip(), identity__birth_date=birth_date
    ).distinct()[:2]
    return found[0] if len(found) == 1 else None
