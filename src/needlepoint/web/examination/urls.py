"""Addresses of examination and questions."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.examination import views

urlpatterns = [
    path("patients/<uuid:patient_id>/examination/", views.examination, name="examination"),
    path("patients/<uuid:patient_id>/questions/", views.questions, name="questions"),
]
