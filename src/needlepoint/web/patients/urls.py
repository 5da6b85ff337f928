"""Addresses of the patient list."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.patients import views

urlpatterns = [
    path("", views.home, name="home"),
    path("patients/", views.patients, name="patients"),
    path("patients/new/", views.new_patient, name="new_patient"),
    path("patients/<uuid:patient_id>/", views.patient, name="patient"),
]
