"""Every address of the clinic. Addresses carry random ids, never a patient's values."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

_FEATURES = (
    "administration",
    "blocks",
    "boards",
    "demonstration",
    "devices",
    "diary",
    "emergency",
    "examination",
    "health",
    "imaging",
    "inbox",
    "intake",
    "joining",
    "library",
    "links",
    "measures",
    "papers",
    "patients",
    "phone",
    "procedures",
    "progress",
    "source",
    "story",
    "treatment",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
    *(path("", include(f"needlepoint.web.{feature}.urls")) for feature in _FEATURES),
]
