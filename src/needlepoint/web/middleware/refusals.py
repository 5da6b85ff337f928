"""How is a refusal by the core told to a browser? One table, from class to status."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from needlepoint.core.errors import (
    DamagedStore,
    NeedlepointError,
    RefusedEntry,
    RefusedFile,
    UnknownKnowledge,
    UnreadableFile,
)
from needlepoint.imaging.archive import ArchiveUnreachable

Answer = Callable[[HttpRequest], HttpResponse]

# The first class that fits counts.
STATUS: tuple[tuple[type[NeedlepointError], int], ...] = (
    (RefusedEntry, 422),
    (RefusedFile, 422),
    (UnreadableFile, 422),
    (UnknownKnowledge, 404),
    (DamagedStore, 500),
    (ArchiveUnreachable, 503),
    (NeedlepointError, 400),
)


class Refusals:
    """Shows a person's mistake as a sentence, where the view did not show it beside its field."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NeedlepointError):
            return None
        status = next(code for kind, code in STATUS if isinstance(error, kind))
        says = str(error).splitlines()
        return render(request, "refused.html", {"says": says}, status=status)
