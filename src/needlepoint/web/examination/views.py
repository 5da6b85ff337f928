"""Examination and questions: enter many findings at once, and watch the answer move."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from needlepoint.accounts.roles import Permission
from needlepoint.core.assess import Assessment, assess
from needlepoint.core.chart import Chart, Provenance
from needlepoint.core.errors import RefusedEntry
from needlepoint.web.examination.forms import changed
from needlepoint.web.examination.pages import (
    Finding,
    Station,
    askable,
    examination_page,
    record_of,
)
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge, part_or_page
from needlepoint.web.source.suppose import with_statements


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def examination(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Manoeuvres, the most telling first."""
    return _station(request, patient_id, "examination", Permission.EXAMINE)


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Questions: open red flags, then the most telling first."""
    return _station(request, patient_id, "history", Permission.WRITE_CHART)


def _station(
    request: HttpRequest, patient_id: UUID, station: Station, write: Permission
) -> HttpResponse:
    is_preview = request.headers.get("HX-Target") == "moving"
    permission = write if request.method == "POST" and not is_preview else Permission.READ_CHART
    opened = open_patient(request, patient_id, station, permission)
    complaint = request.POST.get("complaint") or request.GET.get("complaint", "")
    result = assess(opened.chart, knowledge(), with_intervals=False, with_reasons=False)
    errors: tuple[str, ...] = ()
    if request.method == "POST" and complaint not in _names(result):
        raise Http404  # never written down to another pain than the one that was examined
    if request.method == "POST":
        said = _said(request, result, station, complaint)
        if is_preview:
            result = _moved(opened.chart, said)
        elif not (errors := _write(opened, said, request.POST.get("once", ""), station)):
            messages.success(request, f"{len(said)} findings written down.")
            return redirect("pain_source", patient_id)
    page = examination_page(result, knowledge(), station=station, complaint=complaint)
    context = {
        "bar": opened.bar, "section": "patients", "page": page, "errors": errors,
        "tab": "examination" if station == "examination" else "story",
        "once": uuid.uuid4().hex, "may_write": opened.user.may(write),
    }  # fmt: skip
    template = part_or_page(request, "examination/page.html", "moving")
    return render(request, template, context, status=422 if errors else 200)


def _names(result: Assessment) -> set[str]:
    return {one.observed.complaint for one in result.complaints}


def _said(
    request: HttpRequest, result: Assessment, station: Station, complaint: str
) -> tuple[Finding, ...]:
    """What the form changes."""
    one = next(c for c in result.complaints if c.observed.complaint == complaint)
    findings = askable(result, one, knowledge(), station)
    return changed(request.POST.dict(), findings, record_of(result, one))


def _moved(chart: Chart, said: tuple[Finding, ...]) -> Assessment:
    """The answer as if the form had been sent; nothing is stored."""
    assert chart.as_of is not None, "a stored chart knows from when it is looked at"
    supposed = with_statements(chart, said, as_of=chart.as_of)
    return assess(supposed, knowledge(), with_intervals=False, with_reasons=False, look_ahead=False)


def _write(
    opened: Opened, said: tuple[Finding, ...], once: str, station: Station
) -> tuple[str, ...]:
    """Append all of them or none; what was refused, in words."""
    known = Provenance.PATIENT_SAID if station == "history" else Provenance.CLINICIAN_FOUND
    try:
        write(opened, said, provenance=known, once=once)
    except RefusedEntry as refused:
        return tuple(str(refused).splitlines())
    return ()
