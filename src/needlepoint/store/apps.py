"""The Django application of charts."""

from __future__ import annotations

from django.apps import AppConfig


class Store(AppConfig):
    name = "needlepoint.store"
    label = "store"
