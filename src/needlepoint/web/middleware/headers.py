"""What are browsers told about every answer?"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb", "interest-cohort")


class Headers:
    """Shared machines keep no page; pages use no device."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers["Permissions-Policy"] = ", ".join(f"{name}=()" for name in _FEATURES)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
