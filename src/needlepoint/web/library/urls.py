"""Addresses of the knowledge base."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.library import payers, views

urlpatterns = [
    path("knowledge/", views.index, name="knowledge"),
    path("knowledge/review/", views.review, name="knowledge_review"),
    path("knowledge/unverified/", views.unverified, name="knowledge_unverified"),
    path("knowledge/differences/", views.differences, name="knowledge_differences"),
    path("knowledge/file/<path:file>/", views.knowledge_file, name="knowledge_file"),
    path("knowledge/source/<slug:source_id>/", views.source, name="knowledge_source"),
    path("knowledge/payers/", payers.payers, name="payers"),
    path("knowledge/payers/add/", payers.add_payer, name="add_payer"),
    path("knowledge/payers/use/", payers.use, name="use_payer"),
    path("knowledge/<slug:name>/", views.knowledge_item, name="knowledge_item"),
]
