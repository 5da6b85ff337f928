"""The chart as rows: entries that are never changed, and the end of each chain."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class ChartHead(models.Model):
    """The end of a chart's chain: how long it is, and the hash of its last entry.

    Who appends locks this row first, so that two people writing to one chart both succeed. It also
    shows when the last rows of a chart have been cut off.
    """

    chart_id = models.UUIDField(primary_key=True)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(default=0)
    files_hash = models.CharField(max_length=64)


class EntryRow(models.Model):
    """One entry of a chart. A trigger refuses to change or delete it."""

    chart = models.ForeignKey(ChartHead, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()  # 1 is the first entry of the chart
    entry_id = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    author = models.CharField(max_length=120)  # an id, never a name
    role = models.CharField(max_length=24)
    provenance = models.CharField(max_length=24)
    kind = models.CharField(max_length=40)
    statement = models.TextField()  # JSON exactly as it was hashed
    once = models.CharField(max_length=80, null=True)  # tells a repeated submission
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chart", "sequence"], name="entry_order"),
            models.UniqueConstraint(fields=["chart", "entry_id"], name="entry_id_once_a_chart"),
            models.UniqueConstraint(fields=["chart", "once"], name="entry_submitted_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "chart"], name="entries_of_a_kind")]


class DecisionSnapshot(models.Model):
    """What a clinician saw when signing. Its hash stands in the signed entry, so in the chain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chart = models.ForeignKey(ChartHead, on_delete=models.PROTECT, related_name="snapshots")
    entry_id = models.CharField(max_length=64)
    inputs_sequence = models.PositiveIntegerField()  # the chart up to here was assessed
    inputs_hash = models.CharField(max_length=64)  # hash of that entry
    as_of = models.DateTimeField()
    knowledge_version = models.CharField(max_length=80)
    code_version = models.CharField(max_length=80)
    assessment = models.TextField()  # JSON exactly as it was hashed
    assessment_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chart", "entry_id"], name="snapshot_once_an_entry")
        ]


class Attachment(models.Model):
    """A file of a chart: kept outside the database under the hash of its content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chart = models.ForeignKey(ChartHead, on_delete=models.PROTECT, related_name="attachments")
    sequence = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    author = models.CharField(max_length=120)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chart", "sequence"], name="attachment_order")
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="attachments_by_content")]
