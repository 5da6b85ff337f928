"""May this request reach its view? Asked once, for every address, before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from needlepoint.accounts.apps import NEWS
from needlepoint.accounts.keys import has_second_factor
from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.store.links import link_in_use
from needlepoint.web.permissions import ANY_LINK, HELD, Door, door_of

Answer = Callable[[HttpRequest], HttpResponse]
_FORM_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Gate:
    """Lets through who holds what the view asks for. A view that asks for nothing is closed."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        door = door_of(view, match.view_name if match else "")
        if door is None or any("\0" in str(part) for part in kwargs.values()):
            raise Http404  # no id holds a zero, and PostgreSQL takes none
        if door.permission is not None and (refused := _staff(request, door)) is not None:
            return refused
        if door.scope is not None and not _holds(request, door.scope):
            # A link's pages do not exist for those who have no link; a patient is told whom to ask.
            return render(request, "links/refused.html", status=404)
        return _too_large(request, view)


def _staff(request: HttpRequest, door: Door) -> HttpResponseBase | None:
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    assert door.permission is not None
    if not user.may(door.permission):
        raise PermissionDenied
    if door.permission is Permission.OWN_ACCOUNT:
        return None
    if settings.MFA_REQUIRED and not has_second_factor(user):
        return redirect("mfa_activate_totp")
    return redirect("own_changes") if request.session.get(NEWS) else None


def _too_large(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """Refuse a body that no form has, before it is read and laid on the disk."""
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    size = int(said) if said.isdecimal() else 0
    if getattr(view, "needlepoint_takes_files", False) or size <= _FORM_BYTES:
        return None
    says = ["This is more than a form holds. Nothing was kept: send less."]
    return render(request, "refused.html", {"says": says}, status=413)


def _holds(request: HttpRequest, scope: str) -> bool:
    held: dict[str, str] = request.session.get(HELD, {})
    wanted = held if scope == ANY_LINK else {scope: held[scope]} if scope in held else {}
    return any(link_in_use(link, of) is not None for of, link in wanted.items())
