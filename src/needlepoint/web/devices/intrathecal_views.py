"""The intrathecal trial: it begins, a day is added, it is judged; and what a pump waits for."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from needlepoint.accounts.roles import Permission
from needlepoint.core.chart import Decision, Retraction, Statement, Trial
from needlepoint.core.record import Said
from needlepoint.core.technique.pump import asked, intrathecal_trials
from needlepoint.web.devices.intrathecal_forms import CandidacyForm, IntrathecalTrialForm
from needlepoint.web.devices.intrathecal_page import reads_intrathecal
from needlepoint.web.devices.stimulator_forms import TrialVerdictForm
from needlepoint.web.devices.stimulator_views import taken
from needlepoint.web.devices.views import intrathecal_day_form
from needlepoint.web.patients.opened import Opened, open_patient
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
    said = _running(opened, entry)
    form = intrathecal_day_form(said, request.POST)

    def statements() -> tuple[Statement, ...]:
        return Retraction(entry=entry, reason="A day was added to the diary."), form.statement()

    return taken(request, opened, f"it-day-{entry}", form, statements, "Day written down.",
                 began=said.occurred_at)  # fmt: skip


@needs(Permission.DECIDE)
@require_POST
def verdict(request: HttpRequest, patient_id: UUID, entry: str) -> HttpResponse:
    """Accept what the diary says, or judge otherwise and say why."""
    opened = open_patient(request, patient_id, "intrathecal trial verdict", Permission.DECIDE)
    said = _running(opened, entry)
    diary = reads_intrathecal(said, knowledge())
    form = TrialVerdictForm(request.POST, trial=said.statement, reads=diary)

    def statements() -> tuple[Statement, ...]:
        return (
            Retraction(entry=entry, reason="The trial was judged."),
            form.statement(),
            Decision(about="intrathecal trial", accepted=form.cleaned_data["verdict"] == diary,
                     reason=form.cleaned_data["reason"].strip() or None),
        )  # fmt: skip

    return taken(request, opened, f"it-verdict-{entry}", form, statements,
                 "Verdict written down.", began=said.occurred_at)  # fmt: skip


@needs(Permission.EXAMINE)
@require_POST
def pump_candidate(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Attest what candidacy, the line of therapy and the start of a pump go by."""
    opened = open_patient(request, patient_id, "pump candidacy", Permission.EXAMINE)
    form = CandidacyForm(request.POST, questions=asked(opened.record, knowledge()))
    return taken(request, opened, "it-candidacy", form, form.statements, "Written down.")


def _running(opened: Opened, entry: str) -> Said[Trial]:
    for said in intrathecal_trials(opened.record):
        if said.entry == entry and said.statement.verdict is None:
            return said
    raise Http404
