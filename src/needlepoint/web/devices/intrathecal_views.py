"""The intrathecal trial: it begins, a day is added, it is judged; and what a pump waits for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission
from needlepoint.core.technique.pump import asked, intrathecal_trials
from needlepoint.web.devices.intrathecal_forms import CandidacyForm, IntrathecalTrialForm
from needlepoint.web.devices.intrathecal_page import reads_intrathecal
from needlepoint.web.devices.trials import add_day, judge, running, taken
from needlepoint.web.devices.views import intrathecal_day_form
from needlepoint.web.patients.opened import open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge


@needs(Permission.EXAMINE)
@require_POST
def begin(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin a trial of one drug."""
    opened = open_patient(request, patient_id, "intrathecal trial", Permission.EXAMINE)
    form = IntrathecalTrialForm(request.POST, known=knowledge())
    return taken(request, opened, "it-trial", form, lambda: (form.statement(),),
                 "The trial has begun.")  # fmt: skip


@needs(Permission.EXAMINE)
@require_POST
def day(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Add a day to the diary: the trial is said anew, and the shorter one taken back."""
    opened = open_patient(request, patient_id, "intrathecal trial diary", Permission.EXAMINE)
    said = running(intrathecal_trials(opened.record), entry)
    form = intrathecal_day_form(said, request.POST)
    return add_day(request, opened, said, form, part="it-day")


@needs(OVERRULED_BY[Override.TRIAL_VERDICT])
@require_POST
def verdict(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Accept what the diary says, or judge otherwise and say why."""
    opened = open_patient(
        request, patient_id, "intrathecal trial verdict", OVERRULED_BY[Override.TRIAL_VERDICT]
    )
    said = running(intrathecal_trials(opened.record), entry)
    diary = reads_intrathecal(said, knowledge())
    return judge(request, opened, said, diary, about="intrathecal trial", part="it-verdict")


@needs(Permission.EXAMINE)
@require_POST
def pump_candidate(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Attest what candidacy, the line of therapy and the start of a pump go by."""
    opened = open_patient(request, patient_id, "pump candidacy", Permission.EXAMINE)
    form = CandidacyForm(request.POST, questions=asked(opened.record, knowledge()))
    return taken(request, opened, "it-candidacy", form, form.statements, "Written down.")
