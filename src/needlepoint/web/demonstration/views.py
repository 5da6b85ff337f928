"""One step into the demonstration; it does not exist in a real clinic."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from needlepoint.accounts.models import User
from needlepoint.web.permissions import open_to_anyone

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_anyone("signing in comes before anything else")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Choose who to be. Only in a demonstration, only from this machine."""
    if not settings.DEMONSTRATION or not _is_here(request):
        raise Http404
    people = User.objects.filter(is_active=True).exclude(password__startswith="!")
    people = people.order_by("name")
    wanted = request.POST.get("next") or request.GET.get("next", "")
    chosen = people.filter(username=request.POST.get("who", "")).first()
    if chosen is not None:
        login(request, chosen, backend=_BACKEND)
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
        return redirect(wanted if safe and wanted.startswith("/") else "/")
    shown = [(one.username, one.name, one.role.replace("_", " ")) for one in people]
    return render(request, "demonstration/sign_in.html", {"people": shown, "next": wanted})


# A proxy on this machine speaks from its loopback address for callers of anywhere.
_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def _is_here(request: HttpRequest) -> bool:
    if settings.BEHIND_PROXY or any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
