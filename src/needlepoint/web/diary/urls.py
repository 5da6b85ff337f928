"""Addresses of a diary."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.diary import views

urlpatterns = [
    path("diary/", views.diary, name="diary"),
    path("diary/<int:time>/", views.slot, name="diary_slot"),
]
