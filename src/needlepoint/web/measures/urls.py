"""Addresses of outcome measures."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.measures import views

urlpatterns = [
    path("measures/", views.measures, name="measures"),
    path("measures/finish/", views.finish, name="measures_finish"),
    path("measures/<int:page>/", views.measure, name="measure"),
]
