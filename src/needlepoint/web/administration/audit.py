"""Who looked at what?"""

from __future__ import annotations

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.store.accesses import Look, looks_at, refused_in
from needlepoint.store.models import Patient
from needlepoint.web.administration.forms import LooksForm
from needlepoint.web.administration.pages import AuditPage
from needlepoint.web.administration.staff import administrator
from needlepoint.web.permissions import needs


@needs(Permission.READ_AUDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """Answer a patient who asks who has looked. The number is posted: no address holds it."""
    by = administrator(request)
    form = LooksForm(request.POST or None)
    looks: tuple[Look, ...] = ()
    asked = request.method == "POST" and form.is_valid()
    if asked:
        patient = _patient(by, form.cleaned_data["number"])
        if patient is None:
            form.add_error("number", "No patient of this clinic has this number.")
        else:
            looks = tuple(looks_at(patient.pk, clinic_id=by.clinic_id))
            if "csv" in request.POST:
                return _csv(looks)
    refused = tuple(refused_in(by.clinic_id))
    page = AuditPage(asked=asked and not form.errors, looks=looks, refused=refused)
    status = 422 if form.errors else 200
    return render(request, "administration/audit.html", {"form": form, "page": page}, status=status)


def _patient(by: User, number: str) -> Patient | None:
    found = Patient.objects.filter(clinic=by.clinic, numbers__value=number.strip()).distinct()[:2]
    return found[0] if len(found) == 1 else None


def _csv(looks: tuple[Look, ...]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="accesses.csv"'
    sheet = csv.writer(response)
    sheet.writerow(["at", "who", "role", "purpose", "outcome"])
    for look in looks:
        # A leading sign would make a spreadsheet compute; names are people's own.
        who = look.who if look.who[:1] not in ("=", "+", "-", "@") else f"'{look.who}"
        sheet.writerow([look.at.isoformat(), who, look.role, look.purpose, look.outcome])
    return response
