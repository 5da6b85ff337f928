"""The Django application of users."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "needlepoint.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_changed
        from allauth.mfa.signals import authenticator_added

        password_changed.connect(_is_own_now, dispatch_uid="needlepoint-password")
        authenticator_added.connect(_others_out, dispatch_uid="needlepoint-factor")


def _is_own_now(sender: Any, user: Any, **_: Any) -> None:
    """A password that was changed by its owner is no longer temporary."""
    user.password_is_temporary = False
    user.save(update_fields=["password_is_temporary"])


def _others_out(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """A session that began with the password alone does not share a factor set up elsewhere."""
    from needlepoint.accounts.people import sign_out

    sign_out(user, but=request.session.session_key)
