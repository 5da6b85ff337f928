"""A whole page, or the one named part of it that htmx asks for."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest

from needlepoint.core.knowledge import Knowledge


def part_or_page(request: HttpRequest, page: str, *parts: str) -> str:
    """The template of the part that htmx wants to replace, or of the whole page.

    A part stands beside its page, with an underscore: `source/page.html`, `source/_answer.html`.
    """
    wanted = request.headers.get("HX-Target") if request.headers.get("HX-Request") else None
    if wanted in parts:
        folder, _, _ = page.rpartition("/")
        return f"{folder}/_{wanted}.html"
    return page


@cache
def knowledge() -> Knowledge:
    """What medicine says, read once a process."""
    from needlepoint.files import load_knowledge

    return load_knowledge()


def warm() -> None:
    """Lay out the sources of every complaint once, so that no first page waits for it."""
    from datetime import UTC, datetime

    from needlepoint.core.inference.localise import compiled_frame

    today = datetime.now(UTC).date()
    for presentation in knowledge().presentations:
        compiled_frame(presentation, knowledge(), today)
