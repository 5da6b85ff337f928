"""Who a patient is: identity stands apart from the chart and is joined by a random id."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from needlepoint.accounts.models import Clinic, Team


class Patient(models.Model):
    """The join: a random id for addresses, and another for the chart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chart_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    teams = models.ManyToManyField(Team, through="CareTeam", related_name="patients")
    registered_at = models.DateTimeField(default=timezone.now)

    identity: Identity
    numbers: models.Manager[Number]


class CareTeam(models.Model):
    """A team that treats a patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_teams")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="care_teams")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient", "team"], name="care_team_once_a_patient")
        ]


class Identity(models.Model):
    """Name, birth date and contact. No chart entry holds any of them."""

    patient = models.OneToOneField(
        Patient, on_delete=models.CASCADE, primary_key=True, related_name="identity"
    )
    # Repeated from the patient, so that a search reads one index of one table.
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    family_name = models.CharField(max_length=120)
    given_name = models.CharField(max_length=120, blank=True)
    # Lower case without accents, family name first: what a search compares.
    search_name = models.CharField(max_length=250)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "search_name"], name="identity_by_name"),
            models.Index(fields=["clinic", "birth_date"], name="identity_by_birth"),
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}".rstrip(", ")


class Number(models.Model):
    """A number by which the patient is known: the clinic's own, an insurer's, a hospital's."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="numbers")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=120)
    value = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value"], name="number_once_a_clinic"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["clinic", "value"], name="number_by_value")]
