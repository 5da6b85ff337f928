"""The inbox of what patients told, and the page on which one goes through it with the patient."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission, author_role
from needlepoint.core.errors import RefusedEntry
from needlepoint.store.door import log_looks
from needlepoint.store.intakes import answer_raised, mark_reviewed
from needlepoint.store.models import Identity, Intake
from needlepoint.store.writing import append_entries
from needlepoint.web.inbox.diaries import missing_readings, open_diaries
from needlepoint.web.inbox.forms import ToldForm
from needlepoint.web.inbox.pages import inbox_rows, question, told, unconfirmed
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge

_MOST = 200

_CONFIRM = OVERRULED_BY[Override.TOLD_CONFIRMED]
_ANSWER = OVERRULED_BY[Override.SELF_HARM_ANSWERED]


@needs(Permission.READ_CHART)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What the treating team's patients told: intakes, urgent ones first, and gaps of diaries."""
    assert isinstance(request.user, User)
    found = list(_open_intakes(request.user)[:_MOST])
    now = timezone.now()
    diaries = open_diaries(request.user, now)
    treated = {one.patient_id for one in found} | {one.patient_id for one in diaries}
    people = Identity.objects.filter(patient__in=treated)
    names = {p.patient_id: f"{p.family_name.upper()}, {p.given_name}".rstrip(", ") for p in people}
    missing = missing_readings(diaries, names, knowledge(), now=now)
    shown = {one.patient_id for one in found} | {one.patient_id for one in missing}
    log_looks(request.user, shown, "inbox")
    page = {"rows": inbox_rows(found, names), "diaries": missing, "section": "inbox"}
    return render(request, "inbox/inbox.html", page)


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def told_page(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Go through what the patient said: right, the opposite, or not so."""
    writes = request.method == "POST"
    need = _CONFIRM if writes else Permission.READ_CHART  # a clinician confirms
    opened = open_patient(request, patient_id, "confirm intake" if writes else "intake told", need)
    entries = unconfirmed(opened.record)
    unclear = frozenset(e.id for e in entries if question(e, knowledge()))
    form = ToldForm(request.POST if writes else None, entries=entries, unclear=unclear)
    if writes and form.is_valid() and _write(opened, form):
        messages.success(request, "Written down.")
        return redirect("told", patient_id)
    return _told(request, opened, form, status=422 if form.errors else 200)


@needs(_ANSWER)
@require_POST
def seen(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that somebody has seen what could not wait."""
    opened = open_patient(request, patient_id, "urgent answer seen", _ANSWER)
    for one in Intake.objects.filter(patient=opened.patient, raised_at__isnull=False):
        answer_raised(one, opened.user)
    return redirect("told", patient_id)


@needs(_CONFIRM)
@require_POST
def reviewed(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that the intakes that were handed in have been gone through."""
    opened = open_patient(request, patient_id, "intake reviewed", _CONFIRM)
    for one in Intake.objects.filter(patient=opened.patient, submitted_at__isnull=False):
        mark_reviewed(one, opened.user)
    messages.success(request, "The intake leaves the inbox. What was said stays in the story.")
    return redirect("story", patient_id)


def _open_intakes(user: User) -> QuerySet[Intake]:
    """Raised and unseen, or not gone through, of patients whom a team of this user treats."""
    waiting = Q(raised_at__isnull=False, seen_at=None) | Q(reviewed_at=None)
    return (
        Intake.objects.filter(
            waiting,
            patient__clinic_id=user.clinic_id,
            patient__care_teams__team__memberships__user=user,
        )
        .exclude(answers={}, submitted_at=None)
        .distinct()
        .order_by("-changed_at")
    )


def _write(opened: Opened, form: ToldForm) -> bool:
    drafts = form.drafts(author=str(opened.user.pk), role=author_role(opened.user.role))
    try:
        append_entries(chart=opened.patient.chart_id, drafts=drafts, knowledge=knowledge())
    except RefusedEntry as refused:
        for fault in refused.faults:
            form.add_error(None, fault.what)
        return False
    return True


def _told(request: HttpRequest, opened: Opened, form: ToldForm, status: int) -> HttpResponse:
    intakes = Intake.objects.filter(patient=opened.patient)
    waiting = [one for one in intakes if one.reviewed_at is None or _is_raised(one)]
    page = told(opened.record, knowledge(), inbox_rows(waiting, {}), form.typed())
    context: dict[str, Any] = {
        "bar": opened.bar, "tab": "story", "section": "patients", "page": page, "form": form,
        "may_write": opened.user.may(_CONFIRM),
        "is_raised": any(_is_raised(one) for one in intakes),
        "is_handed_in": any(o.submitted_at and not o.reviewed_at for o in intakes),
    }  # fmt: skip
    return render(request, "inbox/told.html", context, status=status)


def _is_raised(one: Intake) -> bool:
    return one.raised_at is not None and one.seen_at is None
