"""Look at a paper, take it away, sign it. Nothing is kept unless it is signed."""

from __future__ import annotations

import uuid
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission, author_role
from needlepoint.core.assess import Assessment
from needlepoint.core.chart import Decision
from needlepoint.core.errors import RefusedEntry
from needlepoint.core.papers import Language, Paper
from needlepoint.papers import as_calendar, as_pdf, as_text
from needlepoint.store.attachments import file_fault, keep_file, path_of
from needlepoint.store.deciding import sign_decision, signed_assessment
from needlepoint.web.papers.pages import TITLES, paper_page, papers_page
from needlepoint.web.papers.writing import (
    assessed,
    identity_of,
    planned,
    to_call_of,
    write_paper,
)
from needlepoint.web.patients.opened import CHANGED, Opened, changed_since, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge


@needs(Permission.READ_CHART)
@require_safe
def papers(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every paper that can be written now, and those that were signed."""
    opened = open_patient(request, patient_id, "papers")
    page = papers_page(_assessed(opened, with_intervals=False), knowledge())
    context = {"bar": opened.bar, "tab": "papers", "section": "patients", "page": page}
    return render(request, "papers/list.html", context)


@needs(Permission.READ_CHART)
@require_safe
def paper(request: HttpRequest, patient_id: UUID, kind: str, entry: str) -> HttpResponse:
    """The paper as text on the page, and what the chart does not say."""
    opened = open_patient(request, patient_id, "paper")
    made = _paper_or_404(request, opened, kind, entry)
    context = {
        "bar": opened.bar, "tab": "papers", "section": "patients",
        "page": paper_page(made, entry=entry, policy=request.GET.get("policy", "")),
        "query": request.GET.urlencode(), "once": uuid.uuid4().hex,
        "seen": len(opened.chart.entries), "may_sign": opened.user.may_overrule(Override.PAPER),
    }  # fmt: skip
    return render(request, "papers/paper.html", context)


@needs(Permission.READ_CHART)
@require_safe
def pdf(request: HttpRequest, patient_id: UUID, kind: str, entry: str) -> HttpResponse:
    """The paper as PDF."""
    opened = open_patient(request, patient_id, "paper as PDF")
    made = _paper_or_404(request, opened, kind, entry)
    return _file(as_pdf(made), "application/pdf", _name(made, "pdf"))


@needs(Permission.READ_CHART)
@require_safe
def text(request: HttpRequest, patient_id: UUID, kind: str, entry: str) -> HttpResponse:
    """The paper as plain text, for a record system that takes no PDF."""
    opened = open_patient(request, patient_id, "paper as text")
    made = _paper_or_404(request, opened, kind, entry)
    return _file(as_text(made).encode(), "text/plain; charset=utf-8", _name(made, "txt"))


@needs(Permission.READ_CHART)
@require_safe
def calendar(request: HttpRequest, patient_id: UUID, kind: str, entry: str) -> HttpResponse:
    """When to come, when to stop and start again: for the patient's phone."""
    opened = open_patient(request, patient_id, "calendar")
    result = _assessed(opened, with_intervals=False) if kind == "calendar" else None
    one = planned(result, entry) if result is not None else None
    if one is None:
        raise Http404
    said = as_calendar(one, language=_language(request)).encode()
    return _file(said, "text/calendar; charset=utf-8", "procedure.ics")


@needs(OVERRULED_BY[Override.PAPER])
@require_POST
def sign(request: HttpRequest, patient_id: UUID, kind: str, entry: str) -> HttpResponse:
    """Keep the PDF with its hash, and sign for what it says."""
    opened = open_patient(request, patient_id, "sign a paper", OVERRULED_BY[Override.PAPER])
    result = _assessed(opened)
    made = _paper_or_404(request, opened, kind, entry, result)
    if changed_since(opened, request.POST.get("seen", "")):
        messages.warning(request, CHANGED)
        asked = urlencode({n: v for n in ("language", "policy") if (v := request.POST.get(n))})
        return redirect(f"{reverse('paper', args=[patient_id, kind, entry])}?{asked}")
    try:
        _keep(opened, result, made, entry, request.POST.get("once", ""))
        messages.success(request, "Signed and kept, with its hash.")
    except RefusedEntry:  # the button was pressed twice
        messages.info(request, "This was signed already.")
    return redirect("papers", patient_id)


def _keep(opened: Opened, result: Assessment, made: Paper, entry: str, once: str) -> None:
    """The file, and the signature that names its hash: both or neither."""
    content = as_pdf(made)
    author = str(opened.user.pk)
    with transaction.atomic():
        kept = keep_file(
            chart=opened.patient.chart_id, content=BytesIO(content), label=TITLES[made.kind],
            author=author, kinds=("application/pdf",),
        )  # fmt: skip
        sign_decision(
            chart=opened.patient.chart_id,
            decision=Decision(about=f"paper:{made.kind}:{entry}", accepted=True),
            assessment={
                "paper": made.kind, "title": made.title, "language": made.language,
                "pdf_sha256": kept.sha256, "pdf_size": kept.size,
                "as_of": made.as_of.isoformat(),
                "sentences": [[s.basis.value, s.says, list(s.entries)] for s in made.sentences],
            },
            knowledge_version=result.knowledge_version, as_of=result.as_of, author=author,
            role=author_role(opened.user.role), once=once[:40] or None,
        )  # fmt: skip


@needs(Permission.READ_CHART)
@require_safe
def signed(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponseBase:
    """A paper as it was signed, after a look at its hash."""
    opened = open_patient(request, patient_id, "signed paper")
    snapshot = signed_assessment(opened.patient.chart_id, entry)
    if snapshot is None or "pdf_sha256" not in snapshot:
        raise Http404
    sha256 = str(snapshot["pdf_sha256"])
    if file_fault(sha256, int(snapshot["pdf_size"]), read=True) is not None:
        raise Http404
    name = f"{snapshot['paper']}-signed-{str(snapshot['as_of'])[:10]}.pdf"
    return FileResponse(path_of(sha256).open("rb"), as_attachment=True, filename=name,
                        content_type="application/pdf")  # fmt: skip


def _assessed(opened: Opened, *, with_intervals: bool = True) -> Assessment:
    """Lists and calendars state no chance, so they need no interval around one."""
    authors = {entry.author for entry in opened.chart.entries}
    people = User.objects.filter(clinic=opened.patient.clinic).values_list("pk", "name")
    names = {str(pk): name for pk, name in people if str(pk) in authors}
    return assessed(opened.chart, names, knowledge(), with_intervals=with_intervals)


def _paper_or_404(
    request: HttpRequest, opened: Opened, kind: str, entry: str, result: Assessment | None = None
) -> Paper:
    asked = request.POST if request.method == "POST" else request.GET
    made = write_paper(
        result or _assessed(opened), kind, entry, identity_of(opened.patient), knowledge(),
        language=_language(request), policy=asked.get("policy") or None,
        to_call=to_call_of(opened.patient),
    )  # fmt: skip
    if made is None:
        raise Http404
    return made


def _language(request: HttpRequest) -> Language:
    asked = request.POST if request.method == "POST" else request.GET
    return "es" if asked.get("language") == "es" else "en"


def _name(made: Paper, ending: str) -> str:
    """What it is and of which day; never whose."""
    return f"{made.kind}-{made.language}-{made.as_of:%Y-%m-%d}.{ending}"


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
