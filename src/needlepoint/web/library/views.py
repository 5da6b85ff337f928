"""Pages of the knowledge base. Every member of staff may read them; no patient stands in any."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from needlepoint.accounts.roles import Permission
from needlepoint.config import earlier_knowledge
from needlepoint.files.catalogue import (
    EVIDENCE,
    ChangedItem,
    between_days,
    between_versions,
    read_item,
)
from needlepoint.files.guidance_state import stop_state
from needlepoint.files.knowledge import knowledge_files
from needlepoint.web.library.changes import changes_page
from needlepoint.web.library.files import file_page
from needlepoint.web.library.index import doubt_page, index_page, review_page, source_page
from needlepoint.web.library.pages import item_page
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge, knowledge_texts, listing, part_or_page


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What medicine says, by folder and by search."""
    asked, folder = request.GET.get("q", "")[:200], request.GET.get("folder", "")[:200]
    page = index_page(listing(), knowledge(), asked=asked, folder=folder)
    return _shown(request, part_or_page(request, "library/index.html", "found"), page, "index")


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Which values are to be looked at again, and by when."""
    page = review_page(listing(), today=timezone.localdate())
    return _shown(request, "library/review.html", page, "review")


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def unverified(request: HttpRequest) -> HttpResponse:
    """What rests on nothing that was read."""
    folder = request.GET.get("folder", "")[:200]
    page = doubt_page(listing(), folder=folder, harmful=_harmful())
    return _shown(request, "library/unverified.html", page, "unverified")


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    """What changed: since an earlier edition, or since a day, in what is in force."""
    asked = request.GET.get("since", "").strip()[:80]
    page = changes_page(_changes(asked), asked=asked, editions=tuple(earlier_knowledge()),
                        today=timezone.localdate())  # fmt: skip
    status = 422 if page.fault else 200
    return _shown(request, "library/differences.html", page, "differences", status)


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def knowledge_file(request: HttpRequest, file: str) -> HttpResponse:
    """Any file of the knowledge base, line by line."""
    text = knowledge_texts().texts.get(file)
    if text is None or file.split("/")[0] in EVIDENCE:
        raise Http404
    page = file_page(read_item(file, text), knowledge(), today=timezone.localdate())
    return _shown(request, "library/file.html", page, "")


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def source(request: HttpRequest, source_id: str) -> HttpResponse:
    """One publication: what was taken from it, and what rests on it."""
    found = knowledge().sources.get(source_id)
    if found is None:
        raise Http404
    page = source_page(found, knowledge(), listing(), _resting(source_id))
    return _shown(request, "library/source.html", page, "")


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def knowledge_item(request: HttpRequest, name: str) -> HttpResponse:
    """One finding: its numbers, how each was seen, and the sources."""
    finding = knowledge().findings.get(name)
    if finding is None:
        raise Http404
    page = item_page(finding, knowledge(), today=timezone.localdate())
    return _shown(request, "library/item.html", page, "")


def _shown(
    request: HttpRequest, template: str, page: object, here: str, status: int = 200
) -> HttpResponse:
    context = {"page": page, "here": here, "section": "knowledge", "version": knowledge().version}
    return render(request, template, context, status=status)


@lru_cache(maxsize=1)
def _harmful() -> tuple[str, ...]:
    return stop_state(knowledge()).unread


@lru_cache(maxsize=64)
def _resting(source_id: str) -> frozenset[str]:
    """Files that name an extract of the source."""
    word = f"{source_id}/".encode()
    texts = knowledge_texts().texts
    return frozenset(n for n, t in texts.items() if n.split("/")[0] not in EVIDENCE and word in t)


def _changes(asked: str) -> tuple[ChangedItem, ...] | None:
    """None where nothing is asked, or what is asked is neither an edition nor a day."""
    folder = earlier_knowledge().get(asked)
    if folder is not None:
        return tuple(between_versions(knowledge_files(folder), knowledge_texts()))
    try:
        since = date.fromisoformat(asked)
    except ValueError:
        return None
    return _since(since, timezone.localdate())


@lru_cache(maxsize=8)
def _since(since: date, today: date) -> tuple[ChangedItem, ...]:
    return tuple(between_days(knowledge_texts(), since, today))
