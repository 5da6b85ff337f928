"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.inbox import views

_TOLD = "patients/<uuid:patient_id>/told/"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path(_TOLD, views.told_page, name="told"),
    path(f"{_TOLD}seen/", views.seen, name="told_seen"),
    path(f"{_TOLD}reviewed/", views.reviewed, name="told_reviewed"),
]
