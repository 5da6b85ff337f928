"""What a patient is in the middle of answering."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from needlepoint.accounts.models import User
from needlepoint.store.models.patients import Patient


class Intake(models.Model):
    """One intake of a patient, over as many links and visits as it takes.

    `answers` holds the forms as they were typed, by step, so that going back shows them. They are
    emptied when the intake is handed in: what was said stands in the chart.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="intakes")
    language = models.CharField(max_length=2, blank=True)
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)  # an answer that somebody must see today
    seen_at = models.DateTimeField(null=True)  # a clinician has answered what was raised
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)  # a clinician has gone through it
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patient", "started_at"], name="intakes_of")]

    @property
    def mark(self) -> str:
        """What the ids of its entries begin with."""
        return f"intake-{self.pk.hex[:12]}-"
