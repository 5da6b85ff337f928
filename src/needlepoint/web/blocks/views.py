"""Blocks: the list, one block in its state, the moment it is done, its diary."""

from __future__ import annotations

import uuid
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.roles import Permission
from needlepoint.core.assess import assess
from needlepoint.core.chart import DiagnosticBlock, Discogram, Provenance
from needlepoint.core.technique.sheet import aim
from needlepoint.core.technique.sheet.discography import controls
from needlepoint.store.models import Link, Scope
from needlepoint.web.blocks.forms import BlockForm, DiaryForm, DiscogramForm
from needlepoint.web.blocks.pages import block_page, blocks_page
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write
from needlepoint.web.permissions import needs
from needlepoint.web.procedures.done import Threshold, attempt
from needlepoint.web.procedures.plans import Plan, block_of, done_of, plan_of
from needlepoint.web.procedures.targets import picker
from needlepoint.web.shell.parts import knowledge


@needs(Permission.READ_CHART)
@require_safe
def blocks(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every block and discogram, and what the next one would be."""
    opened = open_patient(request, patient_id, "blocks")
    result = assess(opened.chart, knowledge(), with_intervals=False, with_reasons=False)
    context = {
        "bar": opened.bar, "tab": "blocks", "section": "patients",
        "page": blocks_page(result, knowledge(), with_link=_with_link(opened)),
        "may_plan": opened.user.may(Permission.EXAMINE),
    }  # fmt: skip
    return render(request, "blocks/list.html", context)


@needs(Permission.READ_CHART)
@require_safe
def block(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """One block: planned, performed, diary running or read."""
    opened = open_patient(request, patient_id, "block")
    if plan_of(opened.record, entry, knowledge()) is not None:
        return redirect("planned", patient_id, entry)
    return _block(request, opened, entry)


def _with_link(opened: Opened) -> set[str]:
    """Blocks whose diary the patient was given a link for."""
    given = Link.objects.filter(patient=opened.patient, scope=Scope.DIARY)
    return set(given.values_list("subject", flat=True))


def _block(
    request: HttpRequest, opened: Opened, entry: str, form: DiaryForm | None = None
) -> HttpResponse:
    done = done_of(opened.record, entry)
    if done is None or not isinstance(done.statement, DiagnosticBlock | Discogram):
        raise Http404
    result = assess(opened.chart, knowledge(), with_intervals=False, with_reasons=False)
    context = {
        "bar": opened.bar, "tab": "blocks", "section": "patients",
        "page": block_page(opened.chart, result, done, knowledge(),
                           has_link=entry in _with_link(opened)),
        "form": form or DiaryForm(initial={"once": uuid.uuid4().hex}),
        "may_write": opened.user.may(Permission.WRITE_CHART),
        "may_link": opened.user.may(Permission.SEND_LINK),
    }  # fmt: skip
    return render(request, "blocks/block.html", context, status=422 if form else 200)


@needs(Permission.EXAMINE)
@require_http_methods(["GET", "HEAD", "POST"])
def perform_block(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Level and side once more, time-out, then what was done. A mismatch writes nothing."""
    opened = open_patient(request, patient_id, "perform a block", Permission.EXAMINE)
    plan = plan_of(opened.record, entry, knowledge())
    if plan is None or not plan.is_block:
        raise Http404
    if plan.done is not None:
        return redirect("block", patient_id, plan.done.id)
    threshold = Threshold(opened.record, plan, knowledge())
    form = _form(request, plan, threshold)
    tried = attempt(request, opened, form)
    if tried.entry is not None:
        messages.success(request, "Performed and written down.")
        return redirect("block", patient_id, tried.entry.id)
    context = {
        "bar": opened.bar, "tab": "blocks", "section": "patients", "form": form,
        "wrong": tried.wrong, "plan": plan, "threshold": threshold,
        "picker": picker(plan.planned.technique, knowledge(), tried.targets,
                         typed=request.POST.get("typed", "")),
        "is_discogram": isinstance(form, DiscogramForm),
    }  # fmt: skip
    status = 422 if tried.wrong or form.errors else 200
    return render(request, "blocks/perform.html", context, status=status)


def _form(request: HttpRequest, plan: Plan, threshold: Threshold) -> BlockForm | DiscogramForm:
    posted = request.POST if request.method == "POST" else None
    technique = plan.planned.technique
    if technique.group == "discography":
        needles = aim(technique, plan.planned.targets, knowledge())
        discs = tuple(needle.place.partition("/")[2] for needle in needles)
        rows = (*discs, *controls(discs, technique.levels))
        return DiscogramForm(posted, threshold=threshold, discs=rows)
    block = block_of(technique, knowledge())
    if block is None:
        raise Http404
    return BlockForm(posted, threshold=threshold, block=block, known=knowledge())


@needs(Permission.WRITE_CHART)
@require_POST
def diary(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Write down a reading that the patient told; the answer is read anew."""
    opened = open_patient(request, patient_id, "diary", Permission.WRITE_CHART)
    done = done_of(opened.record, entry)
    if done is None or not isinstance(done.statement, DiagnosticBlock):
        raise Http404
    form = DiaryForm(request.POST)
    if form.is_valid():
        after = timedelta(minutes=float(form.cleaned_data["minutes"]))
        if done.occurred_at + after > timezone.now():
            form.add_error("minutes", "That moment has not come yet.")
    if not form.is_valid():
        return _block(request, opened, entry, form)
    write(opened, [form.statement(entry)], once=form.cleaned_data["once"],
          provenance=Provenance.PATIENT_SAID)  # fmt: skip
    messages.success(request, "Reading written down.")
    return redirect("block", patient_id, entry)
