"""The pump: a refill, a change that is reviewed before it is saved, and whether it runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission, author_role
from needlepoint.core.chart import (
    Attestation,
    Decision,
    Entry,
    Provenance,
    PumpSetting,
    Statement,
)
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome, Verdict
from needlepoint.core.technique.pump import (
    REFILL_SIGNED,
    CannotBe,
    Disagreement,
    PumpHistory,
    PumpPlan,
    history_of,
    pump_state,
)
from needlepoint.web.devices.change import SignForm, plan_of, review_of, seal
from needlepoint.web.devices.pump_forms import ChangeForm, RefillForm, RunningForm
from needlepoint.web.devices.pump_page import pump_page
from needlepoint.web.devices.verdicts import verdict_card
from needlepoint.web.devices.views import devices_with, shell, state_of, zone
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write, write_form
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge

ON_METHODS = ["GET", "HEAD", "POST"]
_HELD = (
    "Written down, and held: the volumes do not agree. A physician or an advanced practitioner "
    "signs what is done, before the patient leaves."
)


# --- refill ---------------------------------------------------------------------------------------


@needs(Permission.EXAMINE)
@require_http_methods(ON_METHODS)
def refill(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Enter a refill; what was drawn is judged before it is written down."""
    opened = open_patient(request, patient_id, "pump refill", Permission.EXAMINE)
    of = history_of(opened.record, knowledge())
    posted = request.POST if request.method == "POST" else None
    form = RefillForm(posted, of=of)
    step = request.POST.get("step", "")
    if posted is None or not form.is_valid() or step == "edit":
        return _refill_page(request, opened, form, status=422 if posted and form.errors else 200)
    judged = _judged(opened, form)
    action = request.POST.get("action_taken", "").strip()
    holds = judged is not None and judged.outcome is Outcome.HOLD
    may_sign = opened.user.may_overrule(Override.REFILL_HOLD)
    unsaid = holds and may_sign and not action
    if step != "save" or unsaid:
        status = 422 if step == "save" else 200
        return _refill_page(request, opened, form, judged=judged, asked=unsaid and step == "save",
                            status=status)  # fmt: skip
    statements: list[Statement] = [form.statement(), *_running_now(opened.record, form)]
    if holds and may_sign:
        statements.append(Decision(about=REFILL_SIGNED, accepted=True, reason=action[:400]))
    if not write_form(opened, form, statements, occurred_at=form.cleaned_data["occurred_at"]):
        return _refill_page(request, opened, form, status=422)
    if holds and not may_sign:
        # What was found is never lost for want of a signature; the hold stands until one is there.
        messages.warning(request, _HELD)
    else:
        messages.success(request, "Refill written down.")
    return _after(form.cleaned_data["running"] == "yes", patient_id)


@needs(OVERRULED_BY[Override.REFILL_HOLD])
@require_POST
def sign_refill(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say what is done about a refill whose volumes do not agree."""
    opened = open_patient(
        request, patient_id, "sign pump refill", OVERRULED_BY[Override.REFILL_HOLD]
    )
    state = state_of(opened.record)
    if state is None or not state.unsigned_refill:
        messages.warning(request, "No refill waits to be signed: somebody has signed it.")
        return redirect("devices", patient_id)
    if request.POST.get("refill", "") != state.unsigned_refill:
        messages.warning(request, "The chart has changed since this page was shown. Read it again.")
        return redirect("devices", patient_id)
    reason = request.POST.get("action_taken", "").strip()
    if not reason:
        form = Form(request.POST)
        return devices_with(request, opened, {"refill": form}, 422)
    write(opened, [Decision(about=REFILL_SIGNED, accepted=True, reason=reason[:400])],
          once=f"refill-{state.unsigned_refill}")  # fmt: skip
    messages.success(request, "Signed.")
    return redirect("devices", patient_id)


def _refill_page(
    request: HttpRequest,
    opened: Opened,
    form: RefillForm,
    *,
    judged: Verdict | None = None,
    asked: bool = False,
    status: int = 200,
) -> HttpResponse:
    state = state_of(opened.record)
    context: dict[str, Any] = {
        **shell(opened), "form": form, "asked": asked,
        "pump": pump_page(state, knowledge()) if state else None,
        "judged": verdict_card(judged, knowledge()) if judged else None,
        "holds": judged is not None and judged.outcome is Outcome.HOLD,
        "action_taken": request.POST.get("action_taken", ""),
    }  # fmt: skip
    return render(request, "devices/refill.html", context, status=status)


def _judged(opened: Opened, form: RefillForm) -> Verdict | None:
    """What the chart would say of this refill, were it in it."""
    as_of = opened.record.as_of
    at: datetime = form.cleaned_data["occurred_at"] or as_of
    entry = Entry(
        id="this refill", occurred_at=min(at, as_of), recorded_at=as_of,
        author=str(opened.user.pk), role=author_role(opened.user.role),
        provenance=Provenance.CLINICIAN_FOUND, statement=form.statement(),
    )  # fmt: skip
    entries = sorted((*opened.record.entries, entry), key=lambda e: e.occurred_at)
    supposed = replace(opened.record, entries=tuple(entries))
    state = pump_state(supposed, knowledge(), zone=zone())
    if state is None:
        return None
    return next((v for v in state.verdicts if v.rule == "pump/residual"), None)


def _running_now(record: PatientRecord, form: RefillForm | RunningForm) -> list[Statement]:
    """The exit check as entries: a new setting where the answer is new, else that it was asked."""
    runs = form.cleaned_data["running"] == "yes"
    last = last_setting(record)
    if last is not None and last.running is not runs:
        return [replace(last, running=runs)]
    return [Attestation(name="pump_running", value=runs)]


def last_setting(record: PatientRecord) -> PumpSetting | None:
    """The setting in force."""
    return next(
        (e.statement for e in reversed(record.entries) if isinstance(e.statement, PumpSetting)),
        None,
    )


def _after(runs: bool, patient_id: UUID) -> HttpResponse:
    """A pump that does not run leads to the question, never away from it."""
    return redirect("devices" if runs else "pump_running", patient_id)


# --- does it run ----------------------------------------------------------------------------------


@needs(Permission.EXAMINE)
@require_http_methods(ON_METHODS)
def running(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The exit check: is the pump running, as the programmer shows it?"""
    opened = open_patient(request, patient_id, "pump exit check", Permission.EXAMINE)
    if last_setting(opened.record) is None:
        raise Http404
    form = RunningForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = form.cleaned_data["occurred_at"]
        if write_form(opened, form, _running_now(opened.record, form), occurred_at=at):
            runs = form.cleaned_data["running"] == "yes"
            messages.success(request, "Written down: the pump runs." if runs else
                             "Written down: the pump is stopped.")  # fmt: skip
            return _after(runs, patient_id)
    state = state_of(opened.record)
    context = {
        **shell(opened), "form": form, "pump": pump_page(state, knowledge()) if state else None,
        "cards": state.cards if state else (),
    }  # fmt: skip
    return render(request, "devices/running.html", context, status=422 if form.errors else 200)


@needs(Permission.EXAMINE)
@require_POST
def bridged(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down that the last change of solution was bridged, as read on the pump."""
    opened = open_patient(request, patient_id, "pump bridged", Permission.EXAMINE)
    if last_setting(opened.record) is None:
        raise Http404
    write(opened, [Attestation(name="pump_bridged", value=True)])
    messages.success(request, "Written down: the change was bridged.")
    return redirect("devices", patient_id)


# --- change ---------------------------------------------------------------------------------------


@needs(Permission.EXAMINE)
@require_http_methods(ON_METHODS)
def change(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Type a change, review it before and after, and only then save it."""
    opened = open_patient(request, patient_id, "pump change", Permission.EXAMINE)
    known = history_of(opened.record, knowledge())
    posted = request.POST if request.method == "POST" else None
    form = ChangeForm(posted, of=known, knowledge=knowledge())
    step = request.POST.get("step", "")
    if posted is None or not form.is_valid() or step == "edit":
        return _change_page(request, opened, form, known, 422 if posted and form.errors else 200)
    try:
        plan = plan_of(form, opened.record, known, knowledge())
    except (CannotBe, Disagreement) as error:
        for line in str(error).splitlines():
            form.add_error(None, line)
        return _change_page(request, opened, form, known, 422)
    if step != "save":
        return _review(request, opened, form, known, plan)
    return _sign(request, opened, form, known, plan)


def _change_page(
    request: HttpRequest,
    opened: Opened,
    form: ChangeForm,
    known: PumpHistory | None,
    status: int,
) -> HttpResponse:
    state = state_of(opened.record)
    context = {
        **shell(opened), "form": form, "is_first": known is None,
        "pump": pump_page(state, knowledge()) if state else None,
    }  # fmt: skip
    return render(request, "devices/change.html", context, status=status)


def _review(
    request: HttpRequest,
    opened: Opened,
    form: ChangeForm,
    known: PumpHistory | None,
    plan: PumpPlan,
    sign: SignForm | None = None,
) -> HttpResponse:
    review = review_of(plan, knowledge())
    status = 422 if sign is not None else 200
    if sign is None:
        sign = SignForm(plan=plan, holds=review.holds, bridge=review.needs_bridge)
        sign.initial["sealed"] = seal(form, known, str(opened.patient.pk))
    typed = [(name, form.data.get(name, "")) for name in form.fields]
    context = {**shell(opened), "review": review, "sign": sign, "typed": typed, "form": form}
    return render(request, "devices/review.html", context, status=status)


def _sign(
    request: HttpRequest,
    opened: Opened,
    form: ChangeForm,
    known: PumpHistory | None,
    plan: PumpPlan,
) -> HttpResponse:
    review = review_of(plan, knowledge())
    sign = SignForm(request.POST, plan=plan, holds=review.holds, bridge=review.needs_bridge)
    if review.holds and not opened.user.may_overrule(Override.PUMP_CHANGE_HOLD):
        sign.add_error("reason", "A hold stands. Only someone who signs decisions overrules it.")
    if not sign.is_valid():
        return _review(request, opened, form, known, plan, sign)
    if not sign.is_what_was_reviewed(form, known, str(opened.patient.pk)):
        messages.warning(
            request, "The chart or the plan has changed since this page was shown. Review it again."
        )
        return _review(request, opened, form, known, plan)
    at = form.cleaned_data["occurred_at"]
    if not write_form(opened, form, sign.statements(form), occurred_at=at):
        return _change_page(request, opened, form, known, 422)
    messages.success(request, "The pump's setting is written down.")
    return _after(sign.cleaned_data["running"] == "yes", opened.patient.pk)
