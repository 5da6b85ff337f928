"""Is the clinic able to work? Yes or no to anyone; the whole state to an administrator."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.store.condition import (
    ROOM_MB,
    condition,
    database_answers,
    missing_migrations,
    room_mb,
)
from needlepoint.web.health.pages import as_json, health_page
from needlepoint.web.permissions import needs, open_to_anyone
from needlepoint.web.shell.parts import listing, shipped


@open_to_anyone("a monitor asks it; it says yes or no and nothing else")
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 if everything is well, 503 if anything is not."""
    checks = {
        "database": database_answers(),
        "tables": missing_migrations() == 0,
        "room": room_mb() > ROOM_MB,
    }
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@needs(Permission.MANAGE_CLINIC)
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Database, tables, room, backup, proof, knowledge and what is waiting; as JSON if asked."""
    page = health_page(condition(clinic=_clinic(request)), shipped(), listing())
    if request.GET.get("format") == "json":
        return JsonResponse(as_json(page), status=200 if page.is_able else 503)
    return render(request, "health/state.html", {"page": page, "section": "people"})


def _clinic(request: HttpRequest) -> UUID:
    assert isinstance(request.user, User), "the gate lets staff through and nobody else"
    return request.user.clinic_id
