"""Addresses of joining."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.joining import views

urlpatterns = [
    path("join/<str:token>/", views.join, name="join"),
    path("colleagues/", views.colleagues, name="colleagues"),
    path("colleagues/<uuid:key_id>/", views.confirm, name="confirm_colleague"),
    path("own/changes/", views.own_changes, name="own_changes"),
]
