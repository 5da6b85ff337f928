"""The list of patients, and a new one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission, author_role
from needlepoint.core.chart import Demographics, Provenance
from needlepoint.store.door import patient_for
from needlepoint.store.models import Patient
from needlepoint.store.patients import register_patient
from needlepoint.store.writing import append_entry
from needlepoint.web.patients.forms import NewPatient
from needlepoint.web.patients.search import find_patients
from needlepoint.web.permissions import needs
from needlepoint.web.shell.menu import menu_for
from needlepoint.web.shell.parts import part_or_page


@needs(Permission.OWN_ACCOUNT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Begin where this role begins: the patients, the clinic, or one's own account."""
    places = menu_for(request.user)
    return redirect(places[0].address if places else "mfa_index")


@needs(Permission.FIND_PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def patients(request: HttpRequest) -> HttpResponse:
    """List the patients of one's teams. A search is posted: no name stands in an address."""
    user = cast(User, request.user)
    page = find_patients(user, request.POST.get("q", ""), after=request.POST.get("after", ""))
    context = {
        "page": page,
        "section": "patients",
        "may_add": user.may(Permission.REGISTER_PATIENT),
    }
    return render(request, part_or_page(request, "patients/list.html", "found"), context)


@needs(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_patient(request: HttpRequest) -> HttpResponse:
    """Register a person, and begin an empty chart."""
    user = cast(User, request.user)
    form = NewPatient(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        patient = _register(user, form)
        return redirect("story", patient.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "section": "patients"}
    return render(request, "patients/new.html", context, status=status)


@needs(Permission.READ_CHART)
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The patient's own address leads to the heart of the chart."""
    patient_for(request.user, patient_id, "open the chart")
    return redirect("pain_source", patient_id)


def _register(user: User, form: NewPatient) -> Patient:
    said = form.cleaned_data
    with transaction.atomic():
        patient = register_patient(
            clinic=user.clinic, teams=user.teams.all(), family_name=said["family_name"],
            given_name=said["given_name"], birth_date=said["birth_date"], sex=said["sex"],
            numbers={"clinic": said["number"]} if said["number"] else {}, phone=said["phone"],
            language=said["language"],
        )  # fmt: skip
        append_entry(
            chart=patient.chart_id,
            statement=Demographics(
                birth_year=said["birth_date"].year, sex=said["sex"] or "unknown"
            ),
            author=str(user.pk), role=author_role(user.role), provenance=Provenance.PATIENT_SAID,
        )  # fmt: skip
    return patient
