"""Which links does this device hold?"""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest
from django.utils import timezone

from needlepoint.store.links import link_in_use
from needlepoint.store.models import Link
from needlepoint.web.permissions import HELD, ON_DESK

LEFT_EMPTY = "needlepoint_left_empty"  # in the session: questions that were left without an answer


def hold(request: HttpRequest, link: Link, *, at_desk: bool) -> None:
    """Give this device the link and nothing else: whoever was signed in here is signed out."""
    request.session.flush()
    request.session[HELD] = {link.scope: str(link.pk)}
    if at_desk:
        request.session[ON_DESK] = True
    else:
        left = link.ends_at - timezone.now()
        request.session.set_expiry(max(1, int(left.total_seconds())))


def held_link(request: HttpRequest, scope: str) -> Link:
    """The open link of this scope that the device holds.

    Raises:
        Http404: it holds none, or the link was closed or has ended.
    """
    held = cast("dict[str, str]", request.session.get(HELD, {})).get(scope)
    link = link_in_use(held, scope) if held else None
    if link is None:
        raise Http404
    return link


def any_held_link(request: HttpRequest) -> Link | None:
    """The open link that the device holds, of whatever scope."""
    for scope, held in cast("dict[str, str]", request.session.get(HELD, {})).items():
        link = link_in_use(held, scope)
        if link is not None:
            return link
    return None
