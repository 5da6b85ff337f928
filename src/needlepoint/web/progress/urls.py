"""Addresses of the progress tab."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.progress import views

urlpatterns = [
    path("patients/<uuid:patient_id>/progress/", views.progress, name="progress"),
    path("patients/<uuid:patient_id>/progress/score/", views.score, name="progress_score"),
    path("patients/<uuid:patient_id>/progress/seen/", views.seen, name="progress_seen"),
]
