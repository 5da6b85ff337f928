"""What the board of a day prints: time, room, procedure, and whether the patient is ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from needlepoint.accounts.models import User
from needlepoint.core.chart import Entry, PlannedProcedure
from needlepoint.core.plan import pending
from needlepoint.core.plan.due import DueKind
from needlepoint.core.plan.readiness import Ready, readiness
from needlepoint.core.record import fold
from needlepoint.core.rules import Outcome, instead
from needlepoint.store.door import patient_for
from needlepoint.store.models import Appointment, ChartHead, DueRow, Identity, Patient
from needlepoint.store.reading import chart_from_store
from needlepoint.web.boards.places import first_of, mend
from needlepoint.web.boards.treated import treated
from needlepoint.web.shell.parts import knowledge

WORDS = {Outcome.HOLD: "hold", Outcome.CANNOT_TELL: "open", Outcome.CLEAR: "ready"}
_FRESH_MINUTES = 5  # waiting times are told anew after so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One of the five looks."""

    label: str
    outcome: str
    word: str
    says: str  # the most serious ground
    rest: str  # how many others; the address has them all
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One procedure of the day."""

    patient_id: UUID
    name: str
    at: datetime | None
    room: str
    what: str
    where: str
    looks: tuple[Look, ...]
    is_done: bool
    place: str  # address of the page that gives day and room
    plan: str  # address of the plan


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    """Exactly what the board prints."""

    day: date
    before: date
    after: date
    is_today: bool
    visits: tuple[Visit, ...]
    holds: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the chart says of one plan."""

    what: str
    where: str
    at: datetime | None
    looks: tuple[Ready, ...]
    is_done: bool


def today_page(user: User, day: date) -> TodayPage:
    """The procedures of a day, by time and room. Each chart is opened through the one door."""
    visits = sorted(_visits(user, day), key=_order)
    worst = [_worst(one) for one in visits if not one.is_done]
    return TodayPage(
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        is_today=day == timezone.localdate(),
        visits=tuple(visits),
        holds=worst.count("hold"),
        open=worst.count("cannot_tell"),
    )


def _order(one: Visit) -> tuple[bool, float, str, str]:
    return (one.at is None, one.at.timestamp() if one.at else 0.0, one.room, one.name)


def _worst(one: Visit) -> str:
    outcomes = {look.outcome for look in one.looks}
    return next((o for o in ("hold", "cannot_tell") if o in outcomes), "clear")


def _visits(user: User, day: date) -> Iterator[Visit]:
    placed = _appointments(user, day)
    planned = treated(DueRow.objects.filter(kind=DueKind.PLANNED, on=day), user)
    keys = dict.fromkeys([*placed, *planned.values_list("patient_id", "subject")])
    elsewhere = {
        (a.patient_id, a.entry_id)
        for a in Appointment.objects.filter(patient_id__in={patient for patient, _ in keys})
    }
    names = {
        row.patient_id: str(row)
        for row in Identity.objects.filter(patient_id__in={patient for patient, _ in keys})
    }
    for patient_id, entry in keys:
        appointment = placed.get((patient_id, entry))
        if appointment is None and (patient_id, entry) in elsewhere:
            continue  # it was given another day
        patient = patient_for(user, patient_id, "board of the day")
        looked = _looked_now(patient, entry, appointment)
        if looked is not None:
            yield _visit(patient, names[patient_id], entry, appointment, looked)


def _appointments(user: User, day: date) -> dict[tuple[UUID, str], Appointment]:
    zone = timezone.get_current_timezone()
    start = datetime.combine(day, time(0), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    rows = treated(Appointment.objects.filter(at__gte=start, at__lt=end), user)
    return {(one.patient_id, one.entry_id): one for one in rows}


def _visit(
    patient: Patient, name: str, entry: str, appointment: Appointment | None, looked: Looked
) -> Visit:
    return Visit(
        patient_id=patient.pk,
        name=name,
        at=appointment.at if appointment else looked.at,
        room=appointment.room if appointment else "",
        what=looked.what,
        where=looked.where,
        looks=tuple(
            Look(label=one.label, outcome=one.outcome.value,
                 word="not asked yet" if one.not_asked else WORDS[one.outcome],
                 says=one.says, rest=one.rest, address=mend(one.name, patient.pk, entry))
            for one in looked.looks
        ),
        is_done=looked.is_done,
        place=first_of(("appointment", (patient.pk, entry))),
        plan=first_of(("planned", (patient.pk, entry)), ("pain_source", (patient.pk,))),
    )  # fmt: skip


def _looked_now(patient: Patient, entry: str, appointment: Appointment | None) -> Looked | None:
    head = ChartHead.objects.values_list("sequence", flat=True).get(chart_id=patient.chart_id)
    now = timezone.now().timestamp() // (60 * _FRESH_MINUTES)
    at = appointment.at if appointment else None
    born = patient.identity.birth_date
    return _looked(patient.chart_id, head, entry, at, born, int(now))


@lru_cache(maxsize=1024)
def _looked(
    chart_id: UUID, sequence: int, entry: str, at: datetime | None, born: date | None, fresh: int
) -> Looked | None:
    """The five looks; told anew when the chart has grown or some minutes have passed."""
    chart = chart_from_store(chart_id)
    assert chart.as_of is not None, "a stored chart knows from when it is looked at"
    record = fold(chart, as_of=chart.as_of)
    # The time-out asks for it; the clinic knows it, and no chart holds it.
    record = replace(record, demographics=replace(record.demographics, birth_date=born))
    for now in pending(record, knowledge()):
        if now.planned.entry != entry:
            continue
        then = now if at is None else instead(
            now, replace(now.planned, at=max(at, record.as_of))
        )  # fmt: skip
        return Looked(
            what=now.planned.technique.label,
            where=", ".join(str(target) for target in now.planned.targets),
            at=_at(record.entries, entry),
            looks=readiness(then),
            is_done=False,
        )
    return _done(record.entries, entry)


def _at(entries: tuple[Entry, ...], entry: str) -> datetime | None:
    """The time as it was planned, also when it has passed."""
    for one in entries:
        if one.id == entry and isinstance(one.statement, PlannedProcedure):
            return one.statement.at
    return None


def _done(entries: tuple[Entry, ...], entry: str) -> Looked | None:
    """A plan that was carried out; None where it was taken back."""
    for one in entries:
        if one.id == entry and isinstance(one.statement, PlannedProcedure):
            label = knowledge().guidance.techniques[one.statement.technique].label
            where = ", ".join(str(target) for target in one.statement.targets)
            return Looked(what=label, where=where, at=one.statement.at, looks=(), is_done=True)
    return None


__all__ = ["Look", "TodayPage", "Visit", "today_page"]
