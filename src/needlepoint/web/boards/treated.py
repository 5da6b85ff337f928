"""Only what belongs to patients whom a team of this user treats."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from needlepoint.accounts.models import User
from needlepoint.store.models import CareTeam

M = TypeVar("M", bound=Model)


def treated(rows: QuerySet[M], user: User) -> QuerySet[M]:
    """Rows with a patient and a clinic, of this user's own patients."""
    mine = CareTeam.objects.filter(patient_id=OuterRef("patient_id"), team__memberships__user=user)
    return rows.filter(Exists(mine), clinic_id=user.clinic_id)


__all__ = ["treated"]
