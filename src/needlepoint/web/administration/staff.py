"""Who is asking?"""

from __future__ import annotations

from django.http import HttpRequest

from needlepoint.accounts.models import User


def administrator(request: HttpRequest) -> User:
    """The signed-in user; the gate has let nobody else come here."""
    assert isinstance(request.user, User), "the gate lets staff through and nobody else"
    return request.user
