"""What does every template know?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission


def clinic(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demonstration, and after how long a page signs itself off."""
    user = getattr(request, "user", None)
    return {
        "demonstration": settings.DEMONSTRATION,
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "may_find": isinstance(user, User) and user.may(Permission.FIND_PATIENT),
    }
