"""The board of a day, the board of what is due, and the place of a procedure in a day."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission, author_role
from needlepoint.core.chart import Attestation, PlannedProcedure, Provenance
from needlepoint.core.plan.due import AUTHORISED
from needlepoint.store.door import log_looks
from needlepoint.store.due import refresh
from needlepoint.store.models import Appointment
from needlepoint.store.writing import append_entry
from needlepoint.web.boards.due import due_page
from needlepoint.web.boards.forms import AppointmentForm
from needlepoint.web.boards.today import today_page
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge, part_or_page


@needs(Permission.READ_SCHEDULE)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Who comes, when, into which room, and what is missing before the needle."""
    refresh(knowledge())
    page = today_page(cast(User, request.user), _day(request.GET.get("day", "")))
    context = {"page": page, "section": "today"}
    return render(request, part_or_page(request, "boards/today.html", "visits"), context)


@needs(Permission.READ_SCHEDULE)
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What somebody has to do, soonest first; each row one action."""
    user = cast(User, request.user)
    left = refresh(knowledge())
    page = due_page(user, timezone.localdate(), kind=request.GET.get("kind", ""),
                    after=request.GET.get("after", ""), left=left)  # fmt: skip
    shown = [task.patient_id for task in (*page.urgent, *page.tasks) if task.patient_id]
    log_looks(user, shown, "board of what is due")
    context = {"page": page, "section": "due"}
    return render(request, part_or_page(request, "boards/due.html", "tasks"), context)


@needs(Permission.WRITE_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Give a planned procedure its day, time and room."""
    opened = open_patient(request, patient_id, "appointment", Permission.WRITE_CHART)
    plan = _plan(opened, entry)
    known = Appointment.objects.filter(patient=opened.patient, entry_id=entry).first()
    first = known.at if known else plan.at
    form = AppointmentForm(
        request.POST if request.method == "POST" else None,
        initial={"at": timezone.localtime(first) if first else None,
                 "room": known.room if known else ""},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _place(opened, entry, plan, form)
        messages.success(request, "Day and room are set.")
        return redirect(f"/today/?day={timezone.localtime(form.cleaned_data['at']).date()}")
    technique = knowledge().guidance.techniques[plan.technique]
    context = {
        "bar": opened.bar, "tab": "", "section": "today", "form": form, "what": technique.label,
        "where": ", ".join(str(target) for target in plan.targets),
    }  # fmt: skip
    return render(request, "boards/appointment.html", context, status=422 if form.errors else 200)


def _plan(opened: Opened, entry: str) -> PlannedProcedure:
    for one in opened.record.entries:
        if one.id == entry and isinstance(one.statement, PlannedProcedure):
            return one.statement
    raise Http404


def _place(opened: Opened, entry: str, plan: PlannedProcedure, form: AppointmentForm) -> None:
    said = form.cleaned_data
    Appointment.objects.update_or_create(
        patient=opened.patient, entry_id=entry,
        defaults={"clinic_id": opened.patient.clinic_id, "at": said["at"], "room": said["room"],
                  "made_by": opened.user, "made_at": timezone.now()},
    )  # fmt: skip
    if said["authorised_until"]:
        append_entry(
            chart=opened.patient.chart_id, author=str(opened.user.pk),
            statement=Attestation(name=AUTHORISED, value=said["authorised_until"].isoformat(),
                                  note=knowledge().guidance.techniques[plan.technique].label),
            role=author_role(opened.user.role), provenance=Provenance.IMPORTED,
        )  # fmt: skip


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    # The day before and after it must be days, in every zone.
    return day if 1900 <= day.year <= 2999 else timezone.localdate()
