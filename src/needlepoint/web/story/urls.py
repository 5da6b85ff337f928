"""Addresses of the story."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.story import views

_HERE = "patients/<uuid:patient_id>/story/"

urlpatterns = [
    path(_HERE, views.story, name="story"),
    path(f"{_HERE}add/<slug:kind>/", views.add, name="story_add"),
    path(f"{_HERE}drawing/<str:complaint>/", views.drawing, name="story_drawing"),
    path(f"{_HERE}take-back/<str:entry>/", views.take_back, name="story_take_back"),
]
