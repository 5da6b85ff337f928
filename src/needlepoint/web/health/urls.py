"""The address of the health check."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.health.views import health

urlpatterns = [path("health/", health, name="health")]
