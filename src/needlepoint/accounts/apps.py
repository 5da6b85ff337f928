"""The Django application of users."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "needlepoint.accounts"
    label = "accounts"
