"""Addresses of blocks."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.blocks import views

_PATIENT = "patients/<uuid:patient_id>/blocks/"

urlpatterns = [
    path(_PATIENT, views.blocks, name="blocks"),
    path(f"{_PATIENT}<str:entry>/", views.block, name="block"),
    path(f"{_PATIENT}<str:entry>/perform/", views.perform_block, name="perform_block"),
    path(f"{_PATIENT}<str:entry>/diary/", views.diary, name="block_reading"),
]
