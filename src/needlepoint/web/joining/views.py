"""A key is used, a colleague is confirmed, and everyone reads what was done to their account."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.apps import NEWS
from needlepoint.accounts.keys import (
    confirm_key,
    has_second_factor,
    key_of,
    use_key,
    waiting_keys,
)
from needlepoint.accounts.limits import may_try
from needlepoint.accounts.models import StaffKey, User
from needlepoint.accounts.people import NotChanged, has_read, news_for
from needlepoint.accounts.roles import Permission
from needlepoint.web.address import address_of
from needlepoint.web.joining.forms import JoinForm
from needlepoint.web.joining.pages import key_rows, news_page
from needlepoint.web.permissions import needs, open_to_anyone

_MOST = 10**15  # no count of changes is larger, and the database takes it


@open_to_anyone("a member of staff comes in by it; without a key that is open it shows nothing")
@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by a link. Nobody is signed in by it: that is done with the password."""
    if not may_try("staff_key", address_of(request), times=40, minutes=10):
        return render(request, "joining/spent.html", status=429)
    key = key_of(token)
    if key is None:
        return render(request, "joining/spent.html", status=404)
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, user=key.user, needs_code=key.needs_second)
    if posted is not None and form.is_valid():
        said = form.cleaned_data
        refused = use_key(token, code=said.get("code", ""), password=said["password"])
        if not refused:
            request.session.flush()  # whoever was signed in at this browser is not any more
            messages.success(request, f"Your password is set. Sign in as {key.user.username}.")
            return redirect("account_login")
        form.add_error("code" if key_of(token) and "code" in form.fields else None, refused)
    context = {"form": form, "person": key.user, "key": key}
    return render(request, "joining/join.html", context, status=422 if form.errors else 200)


@needs(Permission.CONFIRM_COLLEAGUE)
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who is to get in, and waits for a second person."""
    return _colleagues(request)


def _colleagues(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    by = _user(request)
    context = {
        "rows": key_rows(waiting_keys(by), by), "refused": refused, "section": "people",
        "manages": by.may(Permission.MANAGE_CLINIC),
    }  # fmt: skip
    return render(request, "joining/colleagues.html", context, status=status)


@needs(Permission.CONFIRM_COLLEAGUE)
@sensitive_variables()
@require_POST
def confirm(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Say that one knows this colleague; the code is shown once."""
    by = _user(request)
    key = StaffKey.objects.filter(pk=key_id, user__clinic=by.clinic).select_related("user").first()
    if key is None:
        raise Http404
    try:
        code = confirm_key(key, by=by)
    except NotChanged as refused:
        return _colleagues(request, refused=str(refused), status=422)
    context = {"person": key.user, "code": code, "section": "people"}
    return render(request, "joining/code.html", context)


@needs(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_changes(request: HttpRequest) -> HttpResponse:
    """Read what others have done to one's account, and say if it was not asked for."""
    user = _user(request)
    if settings.MFA_REQUIRED and not has_second_factor(user):
        return redirect("mfa_activate_totp")  # a password alone reads nothing of the account
    if request.method == "POST":
        through, was_me = request.POST.get("through", ""), "not_me" not in request.POST
        if through.isdecimal() and int(through) < _MOST:
            has_read(user, through=_known(user, int(through)), was_me=was_me)
            request.session.pop(NEWS, None)
        if not was_me:
            messages.warning(request, "Written down, for everyone who runs the clinic. Change your "
                             "password now, and call an administrator you know.")  # fmt: skip
            return redirect("account_change_password")
        return redirect("home")
    context = {"page": news_page(news_for(user))}
    return render(request, "joining/news.html", context)


def _known(user: User, through: int) -> int:
    """No further than what was there to read: what is done tomorrow is not read today."""
    return max((row.pk for row in news_for(user) if row.pk <= through), default=0)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the gate lets staff through and nobody else"
    return request.user
