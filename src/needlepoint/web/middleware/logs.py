"""What does the log say of a request? Which view, how it ended and how long it took."""

from __future__ import annotations

import time
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
_log = structlog.get_logger()


class RequestLog:
    """One line a request. Addresses carry links and ids, so the view's name stands for them."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12])
        begun = time.monotonic()
        response = self.answer(request)
        match = request.resolver_match
        user = getattr(request, "user", None)
        _log.info(
            "answered",
            view=match.view_name if match else None,
            method=request.method,
            status=response.status_code,
            milliseconds=round((time.monotonic() - begun) * 1000),
            user=str(user.pk) if user is not None and user.is_authenticated else None,
        )
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Say where it broke; the message of an exception may hold what a patient said."""
        if isinstance(error, Http404 | PermissionDenied):
            return  # a refusal is an answer, and its line tells the status
        frames = traceback.extract_tb(error.__traceback__)
        where = [
            f"{frame.filename.rpartition('/needlepoint/')[2]}:{frame.lineno}" for frame in frames
        ]
        _log.error("broke", exception=type(error).__name__, where=where[-8:])
