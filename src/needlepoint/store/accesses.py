"""Who has looked at a patient's chart? The answer to a patient who asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from needlepoint.accounts.models import User
from needlepoint.store.models import Access, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One access, with the name of who made it."""

    at: datetime
    who: str
    role: str
    purpose: str
    outcome: str
    patient_id: UUID


def looks_at(patient_id: UUID, *, clinic_id: UUID, most: int = 5000) -> Iterator[Look]:
    """Every access to a patient's chart from this clinic, the latest first."""
    rows = list(
        Access.objects.filter(patient_id=patient_id, clinic_id=clinic_id).order_by("-at")[:most]
    )
    return _named(rows)


def refused_in(clinic_id: UUID, *, most: int = 200) -> Iterator[Look]:
    """The latest refused requests by users of a clinic."""
    rows = list(
        Access.objects.filter(clinic_id=clinic_id, outcome=Outcome.REFUSED).order_by("-at")[:most]
    )
    return _named(rows)


def looks_in(
    clinic_id: UUID, *, user_id: UUID | None, since: datetime | None, until: datetime | None,
    outcome: str, most: int,
) -> Iterator[Look]:  # fmt: skip
    """The log of a clinic's own people, the latest first.

    Args:
        since, until: from the first moment on, and before the second.
        outcome: one of Outcome; empty for any.
    """
    rows = Access.objects.filter(clinic_id=clinic_id)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    if outcome:
        rows = rows.filter(outcome=outcome)
    return _named(list(rows.order_by("-at")[:most]))


def _named(rows: list[Access]) -> Iterator[Look]:
    users = User.objects.in_bulk({row.user_id for row in rows if row.user_id})
    for row in rows:
        user = users.get(row.user_id) if row.user_id else None
        by_link = "the patient" if row.link_id else "the clinic's own command line"
        yield Look(
            at=row.at,
            who=user.name if user else by_link,
            role=user.role if user else "",
            purpose=row.purpose,
            outcome=row.outcome,
            patient_id=row.patient_id,
        )
