"""In which time zone does this clinic write its days and hours?"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from needlepoint.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]


class ClinicTime:
    """Times are typed and shown in the clinic's own zone; hours since a last dose depend on it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.user.clinic.time_zone if isinstance(request.user, User) else "UTC"
        try:
            chosen = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            chosen = ZoneInfo("UTC")  # a misspelt zone; pages name the zone beside the hour
        with timezone.override(chosen):
            return self.answer(request)
