"""Who looked at what, and were the emergencies emergencies?"""

from __future__ import annotations

import csv
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.store.accesses import Look, looks_at, refused_in
from needlepoint.store.glass import GlassNotBroken, review_glass
from needlepoint.store.models import GlassBreak, Patient
from needlepoint.web.administration.forms import LooksForm, ReviewForm
from needlepoint.web.administration.pages import AuditPage, emergency_rows
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


@needs(Permission.REVIEW_BREAK_GLASS)
@require_safe
def emergencies(request: HttpRequest) -> HttpResponse:
    """Charts that were opened in an emergency, those to be reviewed first."""
    broken = GlassBreak.objects.filter(clinic=administrator(request).clinic)
    listed = broken.select_related("user", "reviewed_by").order_by("reviewed_at", "-opened_at")
    page = emergency_rows(list(listed[:200]))
    return render(request, "administration/emergencies.html", {"rows": page})


@needs(Permission.REVIEW_BREAK_GLASS)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, broken_id: UUID) -> HttpResponse:
    """Say whether an emergency was one."""
    by = administrator(request)
    broken = get_object_or_404(GlassBreak, pk=broken_id, clinic=by.clinic)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            review_glass(
                broken=broken, by=by, justified=said["justified"] == "yes", review=said["review"]
            )
        except GlassNotBroken as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("emergencies")
    page = {"form": form, "row": emergency_rows([broken])[0]}
    status = 422 if form.errors else 200
    return render(request, "administration/review.html", page, status=status)


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
