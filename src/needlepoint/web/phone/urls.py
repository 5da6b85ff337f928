"""Addresses that every patient's page shares."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.phone import views

urlpatterns = [
    path("mine/language/", views.language, name="mine_language"),
    path("thanks/", views.thanks, name="thanks"),
]
