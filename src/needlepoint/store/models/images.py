"""An index of the images of a chart: which study, which series, and the file that holds each."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from needlepoint.store.models.chart import Attachment, ChartHead


class ImageRow(models.Model):
    """One DICOM image. The file itself is an attachment; no name or birth date stands here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chart = models.ForeignKey(ChartHead, on_delete=models.PROTECT, related_name="images")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="image")
    study = models.CharField(max_length=64)
    series = models.CharField(max_length=64)
    instance = models.CharField(max_length=64)
    sop_class = models.CharField(max_length=64)
    syntax = models.CharField(max_length=64)
    frames = models.PositiveIntegerField()
    header_end = models.PositiveBigIntegerField()
    pixels_at = models.PositiveBigIntegerField()
    pixels_length = models.PositiveBigIntegerField()
    is_packed = models.BooleanField()
    metadata = models.TextField()  # DICOM JSON without the patient's identity

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chart", "instance"], name="image_once_a_chart")
        ]
        indexes: ClassVar = [
            models.Index(fields=["chart", "study", "series"], name="images_of_a_study"),
            models.Index(fields=["instance"], name="images_by_instance"),
        ]
