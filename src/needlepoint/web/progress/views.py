"""The progress tab: load, ask the core, present; enter a score; answer an alarm."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission
from needlepoint.core.chart import Attestation, Provenance
from needlepoint.core.plan.due import SEEN
from needlepoint.store.due import zone_of
from needlepoint.web.links.asked import sent_to
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write, write_form
from needlepoint.web.permissions import needs
from needlepoint.web.progress.forms import ScoreForm, SeenForm
from needlepoint.web.progress.pages import progress_page
from needlepoint.web.shell.parts import knowledge

_ANSWER = OVERRULED_BY[Override.SELF_HARM_ANSWERED]


@needs(Permission.READ_CHART)
@require_safe
def progress(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show whether treatment helps, for how long, and what was not measured."""
    return _progress(request, open_patient(request, patient_id, "progress"))


@needs(Permission.WRITE_CHART)
@require_POST
def score(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Enter a score."""
    opened = open_patient(request, patient_id, "enter score", Permission.WRITE_CHART)
    form = ScoreForm(request.POST, knowledge=knowledge(), complaints=_complaints(opened))
    if form.is_valid() and write_form(
        opened, form, [form.statement()], provenance=Provenance.PATIENT_SAID,
        occurred_at=form.occurred_at,
    ):  # fmt: skip
        messages.success(request, "Score written down.")
        return redirect("progress", patient_id)
    return _progress(request, opened, score=form, status=422)


@needs(_ANSWER)
@require_POST
def seen(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down what was done about an answer on self-harm."""
    opened = open_patient(request, patient_id, "answer alarm", _ANSWER)
    form = SeenForm(request.POST)
    if form.is_valid():
        write(opened, [Attestation(name=SEEN, value=True, note=form.cleaned_data["note"])])
        messages.success(request, "Written down.")
        return redirect("progress", patient_id)
    return _progress(request, opened, seen=form, status=422)


def _complaints(opened: Opened) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.complaint.name, knowledge().presentations[one.complaint.presentation].label)
        for one in opened.record.complaints
    )


def _progress(
    request: HttpRequest,
    opened: Opened,
    *,
    score: Form | None = None,
    seen: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    here = opened.patient
    context = {
        "bar": opened.bar, "tab": "progress", "section": "patients",
        "page": progress_page(opened.record, knowledge(), zone=zone_of(here.clinic.time_zone),
                              sent=sent_to([here.pk], timezone.now()).get(here.pk, ())),
        "score_form": score or ScoreForm(knowledge=knowledge(), complaints=_complaints(opened)),
        "seen_form": seen or SeenForm(),
        "may_write": opened.user.may(Permission.WRITE_CHART),
        "may_examine": opened.user.may(_ANSWER),
        "may_send": opened.user.may(Permission.SEND_LINK),
    }  # fmt: skip
    return render(request, "progress/page.html", context, status=status)
