"""The address of emergencies."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.emergency.views import emergency

urlpatterns = [path("emergency/", emergency, name="emergency")]
