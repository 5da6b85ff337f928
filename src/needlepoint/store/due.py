"""How does the table of what is due follow the charts? Chart by chart, and never all at once.

Writing marks a chart in the same transaction. Who looks at the board next tells the marked charts
anew; a command tells all of them.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.due import Due, DueKind, dues
from needlepoint.core.record import fold
from needlepoint.store.models import ChartHead, DueRow, Patient, StaleChart
from needlepoint.store.reading import chart_from_store

AT_ONCE = 100  # charts that one look at the board tells anew


def refresh(knowledge: Knowledge, *, most: int = AT_ONCE) -> int:
    """Tell marked charts anew; how many are left for the next look. What is over goes."""
    over = timezone.now().date() - timedelta(days=2)  # in every zone
    DueRow.objects.filter(until__lt=over).delete()
    for chart in StaleChart.objects.values_list("chart_id", flat=True)[:most]:
        tell(chart, knowledge)
    return StaleChart.objects.count()


def rebuild(knowledge: Knowledge) -> int:
    """Tell every chart anew; how many there are."""
    charts = list(Patient.objects.values_list("chart_id", flat=True))
    for chart in charts:
        tell(chart, knowledge)
    return len(charts)


def tell(chart: UUID, knowledge: Knowledge) -> None:
    """Write down what one chart says is due, and take off its mark."""
    with transaction.atomic():
        # Who appends waits here: else an entry could come between the reading and the mark.
        if not ChartHead.objects.select_for_update().filter(chart_id=chart).first():
            return
        StaleChart.objects.filter(chart_id=chart).delete()
        patient = Patient.objects.select_related("clinic").filter(chart_id=chart).first()
        if patient is None:
            return
        DueRow.objects.filter(patient=patient).delete()
        DueRow.objects.bulk_create(
            DueRow(patient=patient, clinic_id=patient.clinic_id, kind=one.kind.value, on=one.on,
                   subject=one.subject, says=one.says,
                   until=None if one.until == date.max else one.until)
            for one in _told(patient, knowledge)
        )  # fmt: skip


def of_chart(patient: Patient, knowledge: Knowledge) -> tuple[Due, ...]:
    """What the chart of a patient says now, without the table; nothing whose day is over."""
    chart = chart_from_store(patient.chart_id)
    assert chart.as_of is not None, "a stored chart knows from when it is looked at"
    record, zone = fold(chart, as_of=chart.as_of), zone_of(patient.clinic.time_zone)
    today = timezone.now().astimezone(zone).date()
    return tuple(one for one in dues(record, knowledge, zone=zone) if one.until >= today)


def _told(patient: Patient, knowledge: Knowledge) -> tuple[Due, ...]:
    """One chart that cannot be told is one row, and no reason to show nobody anything."""
    try:
        return of_chart(patient, knowledge)
    except NeedlepointError as error:
        today = timezone.now().astimezone(zone_of(patient.clinic.time_zone)).date()
        says = f"What is due could not be told from this chart. {error}"
        return (Due(on=today, kind=DueKind.UNREAD, subject="", says=says),)


def kept(patient: Patient) -> tuple[Due, ...]:
    """What the table says of a patient."""
    rows = DueRow.objects.filter(patient=patient)
    return tuple(
        sorted(
            Due(
                on=r.on,
                kind=DueKind(r.kind),
                subject=r.subject,
                says=r.says,
                until=r.until or date.max,
            )
            for r in rows
        )
    )


def zone_of(name: str) -> ZoneInfo:
    """The zone of a clinic, by the name that it gave."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")  # as pages do with a misspelt zone


__all__ = ["AT_ONCE", "kept", "of_chart", "rebuild", "refresh", "tell", "zone_of"]
