"""Beside the charts: what is due, told from them, and who comes when into which room."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from needlepoint.accounts.models import Clinic, User
from needlepoint.store.models.patients import Patient


class DueRow(models.Model):
    """One thing that is due from a day on. Told from the chart, and told anew when it grows."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="due")
    # Repeated from the patient, so that the board reads one index of one table.
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    on = models.DateField()
    subject = models.CharField(max_length=64)  # the entry it is about
    says = models.TextField()
    until = models.DateField(null=True)  # the last day on which it can be done

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "on"], name="due_of_a_clinic"),
            models.Index(fields=["clinic", "kind", "on"], name="due_of_a_kind"),
            models.Index(fields=["until"], name="due_until"),
        ]


class StaleChart(models.Model):
    """A chart that has grown since its rows of what is due were told."""

    chart_id = models.UUIDField(primary_key=True)


class Appointment(models.Model):
    """When and where a planned procedure is done. No clinical content: that stands in the chart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="appointments")
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    entry_id = models.CharField(max_length=64)  # of the planned procedure
    at = models.DateTimeField()
    room = models.CharField(max_length=40, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient", "entry_id"], name="appointment_once_a_plan")
        ]
        indexes: ClassVar = [
            models.Index(fields=["clinic", "at"], name="appointments_of_a_day"),
        ]
