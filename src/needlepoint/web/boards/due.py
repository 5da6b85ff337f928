"""What the board of what is due prints: one row a thing, one action a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from needlepoint.accounts.keys import fault_of_confirming, waiting_keys
from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.core.plan.due import DueKind
from needlepoint.store.models import (
    Appointment,
    CareTeam,
    DueRow,
    GlassBreak,
    Identity,
    Intake,
)
from needlepoint.web.boards.follow_up import asked_again, once_a_patient
from needlepoint.web.boards.places import action_of, first_of
from needlepoint.web.boards.treated import treated

PAGE = 50
AHEAD_DAYS = 30
INTAKE = "intake"  # told by patients; kept by the intakes themselves, not in the table
URGENT = (DueKind.SELF_HARM, DueKind.PUMP_STOPPED, DueKind.REFILL_HELD)
LABELS = {
    DueKind.SELF_HARM: "Self-harm",
    DueKind.PUMP_STOPPED: "Pump not running",
    DueKind.REFILL_HELD: "Refill held",
    DueKind.REFILL: "Refill",
    DueKind.ALARM: "Pump alarm",
    DueKind.BRIDGE: "Bridge",
    DueKind.DIARY: "Diary missing",
    DueKind.FOLLOW_UP: "Follow-up",
    DueKind.REPEAT: "May be repeated",
    DueKind.DEVICE: "Device life",
    DueKind.AUTHORISATION: "Authorisation",
    DueKind.UNPLACED: "To be placed",
    DueKind.UNREAD: "Not readable",
}
# Days after which a thing is no longer worth a line: the moment for it has passed.
_KEPT_DAYS = {DueKind.REPEAT: 30, DueKind.AUTHORISATION: 30, DueKind.DIARY: 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row."""

    kind: str
    label: str
    on: date
    when: str
    is_late: bool
    patient_id: UUID | None
    name: str
    says: str
    action: str
    address: str
    gives_link: bool = False  # the action makes a link of questionnaires there


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    kind: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """Exactly what the board prints."""

    urgent: tuple[Task, ...]
    tasks: tuple[Task, ...]
    filters: tuple[Filter, ...]
    kind: str
    next: str  # where the next page begins; empty on the last one
    left: int  # charts that were not asked yet


def due_page(user: User, today: date, *, kind: str = "", after: str = "", left: int = 0) -> DuePage:
    """What is due up to a month ahead, for the patients of this user's teams.

    Args:
        kind: only this; empty for all.
        after: day and id of the last row of the page before. Keyset, as in the list of patients.
    """
    chosen = kind if kind in {INTAKE, *(one.value for one in LABELS)} else ""
    rows = _open(user, today)
    urgent = [] if after or chosen in URGENT else _urgent(rows)
    rest = rows.filter(kind=chosen) if chosen else rows.exclude(kind__in=URGENT)
    found = list(_after(rest, after).order_by("on", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    names = _names(row.patient_id for row in (*urgent, *shown))
    asked = asked_again(rows, shown, today)
    return DuePage(
        urgent=tuple(_task(row, names, today) for row in urgent),
        tasks=(*(() if chosen or after else _colleagues(user, today)),
               *(() if chosen or after else _emergencies(user, today)),
               *(_intakes(user, today) if chosen in ("", INTAKE) and not after else ()),
               *(replace(_task(row, names, today), **asked.get(row.pk, {})) for row in shown)),
        filters=(Filter(kind="", label="All", is_chosen=not chosen),
                 *(Filter(kind=k.value, label=label, is_chosen=k.value == chosen)
                   for k, label in LABELS.items()),
                 Filter(kind=INTAKE, label="Told", is_chosen=chosen == INTAKE)),
        kind=chosen,
        next=f"{shown[-1].on.isoformat()}.{shown[-1].pk}" if len(found) > PAGE else "",
        left=left,
    )  # fmt: skip


def _urgent(rows: QuerySet[DueRow]) -> list[DueRow]:
    """Kind by kind: together, a database would walk every day to find the few."""
    return [row for kind in URGENT for row in rows.filter(kind=kind).order_by("on", "pk")[:PAGE]]


def _open(user: User, today: date) -> QuerySet[DueRow]:
    placed = Appointment.objects.filter(
        patient_id=OuterRef("patient_id"), entry_id=OuterRef("subject")
    )
    rows = treated(DueRow.objects.filter(on__lte=today + timedelta(days=AHEAD_DAYS)), user)
    rows = rows.exclude(kind=DueKind.PLANNED)
    rows = rows.exclude(Q(kind=DueKind.UNPLACED) & Exists(placed))
    rows = once_a_patient(rows, today)
    for kind, days in _KEPT_DAYS.items():
        rows = rows.exclude(kind=kind, on__lt=today - timedelta(days=days))
    return rows


def _after(rows: QuerySet[DueRow], after: str) -> QuerySet[DueRow]:
    day, _, key = after.partition(".")
    try:
        on, pk = date.fromisoformat(day), int(key)
    except ValueError:
        return rows  # no place of ours: from the beginning
    return rows.filter(Q(on__gt=on) | Q(on=on, pk__gt=pk), on__gte=on)


def _names(patients: Iterable[UUID]) -> dict[UUID, str]:
    rows = Identity.objects.filter(patient_id__in=set(patients))
    return {row.patient_id: str(row) for row in rows}


def _task(row: DueRow, names: dict[UUID, str], today: date) -> Task:
    kind = DueKind(row.kind)
    action, address = action_of(kind, row.patient_id, row.subject)
    return Task(
        kind=row.kind, label=LABELS[kind], on=row.on, when=when(row.on, today),
        is_late=row.on < today, patient_id=row.patient_id, name=names[row.patient_id],
        says=row.says, action=action, address=address,
    )  # fmt: skip


def when(on: date, today: date) -> str:
    """How far off a day is, in words."""
    days = (on - today).days
    if days == 0:
        return "today"
    count = abs(days)
    unit = "day" if count == 1 else "days"
    return f"in {count} {unit}" if days > 0 else f"{count} {unit} ago"


def _intakes(user: User, today: date) -> Iterator[Task]:
    """What patients handed in and nobody went through yet."""
    mine = CareTeam.objects.filter(patient_id=OuterRef("patient_id"), team__memberships__user=user)
    rows = Intake.objects.filter(
        Exists(mine), patient__clinic_id=user.clinic_id, submitted_at__isnull=False,
        reviewed_at=None,
    ).order_by("submitted_at")  # fmt: skip
    found = list(rows[:PAGE])
    names = _names(one.patient_id for one in found)
    for one in found:
        assert one.submitted_at is not None, "only those that were handed in were asked for"
        on = timezone.localtime(one.submitted_at).date()
        yield Task(
            kind=INTAKE, label="Told", on=on, when=when(on, today), is_late=on < today,
            patient_id=one.patient_id, name=names[one.patient_id], action="Go through it",
            says="The patient has told; nobody has confirmed it yet.",
            address=first_of(("told", (one.patient_id,))),
        )  # fmt: skip


def _emergencies(user: User, today: date) -> Iterator[Task]:
    """Charts that were opened in an emergency that nobody reviewed."""
    rows = GlassBreak.objects.filter(clinic_id=user.clinic_id, reviewed_at=None)
    reviews = user.may(Permission.REVIEW_BREAK_GLASS)
    if not reviews:
        rows = rows.filter(user=user)
    for one in rows.order_by("opened_at")[:PAGE]:
        on = one.opened_at.date()
        action, address = "", ""
        if reviews and one.user_id != user.pk:
            action, address = "Review it", first_of(("review", (one.pk,)))
        yield Task(
            kind="glass", label="Emergency", on=on, when=when(on, today), is_late=False,
            patient_id=None, name="", action=action, address=address,
            says="A chart was opened in an emergency; a physician or an administrator reviews it.",
        )  # fmt: skip


def _colleagues(user: User, today: date) -> Iterator[Task]:
    """Colleagues whom this person may let in as the second of two."""
    if not user.may(Permission.CONFIRM_COLLEAGUE):
        return
    for key in waiting_keys(user)[:PAGE]:
        if fault_of_confirming(key, user):
            continue
        on = timezone.localtime(key.asked_at).date()
        yield Task(
            kind="colleague", label="Colleague", on=on, when=when(on, today), is_late=False,
            patient_id=None, name="", action="Confirm", address=first_of(("colleagues", ())),
            says=f"{key.user.name} waits to get in; a second person says that they know them.",
        )  # fmt: skip


__all__ = ["AHEAD_DAYS", "PAGE", "DuePage", "Task", "due_page", "when"]
