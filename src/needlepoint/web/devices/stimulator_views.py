"""The stimulator: load, trial and its diary, programs, implants and their end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from needlepoint.accounts.roles import Permission
from needlepoint.core.chart import Decision, Retraction, Statement, Trial
from needlepoint.core.record import Said
from needlepoint.core.technique.devices import trials
from needlepoint.core.technique.stimulation import read_trial
from needlepoint.core.technique.stimulation.programs import unusual
from needlepoint.web.devices.fields import DeviceForm
from needlepoint.web.devices.stimulator_forms import (
    ImplantEndForm,
    ImplantForm,
    LoadForm,
    ProgramForm,
    TrialDayForm,
    TrialForm,
    TrialVerdictForm,
)
from needlepoint.web.devices.stimulator_page import reads
from needlepoint.web.devices.views import device_of, devices_page, devices_with
from needlepoint.web.devices.writing import write
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge


@needs(Permission.EXAMINE)
@require_POST
def load(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Grade the psychosocial load."""
    opened = _opened(request, patient_id, "psychosocial load")
    factors = devices_page(opened.record).stimulator.factors
    form = LoadForm(request.POST, factors=tuple((one.name, one.grade) for one in factors))
    if form.is_valid():
        return _save(request, opened, form, "load", form.statements(), "Load written down.")
    return devices_with(request, opened, {"load": form}, 422)


@needs(Permission.EXAMINE)
@require_POST
def trial(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin a trial."""
    opened = _opened(request, patient_id, "stimulator trial")
    form = TrialForm(request.POST)
    if form.is_valid():
        return _save(request, opened, form, "trial", (form.statement(),), "The trial has begun.")
    return devices_with(request, opened, {"trial": form}, 422)


@needs(Permission.EXAMINE)
@require_POST
def trial_day(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Add a day to the diary: the trial is said anew, and the shorter one taken back."""
    opened = _opened(request, patient_id, "trial diary")
    said = _trial(opened, entry)
    form = TrialDayForm(request.POST, trial=said.statement)
    if form.is_valid():
        new = (Retraction(entry=entry, reason="A day was added to the diary."), form.statement())
        return _anew(request, opened, form, f"day-{entry}", said, new, "Day written down.")
    return devices_with(request, opened, {f"day-{entry}": form}, 422)


@needs(Permission.DECIDE)
@require_POST
def trial_verdict(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Accept what the diary says, or judge otherwise and say why."""
    opened = open_patient(request, patient_id, "trial verdict", Permission.DECIDE)
    said = _trial(opened, entry)
    diary = reads(read_trial(said, knowledge()))
    form = TrialVerdictForm(request.POST, trial=said.statement, reads=diary)
    if form.is_valid():
        accepted = form.cleaned_data["verdict"] == diary
        new: tuple[Statement, ...] = (
            Retraction(entry=entry, reason="The trial was judged."),
            form.statement(),
            Decision(about="stimulation trial", accepted=accepted,
                     reason=form.cleaned_data["reason"].strip() or None),
        )  # fmt: skip
        return _anew(request, opened, form, f"verdict-{entry}", said, new, "Verdict written down.")
    return devices_with(request, opened, {f"verdict-{entry}": form}, 422)


@needs(Permission.EXAMINE)
@require_POST
def program(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Log a program; numbers outside the usual range are asked about once."""
    opened = _opened(request, patient_id, "stimulator program")
    form = ProgramForm(request.POST)
    if form.is_valid():
        found = unusual(form.statement(), knowledge())
        if not found or form.cleaned_data["meant"]:
            return _save(request, opened, form, "program", (form.statement(),),
                         "Program written down.")  # fmt: skip
        for reason in found:
            form.add_error(None, reason.says)
        form.add_error("meant", "Correct the number, or tick this.")
    return devices_with(request, opened, {"program": form}, 422)


@needs(Permission.EXAMINE)
@require_POST
def implant(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put a device into the registry."""
    opened = _opened(request, patient_id, "implant")
    form = ImplantForm(request.POST)
    if form.is_valid():
        return _save(request, opened, form, "implant", (form.statement(),), "Device written down.")
    return devices_with(request, opened, {"implant": form}, 422)


@needs(Permission.EXAMINE)
@require_POST
def implant_end(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """A revision or an explant, with its reason."""
    opened = _opened(request, patient_id, "revision or explant")
    device = device_of(opened.record, entry)
    if device is None:
        raise Http404
    form = ImplantEndForm(request.POST, device=device)
    if form.is_valid():
        return _save(request, opened, form, f"end-{entry}", (form.statement(),), "Written down.")
    return devices_with(request, opened, {f"end-{entry}": form}, 422)


def _opened(request: HttpRequest, patient_id: UUID, purpose: str) -> Opened:
    return open_patient(request, patient_id, purpose, Permission.EXAMINE)


def _trial(opened: Opened, entry: str) -> Said[Trial]:
    for said in trials(opened.record):
        if said.entry == entry and said.statement.verdict is None:
            return said
    raise Http404


def _save(
    request: HttpRequest,
    opened: Opened,
    form: DeviceForm,
    name: str,
    statements: tuple[Statement, ...],
    says: str,
) -> HttpResponse:
    said = form.cleaned_data
    if not write(opened, form, statements, occurred_at=said["occurred_at"], once=said["once"]):
        return devices_with(request, opened, {name: form}, 422)
    messages.success(request, says)
    return redirect("devices", opened.patient.pk)


def _anew(
    request: HttpRequest,
    opened: Opened,
    form: Form,
    name: str,
    said: Said[Trial],
    statements: tuple[Statement, ...],
    says: str,
) -> HttpResponse:
    """The trial keeps the moment at which it began."""
    once = form.cleaned_data["once"]
    if not write(opened, form, statements, occurred_at=said.occurred_at, once=once):
        return devices_with(request, opened, {name: form}, 422)
    messages.success(request, says)
    return redirect("devices", opened.patient.pk)
