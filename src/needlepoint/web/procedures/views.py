"""Plan a procedure, take consent, document what is asked for, print the sheet and the card."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.roles import Override, Permission
from needlepoint.core.assess import assess
from needlepoint.core.chart import BlockTarget, PlannedProcedure, Provenance
from needlepoint.core.errors import NeedlepointError, RefusedEntry
from needlepoint.core.knowledge import Technique
from needlepoint.core.rules.consent import ATTESTED
from needlepoint.core.rules.history import technique_named
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write
from needlepoint.web.permissions import needs
from needlepoint.web.procedures.forms import (
    AskedAgainForm,
    AttestForm,
    ComplicationForm,
    ConsentForm,
    DeviationForm,
    PlanForm,
)
from needlepoint.web.procedures.pages import (
    Prospect,
    as_situation,
    card_page,
    planned_page,
    prospect,
    suggested,
)
from needlepoint.web.procedures.pages import complications as complications_of
from needlepoint.web.procedures.plans import (
    Plan,
    done_of,
    is_block,
    label_of,
    plan_of,
    planned_label,
)
from needlepoint.web.procedures.targets import picker, targets_from
from needlepoint.web.shell.parts import knowledge, part_or_page


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, patient_id: UUID, technique: str) -> HttpResponse:
    """Choose level, side and agents; look at safety, coverage and sheet; then plan it."""
    is_write = request.method == "POST" and request.POST.get("do") == "plan"
    permission = Permission.EXAMINE if is_write else Permission.READ_CHART
    opened = open_patient(request, patient_id, "plan a procedure", permission)
    how = technique_named(technique, knowledge())
    if how is None:
        raise Http404
    posted = request.method == "POST"
    form = PlanForm(request.POST if posted else None, record=opened.record,
                    initial={"complaint": request.GET.get("complaint", "")})  # fmt: skip
    shown: Prospect | None = None
    targets, wrong = _targets(request, opened, how) if posted else _suggestion(request, opened, how)
    if posted and form.is_valid() and not wrong:
        said = form.statement(technique, targets)
        shown, wrong = _look(opened, how, said)
        if is_write and not wrong:
            try:
                (entry,) = write(opened, [said], once=form.cleaned_data["once"])
                messages.success(request, "Planned. Consent, checks and papers are here.")
                return redirect("planned", patient_id, entry.id)
            except RefusedEntry as refused:
                wrong = refused.sentences
    else:
        draft = PlannedProcedure(technique=technique, targets=targets)
        shown = _look(opened, how, draft)[0] if targets and not wrong else None
    context = {
        "bar": opened.bar, "tab": "blocks" if is_block(technique, knowledge()) else "treatment",
        "section": "patients", "label": planned_label(technique, how, knowledge()), "form": form,
        "wrong": wrong, "prospect": shown,
        "picker": picker(how, knowledge(), targets, typed=request.POST.get("typed", "")),
        "may_write": opened.user.may(Permission.EXAMINE), "agents": agents_of(how),
        "is_part": bool(request.headers.get("HX-Request")),
    }  # fmt: skip
    status = 422 if is_write or (posted and (form.errors or wrong)) else 200
    return render(request, part_or_page(request, "procedures/plan.html", "prospect"), context,
                  status=status)  # fmt: skip


def _targets(
    request: HttpRequest, opened: Opened, how: Technique
) -> tuple[tuple[BlockTarget, ...], tuple[str, ...]]:
    try:
        posted = {key: request.POST.getlist(key) for key in request.POST}
        return targets_from(how, posted, knowledge()), ()
    except NeedlepointError as error:
        return (), (str(error),)


def _suggestion(
    request: HttpRequest, opened: Opened, how: Technique
) -> tuple[tuple[BlockTarget, ...], tuple[str, ...]]:
    """Level and side that the assessment points at, ticked for a clinician to confirm."""
    result = assess(opened.chart, knowledge(), with_intervals=False, with_reasons=False)
    return suggested(result, how, request.GET.get("complaint", "")), ()


def _look(
    opened: Opened, how: Technique, said: PlannedProcedure
) -> tuple[Prospect, tuple[str, ...]]:
    shown = prospect(
        as_situation(opened.record, how, said, knowledge()), knowledge(), name=said.technique
    )
    return shown, (shown.refused,) if shown.refused else ()


def agents_of(how: Technique) -> list[str]:
    words = knowledge().guidance.vocabulary.ingredients
    drugs = dict.fromkeys(agent.drug for agent in how.agents)
    return [words[d].label if d in words else d.replace("_", " ") for d in drugs]


@needs(Permission.READ_CHART)
@require_safe
def planned(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """A plan: may it, is it covered, did the patient agree, how is it done."""
    opened = open_patient(request, patient_id, "planned procedure")
    return _planned(request, opened, _plan_or_404(opened, entry))


def _plan_or_404(opened: Opened, entry: str) -> Plan:
    found = plan_of(opened.record, entry, knowledge())
    if found is None:
        raise Http404
    return found


def _planned(
    request: HttpRequest,
    opened: Opened,
    found: Plan,
    bound: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    if found.done is not None:
        return redirect("block" if found.is_block else "treated", opened.patient.pk, found.done.id)
    page = planned_page(opened.record, found, knowledge())
    context = {
        "bar": opened.bar, "tab": "blocks" if page.is_block else "treatment",
        "section": "patients", "page": page, "consent": ConsentForm(), "attest": None,
        "may_write": opened.user.may(Permission.WRITE_CHART),
        "may_perform": opened.user.may(Permission.EXAMINE), **(bound or {}),
    }  # fmt: skip
    return render(request, "procedures/planned.html", context, status=status)


@needs(Permission.READ_CHART)
@require_safe
def sheet(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """The procedure sheet, for the wall beside the table."""
    opened = open_patient(request, patient_id, "procedure sheet")
    found = _plan_or_404(opened, entry)
    page = planned_page(opened.record, found, knowledge())
    context = {"bar": opened.bar, "tab": "blocks" if page.is_block else "treatment",
               "section": "patients", "page": page, "sheet": page.prospect.sheet}  # fmt: skip
    return render(request, "procedures/sheet.html", context)


_TALK = "Chance and harms are spoken of by someone who examines; they write that down."


@needs(Permission.WRITE_CHART)
@require_POST
def take_consent(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Write down that the patient agrees or refuses."""
    opened = open_patient(request, patient_id, "consent", Permission.WRITE_CHART)
    found = _plan_or_404(opened, entry)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _planned(request, opened, found, {"consent": form}, status=422)
    said = form.statement(found.planned.technique)
    if said.given and not opened.user.may_overrule(Override.CONSENT):
        form.add_error("given", f"{_TALK} A refusal may be written down by anyone.")
        return _planned(request, opened, found, {"consent": form}, status=422)
    write(opened, [said], provenance=Provenance.PATIENT_SAID)
    messages.success(request, "Consent written down." if said.given else "Refusal written down.")
    return redirect("planned", patient_id, entry)


@needs(Permission.WRITE_CHART)
@require_POST
def document(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Attest something that an authority asks for by name."""
    opened = open_patient(request, patient_id, "document", Permission.WRITE_CHART)
    found = _plan_or_404(opened, entry)
    page = planned_page(opened.record, found, knowledge())
    names = [gap.attest for gap in page.prospect.coverage.gaps if gap.attest]
    form = AttestForm(request.POST, names=names)
    if not form.is_valid():
        return _planned(request, opened, found, {"attest": form}, status=422)
    attested = form.statement()
    if attested.name == ATTESTED and not opened.user.may_overrule(Override.CONSENT):
        form.add_error("name", _TALK)
        return _planned(request, opened, found, {"attest": form}, status=422)
    write(opened, [attested])
    messages.success(request, "Documented.")
    return redirect("planned", patient_id, entry)


_AS_PAPER = {
    "last": "last",
    "epidural_haematoma": "haematoma",
}  # those that go by the patient


@needs(Permission.READ_CHART)
@require_safe
def card(request: HttpRequest, patient_id: UUID, card: str) -> HttpResponse:
    """An emergency card with the doses of this patient: one click away, large, printable."""
    opened = open_patient(request, patient_id, "emergency card")
    page = card_page(opened.record, card, knowledge())
    if page is None:
        raise Http404
    known = knowledge().guidance.safety.cards
    others = [(one.id, one.label) for one in known.values() if one.id != card]
    context = {"bar": opened.bar, "section": "patients", "page": page, "others": others,
               "paper": _AS_PAPER.get(card, "")}  # fmt: skip
    return render(request, "procedures/card.html", context)


@needs(Permission.EXAMINE)
@require_http_methods(["GET", "HEAD", "POST"])
def deviation(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Say afterwards why a procedure was done differently from its sheet."""
    opened = open_patient(request, patient_id, "deviation from a sheet", Permission.EXAMINE)
    done = done_of(opened.record, entry)
    if done is None:
        raise Http404
    form = DeviationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        write(opened, [form.statement(entry)])
        messages.success(request, "Written down: it stands in the note.")
        return redirect("paper", patient_id, "note", entry)
    context = {"bar": opened.bar, "section": "patients", "form": form, "entry": entry,
               "label": label_of(done, knowledge())}  # fmt: skip
    return render(request, "procedures/deviation.html", context, status=422 if form.errors else 200)


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def complications(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """What went wrong with a procedure, and how it stands."""
    write_it = request.method == "POST"
    opened = open_patient(request, patient_id, "complications",
                          Permission.EXAMINE if write_it else Permission.READ_CHART)  # fmt: skip
    done = done_of(opened.record, entry)
    if done is None:
        raise Http404
    again = AskedAgainForm(request.POST if "event" in request.POST else None)
    form = ComplicationForm(request.POST if write_it and not again.is_bound else None)
    mine = complications_of(opened.record, knowledge(), of=entry)
    if write_it and again.is_bound and again.is_valid():
        if again.cleaned_data["event"] not in {one.entry for one in mine}:
            raise Http404
        write(opened, [again.statement()])
        return redirect("complications", patient_id, entry)
    if write_it and form.is_bound and form.is_valid():
        write(opened, [form.statement(entry)])
        messages.success(request, "Written down. It is asked for again until it is settled.")
        return redirect("complications", patient_id, entry)
    context = {
        "bar": opened.bar, "tab": "treatment", "section": "patients", "form": form, "again": again,
        "label": label_of(done, knowledge()), "entry": entry, "events": mine,
        "may_write": opened.user.may(Permission.EXAMINE),
    }  # fmt: skip
    status = 422 if form.errors or again.errors else 200
    return render(request, "procedures/complications.html", context, status=status)
