"""Who looked at which chart, why, and who broke the glass."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from needlepoint.accounts.models import Clinic, User
from needlepoint.store.models.patients import Patient


class Outcome(models.TextChoices):
    """How a request for a chart ended."""

    ALLOWED = "allowed"
    BROKE_GLASS = "broke_glass"
    REFUSED = "refused"


class Access(models.Model):
    """One request for one patient's chart, granted or refused. A trigger keeps it as it is."""

    at = models.DateTimeField()
    patient_id = models.UUIDField()  # no key: a refused id may belong to nobody
    clinic_id = models.UUIDField(null=True)  # of who asked
    user_id = models.UUIDField(null=True)
    link_id = models.UUIDField(null=True)  # the patient, through a link
    purpose = models.CharField(max_length=80)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient_id", "at"], name="accesses_of_a_patient"),
            models.Index(fields=["clinic_id", "at"], name="accesses_of_a_clinic"),
        ]


class GlassBreak(models.Model):
    """An emergency in which someone outside the treating team opened a chart, and its review."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    review = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "patient", "ends_at"], name="glass_open_now"),
            models.Index(
                fields=["clinic", "opened_at"],
                name="glass_to_review",
                condition=models.Q(reviewed_at=None),
            ),
            models.Index(fields=["clinic", "opened_at"], name="glass_of_a_clinic"),
        ]
