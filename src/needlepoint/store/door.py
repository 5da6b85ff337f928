"""May this person see this patient's chart? One door, and every knock is written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.store.models import Access, GlassBreak, Link, Outcome, Patient


def patient_for(
    user: object, patient_id: UUID, purpose: str, permission: Permission = Permission.READ_CHART
) -> Patient:
    """The patient, to someone who may read (or, by permission, write) the chart.

    Args:
        purpose: what for, in a word or two of ours; never a value of the patient.

    Raises:
        Http404: to anyone without access; refused knocks are logged as well.
    """
    if not isinstance(user, User):
        raise Http404
    # Durable: the line of the log is kept whatever the view does afterwards.
    with transaction.atomic(durable=True):
        outcome, patient = _decide(user, patient_id, permission)
        _log(user, patient_id, purpose, outcome)
    if patient is None:
        raise Http404
    return patient


def log_looks(user: User, patients: Iterable[UUID], purpose: str) -> None:
    """Write down that a list showed something of these patients' charts."""
    Access.objects.bulk_create(
        Access(at=timezone.now(), patient_id=patient_id, clinic_id=user.clinic_id,
               user_id=user.pk, purpose=purpose, outcome=Outcome.ALLOWED)
        for patient_id in dict.fromkeys(patients)
    )  # fmt: skip


def patient_by_link(link: Link, purpose: str) -> Patient:
    """The patient whom a link belongs to, logged as the patient's own access."""
    Access.objects.create(
        at=timezone.now(), patient_id=link.patient_id, clinic_id=link.patient.clinic_id,
        link_id=link.pk, purpose=purpose, outcome=Outcome.ALLOWED,
    )  # fmt: skip
    return link.patient


def patient_for_images(user: object, patient_id: UUID, *, quiet: timedelta) -> Patient:
    """As `patient_for`, for a viewer that asks for hundreds of images one by one.

    Each request is judged; a granted one is written down once in `quiet`, a refused one always.
    """
    purpose = "images"
    if isinstance(user, User):
        outcome, patient = _decide(user, patient_id, Permission.READ_CHART)
        since = timezone.now() - quiet
        if (
            patient is not None
            and Access.objects.filter(
                patient_id=patient_id, user_id=user.pk, purpose=purpose, outcome=outcome,
                at__gte=since,
            ).exists()
        ):  # fmt: skip
            return patient
    return patient_for(user, patient_id, purpose)


def treats(user: User, patient_id: UUID) -> bool:
    """Whether a team of this user treats the patient."""
    return Patient.objects.filter(
        pk=patient_id, clinic_id=user.clinic_id, care_teams__team__memberships__user=user
    ).exists()


def glass_is_broken(user: User, patient_id: UUID, at: datetime) -> bool:
    """Whether this user has opened this chart in an emergency that is not over."""
    return GlassBreak.objects.filter(
        user=user, patient_id=patient_id, patient__clinic_id=user.clinic_id,
        opened_at__lte=at, ends_at__gt=at,
    ).exists()  # fmt: skip


def _decide(user: User, patient_id: UUID, permission: Permission) -> tuple[Outcome, Patient | None]:
    if not user.may(permission):
        return Outcome.REFUSED, None
    patient = Patient.objects.filter(pk=patient_id, clinic_id=user.clinic_id).first()
    if patient is not None and treats(user, patient_id):
        return Outcome.ALLOWED, patient
    if patient is not None and glass_is_broken(user, patient_id, timezone.now()):
        return Outcome.BROKE_GLASS, patient
    return Outcome.REFUSED, None


def _log(user: User, patient_id: UUID, purpose: str, outcome: Outcome) -> None:
    Access.objects.create(
        at=timezone.now(), patient_id=patient_id, clinic_id=user.clinic_id, user_id=user.pk,
        purpose=purpose, outcome=outcome,
    )  # fmt: skip
