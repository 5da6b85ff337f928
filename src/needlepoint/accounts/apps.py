"""The Django application of users."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

NEWS = "needlepoint_news"  # in the session: something was done to the account, not yet read


class Accounts(AppConfig):
    name = "needlepoint.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.connect(_tells_news, dispatch_uid="needlepoint-news")
        authenticator_added.connect(_others_out, dispatch_uid="needlepoint-factor")


def _tells_news(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Whoever signs in reads first what others have done to the account."""
    from needlepoint.accounts.people import news_for

    if news_for(user):
        request.session[NEWS] = True


def _others_out(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """A session that began with the password alone does not share a factor set up elsewhere."""
    from needlepoint.accounts.people import sign_out

    sign_out(user, but=request.session.session_key)
