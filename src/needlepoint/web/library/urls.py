"""Addresses of the knowledge base."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.library import views

urlpatterns = [path("knowledge/<slug:name>/", views.knowledge_item, name="knowledge_item")]
