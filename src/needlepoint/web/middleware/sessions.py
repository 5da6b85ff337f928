"""When does a session end by itself?"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from needlepoint.web.permissions import ON_DESK

Answer = Callable[[HttpRequest], HttpResponse]
_BEGUN, _SEEN = "needlepoint_begun", "needlepoint_seen"
_GRAIN_SECONDS = 30  # how exactly the last sign of life is kept: not a write a request


class SessionLimits:
    """Signs out who was idle too long, and everyone after a working day."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.session.get(ON_DESK):
            self._count(request)
        return self.answer(request)

    def _count(self, request: HttpRequest) -> None:
        now = int(time.time())
        begun = request.session.setdefault(_BEGUN, now)
        seen = request.session.get(_SEEN, now)
        idle = now - seen > settings.SESSION_IDLE_MINUTES * 60
        if idle or now - begun > settings.SESSION_HOURS * 3600:
            logout(request)
        elif _SEEN not in request.session or now - seen > _GRAIN_SECONDS:
            request.session[_SEEN] = now
