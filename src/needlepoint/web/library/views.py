"""Pages of the knowledge base."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from needlepoint.accounts.roles import Permission
from needlepoint.web.library.pages import item_page
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge


@needs(Permission.READ_KNOWLEDGE)
@require_safe
def knowledge_item(request: HttpRequest, name: str) -> HttpResponse:
    """One finding: its numbers, how each was seen, and the sources."""
    finding = knowledge().findings.get(name)
    if finding is None:
        raise Http404
    page = item_page(finding, knowledge(), today=timezone.now().date())
    context = {"page": page, "section": "knowledge", "version": knowledge().version}
    return render(request, "library/item.html", context)
