"""Addresses of the boards."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.boards import views

urlpatterns = [
    path("today/", views.today, name="today"),
    path("due/", views.due, name="due"),
    path(
        "patients/<uuid:patient_id>/appointment/<str:entry>/",
        views.appointment,
        name="appointment",
    ),
]
