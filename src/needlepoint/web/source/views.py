"""The pain source page: load, ask the core, present."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_safe

from needlepoint.accounts.roles import Permission
from needlepoint.core.assess import Assessment, assess
from needlepoint.core.chart import Chart
from needlepoint.core.record import fold
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge, part_or_page
from needlepoint.web.source.forms import Question, read_question
from needlepoint.web.source.pages import assessment_page
from needlepoint.web.source.suppose import suppose


@needs(Permission.READ_CHART)
@require_safe
def pain_source(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what may be causing this patient's pain, and why."""
    opened = open_patient(request, patient_id, "pain source")
    days = [localtime(max(e.occurred_at, e.recorded_at)).date() for e in opened.chart.entries]
    question = read_question(
        request.GET.dict(), first=min(days, default=None), today=localdate()
    )  # fmt: skip
    result = _assessed(_supposed(opened, question), question)
    earlier = None
    if question.since is not None:
        earlier = assess(opened.chart, knowledge(), as_of=question.since, with_intervals=False,
                         look_ahead=False)  # fmt: skip
    page = assessment_page(
        result, knowledge(), complaint=question.complaint, why=question.why,
        supposed={n: s for n, s in question.supposed if n in knowledge().findings},
        earlier=earlier,
    )  # fmt: skip
    context = {
        "bar": opened.bar, "tab": "pain_source", "section": "patients", "page": page,
        "pain": page.pain, "question": question, "asked": request.GET,
        "query_why": _query(request, without=("why", "intervals")),
        "query_intervals": _query(request, without=("intervals",)) + "&intervals=1",
    }  # fmt: skip
    template = part_or_page(request, "source/page.html", "answer", "differential")
    return render(request, template, context)


def _supposed(opened: Opened, question: Question) -> Chart:
    """The chart with what was supposed; the chart itself if nothing was."""
    if not question.supposed:
        return opened.chart
    moment = question.as_of or opened.chart.as_of
    assert moment is not None, "a stored chart knows from when it is looked at"
    complaints = fold(opened.chart, as_of=moment).complaints
    named = [c for c in complaints if c.complaint.name == question.complaint] or list(complaints)
    if not named:
        return opened.chart
    complaint = named[0].complaint
    return suppose(
        opened.chart, dict(question.supposed), complaint=complaint.name, side=complaint.side,
        as_of=moment, knowledge=knowledge(),
    )  # fmt: skip


def _assessed(chart: Chart, question: Question) -> Assessment:
    return assess(chart, knowledge(), as_of=question.as_of, with_intervals=question.intervals)


def _query(request: HttpRequest, *, without: tuple[str, ...]) -> str:
    asked = request.GET.copy()
    for name in without:
        asked.pop(name, None)
    return asked.urlencode()
