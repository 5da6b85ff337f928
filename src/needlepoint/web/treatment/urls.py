"""Addresses of treatment."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.treatment import views

_PATIENT = "patients/<uuid:patient_id>/treatment/"

urlpatterns = [
    path(_PATIENT, views.treatment, name="treatment"),
    path(f"{_PATIENT}option/<str:therapy>/", views.option, name="option"),
    path(f"{_PATIENT}planned/<str:entry>/perform/", views.perform, name="perform"),
    path(f"{_PATIENT}done/<str:entry>/", views.treated, name="treated"),
]
