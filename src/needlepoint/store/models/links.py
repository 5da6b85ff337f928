"""Links by which a patient answers without an account."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from needlepoint.accounts.models import User
from needlepoint.store.models.patients import Patient


class Scope(models.TextChoices):
    """What a link lets a patient do, and nothing else."""

    INTAKE = "intake"
    DIARY = "diary"
    MEASURES = "measures"


class Link(models.Model):
    """A secret given to one patient for one thing. Only hashes of the secrets are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="links")
    scope = models.CharField(max_length=12, choices=Scope.choices)
    subject = models.CharField(max_length=64, blank=True)  # the block whose diary it is
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_ends_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # by the one device that may use it
    closed_at = models.DateTimeField(null=True)  # handed in, or withdrawn

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["code_hash"], name="links_by_code"),
            models.Index(
                fields=["ends_at"], name="links_not_opened",
                condition=models.Q(opened_at=None, closed_at=None),
            ),
        ]  # fmt: skip
