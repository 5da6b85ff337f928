"""The story: read it, add to it, draw the pain, take an entry back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission, author_role, to_take_back
from needlepoint.core.chart import Entry, Provenance, Retraction
from needlepoint.store.writing import retract
from needlepoint.web.drawings.boxes import zone_boxes
from needlepoint.web.drawings.svg import figure_svg
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write_form
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge
from needlepoint.web.source.pictures import places_of
from needlepoint.web.story.drawing import DrawingForm
from needlepoint.web.story.forms import FORMS, Addition, Retract
from needlepoint.web.story.pages import story_page
from needlepoint.web.story.sentences import sentence


@needs(Permission.READ_CHART)
@require_safe
def story(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what the patient told, and everything else in order of time."""
    return _story(request, open_patient(request, patient_id, "story"))


@needs(Permission.WRITE_CHART)
@require_POST
def add(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Add one statement to the story."""
    opened = open_patient(request, patient_id, "add to story", Permission.WRITE_CHART)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST, knowledge=knowledge())
    if form.is_valid() and _write(opened, form):
        messages.success(request, f"{form.title} written down.")
        return redirect("story", patient_id)
    return _story(request, opened, {kind: form}, status=422)


@needs(Permission.WRITE_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def drawing(request: HttpRequest, patient_id: UUID, complaint: str) -> HttpResponse:
    """Paint where it hurts, on the figure or on the list beside it."""
    opened = open_patient(request, patient_id, "pain drawing", Permission.WRITE_CHART)
    named = [c for c in opened.record.complaints if c.complaint.name == complaint]
    if not named:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = DrawingForm(posted, knowledge=knowledge(), complaint=complaint)
    if posted is not None and form.is_valid() and _write(opened, form):
        messages.success(request, "Pain drawing written down.")
        return redirect("story", patient_id)
    before = places_of(named[0].drawing.statement, knowledge()) if named[0].drawing else ()
    painted = _ticked(request) if posted is not None else before
    anatomy = knowledge().anatomy
    context = {
        "bar": opened.bar, "tab": "story", "section": "patients", "form": form,
        "figure": figure_svg(anatomy, {place: "painted" for place in painted}, picks=True,
                             label="Front and back of the body; the list beside it says the same",
                             you=False),
        "groups": zone_boxes(anatomy, painted),
    }  # fmt: skip
    return render(request, "story/drawing.html", context, status=422 if form.errors else 200)


@needs(Permission.WRITE_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Take an entry back, with a reason. It stays to be read."""
    opened = open_patient(request, patient_id, "take back", Permission.WRITE_CHART)
    found = [e for e in opened.record.entries if e.id == entry]
    if not found:
        if not _is_taken_back(opened, entry):
            raise Http404
        messages.info(request, "This was taken back already.")
        return redirect("story", patient_id)
    if not _may_take_back(opened, found[0]):
        raise PermissionDenied
    form = Retract(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        author, role = str(opened.user.pk), author_role(opened.user.role)
        retract(chart=opened.patient.chart_id, entry=entry, reason=form.cleaned_data["reason"],
                author=author, role=role)  # fmt: skip
        messages.success(request, "Taken back. Enter what is right as a new entry.")
        return redirect("story", patient_id)
    context = {
        "bar": opened.bar, "tab": "story", "section": "patients", "form": form,
        "says": sentence(found[0].statement, knowledge()), "when": found[0].occurred_at,
    }  # fmt: skip
    return render(request, "story/take_back.html", context, status=422 if form.errors else 200)


def _may_take_back(opened: Opened, entry: Entry) -> bool:
    """One's own entry, or one that one's role could have written."""
    return entry.author == str(opened.user.pk) or opened.user.may(to_take_back(entry))


def _is_taken_back(opened: Opened, entry: str) -> bool:
    said = (e.statement for e in opened.chart.entries)
    return any(isinstance(one, Retraction) and one.entry == entry for one in said)


def _write(opened: Opened, form: Addition) -> bool:
    """Append what the form says; what the store refuses is said on the form."""
    found = form.cleaned_data["provenance"] == Provenance.CLINICIAN_FOUND.value
    if found and not opened.user.may(Permission.EXAMINE):
        what = "Only someone who examines finds or confirms. Choose who or what said so."
        form.add_error("provenance", what)
        return False
    return write_form(
        opened, form, [form.statement()],
        provenance=Provenance(form.cleaned_data["provenance"]), occurred_at=form.occurred_at,
    )  # fmt: skip


def _story(
    request: HttpRequest,
    opened: Opened,
    bound: dict[str, Addition] | None = None,
    status: int = 200,
) -> HttpResponse:
    bound = bound or {}
    authors = {entry.author for entry in opened.chart.entries}
    names = {
        str(pk): name
        for pk, name in User.objects.filter(clinic=opened.patient.clinic).values_list("pk", "name")
        if str(pk) in authors
    }
    page = story_page(
        opened.chart, opened.record, knowledge(), names=names,
        may_take_back=lambda entry: _may_take_back(opened, entry),
    )  # fmt: skip
    forms: dict[str, Any] = {
        kind: bound.get(kind) or form(knowledge=knowledge()) for kind, form in FORMS.items()
    }
    context = {
        "bar": opened.bar, "tab": "story", "section": "patients", "page": page,
        "parts": [(part, forms[part.kind]) for part in page.sections],
        "may_write": opened.user.may(Permission.WRITE_CHART),
    }  # fmt: skip
    return render(request, "story/page.html", context, status=status)


def _ticked(request: HttpRequest) -> list[tuple[str, str]]:
    pairs = (value.partition(":") for value in request.POST.getlist("zones"))
    return [(zone, side) for zone, _, side in pairs]
