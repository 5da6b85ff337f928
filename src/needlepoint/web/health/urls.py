"""The addresses of the health check."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.health.views import health, state

urlpatterns = [
    path("health/", health, name="health"),
    path("administration/health/", state, name="state"),
]
