"""Addresses of the pain source."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.source.views import pain_source

urlpatterns = [
    path("patients/<uuid:patient_id>/pain-source/", pain_source, name="pain_source"),
]
