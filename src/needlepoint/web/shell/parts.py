"""A whole page, or the one named part of it that htmx asks for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.http import HttpRequest

from needlepoint.core.knowledge import Knowledge

if TYPE_CHECKING:
    from needlepoint.files.catalogue import Listed
    from needlepoint.files.shelf import KnowledgeFiles


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
def shipped() -> Knowledge:
    """What medicine says, read once a process."""
    from needlepoint.files import load_knowledge

    return load_knowledge()


def knowledge() -> Knowledge:
    """What medicine says, with the payers of the clinic that asks."""
    from needlepoint.web.shell.payers import knowledge_of_asking

    return knowledge_of_asking(shipped())


@cache
def knowledge_texts() -> KnowledgeFiles:
    """The files of the running knowledge as they are written, read once a process."""
    from needlepoint.config import knowledge_root
    from needlepoint.files.knowledge import knowledge_files

    return knowledge_files(knowledge_root())


@cache
def listing() -> tuple[Listed, ...]:
    """Every adopted file with its state."""
    from needlepoint.files.catalogue import catalogue

    return catalogue(knowledge_texts(), shipped().verified_extracts)


def warm() -> None:
    """Lay out the sources of every complaint once, so that no first page waits for it."""
    from datetime import UTC, datetime

    from needlepoint.core.inference.localise import compiled_frame

    today = datetime.now(UTC).date()
    for presentation in shipped().presentations:
        compiled_frame(presentation, shipped(), today)
    listing()
