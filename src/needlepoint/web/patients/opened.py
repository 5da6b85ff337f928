"""A chart that was opened for a member of staff: through the one door, and logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import HttpRequest

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.core.chart import Chart, Decision
from needlepoint.core.record import PatientRecord, fold
from needlepoint.store.door import patient_for
from needlepoint.store.models import Number, Patient
from needlepoint.store.reading import chart_from_store
from needlepoint.web.patients.bar import PatientBar, patient_bar
from needlepoint.web.shell.parts import knowledge


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A patient, the chart, what is true now, and the bar for the page."""

    user: User
    patient: Patient
    chart: Chart
    record: PatientRecord
    bar: PatientBar


CHANGED = "The chart has changed since this page was shown. Look at it again, then sign."


def changed_since(opened: Opened, seen: str) -> bool:
    """Whether the chart says more than it did on the page from which someone signs.

    Args:
        seen: how many entries it had there, as the page sent it back. One's own decisions since
            then are no news: a form that is sent twice finds its own.
    """
    later = opened.chart.entries[int(seen) :] if seen.isdecimal() and len(seen) < 9 else ()
    me = str(opened.user.pk)
    return any(not isinstance(e.statement, Decision) or e.author != me for e in later)


def open_patient(
    request: HttpRequest,
    patient_id: UUID,
    purpose: str,
    permission: Permission = Permission.READ_CHART,
) -> Opened:
    """Open a chart for who asks; 404 to everyone who may not, and a line in the log either way."""
    patient = patient_for(request.user, patient_id, purpose, permission)
    chart = chart_from_store(patient.chart_id)
    assert chart.as_of is not None, "a stored chart knows from when it is looked at"
    record = fold(chart, as_of=chart.as_of)
    identity = patient.identity
    number = Number.objects.filter(patient=patient).order_by("pk").first()
    bar = patient_bar(
        patient_id=patient.pk,
        name=f"{identity.family_name.upper()}, {identity.given_name}".rstrip(", "),
        born=identity.birth_date,
        number=number.value if number else "",
        record=record,
        knowledge=knowledge(),
    )
    user = cast(User, request.user)
    return Opened(user=user, patient=patient, chart=chart, record=record, bar=bar)
