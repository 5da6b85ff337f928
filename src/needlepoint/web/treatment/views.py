"""Treatment: compare, decide, do, and look at what was done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission, author_role
from needlepoint.core.assess import Assessment, ComplaintAssessment, assess
from needlepoint.core.chart import Decision, Procedure
from needlepoint.core.errors import RefusedEntry
from needlepoint.core.plan.offered import option_data
from needlepoint.store.deciding import sign_decision
from needlepoint.web.patients.opened import CHANGED, Opened, changed_since, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.procedures.done import Threshold, attempt
from needlepoint.web.procedures.plans import done_of, plan_of
from needlepoint.web.procedures.targets import picker
from needlepoint.web.procedures.views import agents_of
from needlepoint.web.shell.parts import knowledge
from needlepoint.web.source.complaints import complaint_of
from needlepoint.web.treatment.done import done_page
from needlepoint.web.treatment.forms import DecisionForm, ProcedureForm, form_of
from needlepoint.web.treatment.pages import (
    find_option,
    option_page,
    treatment_page,
)

_SIGN = OVERRULED_BY[Override.TREATMENT]


@needs(Permission.READ_CHART)
@require_safe
def treatment(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Options side by side, and everything else that is offered."""
    opened = open_patient(request, patient_id, "treatment")
    page = treatment_page(
        _assessed(opened), knowledge(), complaint=request.GET.get("complaint", ""),
        chosen=request.GET.getlist("with"),
    )  # fmt: skip
    context = {
        "bar": opened.bar, "tab": "treatment", "section": "patients", "page": page,
        "may_plan": opened.user.may(Permission.EXAMINE),
    }  # fmt: skip
    return render(request, "treatment/options.html", context)


def _assessed(opened: Opened) -> Assessment:
    return assess(opened.chart, knowledge(), with_intervals=True, with_reasons=False,
                  look_ahead=False)  # fmt: skip


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def option(request: HttpRequest, patient_id: UUID, therapy: str) -> HttpResponse:
    """One option in full; accept it, or decide otherwise with a reason."""
    is_write = request.method == "POST"
    opened = open_patient(request, patient_id, "treatment option",
                          _SIGN if is_write else Permission.READ_CHART)  # fmt: skip
    result = _assessed(opened)
    asked = request.POST.get("complaint") or request.GET.get("complaint", "")
    one = complaint_of(result, asked)
    page = option_page(result, one, therapy, knowledge()) if one else None
    if one is None or page is None or (is_write and one.observed.complaint != asked):
        raise Http404
    form = DecisionForm(request.POST if is_write else None, needs_reason=page.needs_reason)
    if is_write and changed_since(opened, request.POST.get("seen", "")):
        form.add_error(None, CHANGED)
    if is_write and form.is_valid() and _decide(opened, result, one, therapy, form):
        messages.success(request, "Decision signed, with the answer as it stood.")
        return redirect("option", patient_id, therapy)
    context = {
        "bar": opened.bar, "tab": "treatment", "section": "patients", "page": page, "form": form,
        "seen": len(opened.chart.entries),
        "may_decide": opened.user.may_overrule(Override.TREATMENT),
        "may_plan": opened.user.may(Permission.EXAMINE),
    }  # fmt: skip
    return render(request, "treatment/option.html", context, status=422 if form.errors else 200)


def _decide(
    opened: Opened,
    result: Assessment,
    one: ComplaintAssessment,
    therapy: str,
    form: DecisionForm,
) -> bool:
    """Sign with a snapshot: every option as it stood, and the sources it rests on."""
    found = find_option(one, therapy)
    assert found is not None, "the page showed it"
    decision = form.statement(found[0].about)
    before = found[0].decision.statement if found[0].decision else None
    try:
        _sign(opened, result, one, decision, form.cleaned_data["once"])
    except RefusedEntry as refused:
        # The same form once more, after a double click, finds its decision standing.
        if before and (before.accepted, before.reason) == (decision.accepted, decision.reason):
            return True
        for fault in refused.faults:
            form.add_error(None, fault.what)
        return False
    return True


def _sign(
    opened: Opened,
    result: Assessment,
    one: ComplaintAssessment,
    decision: Decision,
    once: str,
) -> None:
    sign_decision(
        chart=opened.patient.chart_id, decision=decision,
        assessment={
            "complaint": one.observed.complaint,
            "as_of": result.as_of.isoformat(),
            "decided": decision.about,
            "options": [option_data(o, one.where, knowledge()) for o in one.plan.options],
            "sources": {
                kind: round(float(p), 5)
                for kind, p in zip(
                    one.where.frame.kinds, one.where.posterior.kinds, strict=True
                )
            },
            "none_nameable": round(float(one.where.posterior.none), 5),
        },
        knowledge_version=result.knowledge_version, as_of=result.as_of,
        author=str(opened.user.pk), role=author_role(opened.user.role), once=once or None,
    )  # fmt: skip


@needs(Permission.EXAMINE)
@require_http_methods(["GET", "HEAD", "POST"])
def perform(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Level and side once more, time-out, then the technique's own settings."""
    opened = open_patient(request, patient_id, "perform a treatment", Permission.EXAMINE)
    plan = plan_of(opened.record, entry, knowledge())
    if plan is None or plan.is_block:
        raise Http404
    if plan.done is not None:
        return redirect("treated", patient_id, plan.done.id)
    threshold = Threshold(opened.record, plan, knowledge())
    technique = plan.planned.technique
    form: ProcedureForm = form_of(technique)(
        request.POST if request.method == "POST" else None, threshold=threshold,
        technique=technique, known=knowledge(),
    )  # fmt: skip
    tried = attempt(request, opened, form)
    if tried.entry is not None:
        messages.success(request, "Performed and written down.")
        return redirect("treated", patient_id, tried.entry.id)
    shared = {"performed_at", "hold_reason", "once", "therapy", "guidance"}
    own = [
        form[name] for name in form.fields
        if name not in shared
        and not name.startswith(("time_out_", "medicine_", "dose_mg_", "percent_", "volume_ml_"))
    ]  # fmt: skip
    context = {
        "bar": opened.bar, "tab": "treatment", "section": "patients", "form": form,
        "wrong": tried.wrong, "plan": plan, "threshold": threshold, "own": own,
        "agents": agents_of(technique),
        "settings": threshold.sheet.settings if threshold.sheet else (),
        "picker": picker(technique, knowledge(), tried.targets,
                         typed=request.POST.get("typed", "")),
    }  # fmt: skip
    status = 422 if tried.wrong or form.errors else 200
    return render(request, "treatment/perform.html", context, status=status)


@needs(Permission.READ_CHART)
@require_safe
def treated(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """What was done, and what was done differently from the sheet."""
    opened = open_patient(request, patient_id, "treatment done")
    done = done_of(opened.record, entry)
    if done is None or not isinstance(done.statement, Procedure):
        raise Http404
    context = {"bar": opened.bar, "tab": "treatment", "section": "patients",
               "may_write": opened.user.may(Permission.EXAMINE),
               "page": done_page(opened.record, done, knowledge())}  # fmt: skip
    return render(request, "treatment/done.html", context)
