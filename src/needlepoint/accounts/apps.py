"""The Django application of users."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "needlepoint.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_changed

        password_changed.connect(_is_own_now, dispatch_uid="needlepoint-password")


def _is_own_now(sender: Any, user: Any, **_: Any) -> None:
    """A password that was changed by its owner is no longer temporary."""
    user.password_is_temporary = False
    user.save(update_fields=["password_is_temporary"])
