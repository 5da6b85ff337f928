"""Addresses of the intake. They name pages, never answers."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.intake import views

urlpatterns = [
    path("intake/", views.intake, name="intake"),
    path("intake/help/", views.help_page, name="intake_help"),
    path("intake/today/", views.urgent, name="intake_urgent"),
    path("intake/declined/", views.declined, name="intake_declined"),
    path("intake/review/", views.review_page, name="intake_review"),
    path("intake/stop/", views.stop, name="intake_stop"),
    path("intake/page/<slug:name>/", views.step, name="intake_step"),
]
