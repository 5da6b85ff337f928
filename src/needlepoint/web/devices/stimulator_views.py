"""The stimulator: load, trial and its diary, programs, implants and their end."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission
from needlepoint.core.technique.devices import trials
from needlepoint.core.technique.stimulation import read_trial
from needlepoint.core.technique.stimulation.programs import unusual
from needlepoint.web.devices.stimulator_forms import (
    ImplantEndForm,
    ImplantForm,
    LoadForm,
    ProgramForm,
    TrialDayForm,
    TrialForm,
)
from needlepoint.web.devices.stimulator_page import reads
from needlepoint.web.devices.trials import add_day, judge, running, taken
from needlepoint.web.devices.views import device_of, devices_page
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
    return taken(request, opened, "load", form, form.statements, "Load written down.")


@needs(Permission.EXAMINE)
@require_POST
def trial(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin a trial."""
    opened = _opened(request, patient_id, "stimulator trial")
    form = TrialForm(request.POST)
    return taken(request, opened, "trial", form, lambda: (form.statement(),),
                 "The trial has begun.")  # fmt: skip


@needs(Permission.EXAMINE)
@require_POST
def trial_day(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Add a day to the diary: the trial is said anew, and the shorter one taken back."""
    opened = _opened(request, patient_id, "trial diary")
    said = running(trials(opened.record), entry)
    form = TrialDayForm(request.POST, trial=said.statement)
    return add_day(request, opened, said, form, part="day")


@needs(OVERRULED_BY[Override.TRIAL_VERDICT])
@require_POST
def trial_verdict(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Accept what the diary says, or judge otherwise and say why."""
    opened = open_patient(
        request, patient_id, "trial verdict", OVERRULED_BY[Override.TRIAL_VERDICT]
    )
    said = running(trials(opened.record), entry)
    diary = reads(read_trial(said, knowledge()))
    return judge(request, opened, said, diary, about="stimulation trial", part="verdict")


@needs(Permission.EXAMINE)
@require_POST
def program(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Log a program; numbers outside the usual range are asked about once."""
    opened = _opened(request, patient_id, "stimulator program")
    form = ProgramForm(request.POST)
    may_mean = opened.user.may_overrule(Override.UNUSUAL_PROGRAM)
    is_asked = form.is_valid() and not (may_mean and form.cleaned_data["meant"])
    found = unusual(form.statement(), knowledge()) if is_asked else ()
    for reason in found:
        form.add_error(None, reason.says)
    if found:
        form.add_error("meant", "Correct the number, or tick this.")
    return taken(request, opened, "program", form, lambda: (form.statement(),),
                  "Program written down.")  # fmt: skip


@needs(Permission.EXAMINE)
@require_POST
def implant(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put a device into the registry."""
    opened = _opened(request, patient_id, "implant")
    form = ImplantForm(request.POST)
    return taken(request, opened, "implant", form, lambda: (form.statement(),),
                  "Device written down.")  # fmt: skip


@needs(Permission.EXAMINE)
@require_POST
def implant_end(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """A revision or an explant, with its reason."""
    opened = _opened(request, patient_id, "revision or explant")
    device = device_of(opened.record, entry)
    if device is None:
        raise Http404
    form = ImplantEndForm(request.POST, device=device)
    return taken(request, opened, f"end-{entry}", form, lambda: (form.statement(),),
                  "Written down.")  # fmt: skip


def _opened(request: HttpRequest, patient_id: UUID, purpose: str) -> Opened:
    return open_patient(request, patient_id, purpose, Permission.EXAMINE)
