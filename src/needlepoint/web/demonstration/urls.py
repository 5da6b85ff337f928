"""The address of the demonstration's door."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.demonstration import views

urlpatterns = [path("demonstration/", views.sign_in, name="demonstration")]
