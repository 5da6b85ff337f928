"""How do members of staff sign in?"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up: an administrator makes the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
