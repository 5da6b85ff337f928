"""How a trial is written down, whether of a stimulator or of a drug at the spine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from needlepoint.core.chart import Decision, Retraction, Statement, Trial
from needlepoint.core.record import Said
from needlepoint.web.devices.fields import DeviceForm
from needlepoint.web.devices.intrathecal_forms import IntrathecalDayForm
from needlepoint.web.devices.stimulator_forms import TrialDayForm, TrialVerdictForm
from needlepoint.web.devices.views import devices_with
from needlepoint.web.patients.opened import Opened
from needlepoint.web.patients.writing import write_form


def running(trials: Iterable[Said[Trial]], entry: str) -> Said[Trial]:
    """The trial of this entry, which nobody has judged yet.

    Raises:
        Http404: there is none.
    """
    for said in trials:
        if said.entry == entry and said.statement.verdict is None:
            return said
    raise Http404


def add_day(
    request: HttpRequest,
    opened: Opened,
    said: Said[Trial],
    form: TrialDayForm | IntrathecalDayForm,
    *,
    part: str,
) -> HttpResponse:
    """Add a day to the diary: the trial is said anew, and the shorter one taken back."""

    def statements() -> tuple[Statement, ...]:
        return (
            Retraction(entry=said.entry, reason="A day was added to the diary."),
            form.statement(),
        )

    return taken(request, opened, f"{part}-{said.entry}", form, statements, "Day written down.",
                 began=said.occurred_at)  # fmt: skip


def judge(
    request: HttpRequest, opened: Opened, said: Said[Trial], reads: str, *, about: str, part: str
) -> HttpResponse:
    """Accept what the diary reads as, or judge otherwise and say why."""
    form = TrialVerdictForm(request.POST, trial=said.statement, reads=reads)

    def statements() -> tuple[Statement, ...]:
        return (
            Retraction(entry=said.entry, reason="The trial was judged."),
            form.statement(),
            Decision(about=about, accepted=form.cleaned_data["verdict"] == reads,
                     reason=form.cleaned_data["reason"].strip() or None),
        )  # fmt: skip

    return taken(request, opened, f"{part}-{said.entry}", form, statements,
                 "Verdict written down.", began=said.occurred_at)  # fmt: skip


def taken(
    request: HttpRequest,
    opened: Opened,
    name: str,
    form: DeviceForm,
    statements: Callable[[], tuple[Statement, ...]],
    says: str,
    *,
    began: datetime | None = None,
) -> HttpResponse:
    """Write what a valid form says; a trial keeps the moment at which it began."""
    if form.is_valid():
        at = began or form.cleaned_data["occurred_at"]
        if write_form(opened, form, statements(), occurred_at=at):
            messages.success(request, says)
            return redirect("devices", opened.patient.pk)
    return devices_with(request, opened, {name: form}, 422)


__all__ = ["add_day", "judge", "running", "taken"]
