"""Find patients by name, number or birth date, a page at a time, fast among very many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from needlepoint.accounts.models import User
from needlepoint.store.models import CareTeam, Identity, Number
from needlepoint.store.patients import search_name

PAGE = 50
_FEW = 500  # more people share neither a birth date nor a number; a larger team is walked by name
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line of the list."""

    patient_id: UUID
    name: str
    number: str
    born: date | None
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPage:
    """Exactly what the list prints."""

    asked: str
    patients: tuple[Found, ...]
    next: str  # where the next page begins; empty on the last one
    is_first: bool


def find_patients(user: User, asked: str = "", *, after: str = "") -> PatientPage:
    """Patients whom a team of this user treats, in order of name.

    Args:
        asked: the beginning of a name, a number, or a birth date as 1963-04-02; empty for all.
        after: id of the last patient of the page before. Keyset, so the last page costs no
            more than the first.
    """
    wanted = " ".join(asked.split())
    few = _few(user, wanted)
    by_name = bool(wanted) and few is None
    if few is None:
        few = _few_treated(user)
    rows = _treated(user, few)
    place = _place(user, after)
    if place is not None:
        name, patient = place
        later = Q(search_name__gt=name) | Q(search_name=name, patient_id__gt=patient)
        rows = rows.filter(later, search_name__gte=name)  # the range is what the index reads
    named = _named(rows, search_name(wanted)) if by_name else rows
    if few is not None:
        # Put in order here: a database would walk all names for the sake of their order.
        found = sorted(named, key=lambda r: (r.search_name, r.pk.hex))
    else:
        found = list(named.order_by("search_name", "patient_id")[: PAGE + 1])
    shown = found[:PAGE]
    numbers = _numbers([row.patient_id for row in shown])
    return PatientPage(
        asked=asked,
        patients=tuple(_found(row, numbers) for row in shown),
        next=str(shown[-1].patient_id) if len(found) > PAGE else "",
        is_first=place is None,
    )


def _treated(user: User, few: list[UUID] | None) -> QuerySet[Identity]:
    """Those of the clinic whom a team of this user treats; of few, which are the clinic's already,
    each by its own key.
    """
    mine = CareTeam.objects.filter(patient_id=OuterRef("patient_id"), team__memberships__user=user)
    here = {"clinic_id": user.clinic_id} if few is None else {"patient_id__in": few}
    return Identity.objects.filter(Exists(mine), **here)


def _few(user: User, asked: str) -> list[UUID] | None:
    """Who has this birth date or number; None if it is a name that is asked for."""
    mine = {"clinic_id": user.clinic_id}
    if (day := _day(asked)) is not None:
        born = Identity.objects.filter(**mine, birth_date=day)
        return list(born.values_list("patient_id", flat=True)[:_FEW])
    if any(letter.isdigit() for letter in asked):
        numbered = Number.objects.filter(**mine, value=asked)
        return list(numbered.values_list("patient_id", flat=True)[:_FEW])
    return None


def _few_treated(user: User) -> list[UUID] | None:
    """All whom the user's teams treat, if they are few among many; else None.

    To walk a clinic's names for the sake of a hundred patients takes longer than to sort these.
    """
    mine = CareTeam.objects.filter(team__memberships__user=user, patient__clinic_id=user.clinic_id)
    treated = set(mine.values_list("patient_id", flat=True)[: _FEW + 1])
    return list(treated) if len(treated) <= _FEW else None


def _named(rows: QuerySet[Identity], name: str) -> QuerySet[Identity]:
    """By the beginning of the family name; if nobody has it, by any part of the name.

    A range instead of LIKE, because every database reads a range from the index.
    """
    first, *rest = name.split() or [""]
    begun = rows.filter(search_name__gte=first, search_name__lt=first + _LAST)
    for word in rest:
        begun = begun.filter(search_name__contains=word)
    if begun[:1]:
        return begun
    for word in name.split():
        rows = rows.filter(Q(search_name__startswith=word) | Q(search_name__contains=f" {word}"))
    return rows


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def _numbers(patients: list[UUID]) -> dict[UUID, str]:
    rows = Number.objects.filter(patient_id__in=patients).order_by("-pk")
    return dict(rows.values_list("patient_id", "value"))


def _found(row: Identity, numbers: dict[UUID, str]) -> Found:
    return Found(
        patient_id=row.patient_id,
        name=str(row),
        number=numbers.get(row.patient_id, ""),
        born=row.birth_date,
        sex=row.sex,
    )


def _place(user: User, after: str) -> tuple[str, UUID] | None:
    """Where a page begins: after that patient. What is no patient of here is the beginning."""
    try:
        row = Identity.objects.filter(clinic_id=user.clinic_id, patient_id=UUID(after)).first()
    except ValueError:
        return None
    return (row.search_name, row.patient_id) if row else None


__all__ = ["PAGE", "Found", "PatientPage", "find_patients"]
