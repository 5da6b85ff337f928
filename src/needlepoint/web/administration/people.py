"""Users and teams."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.keys import (
    DAYS,
    GivenKey,
    ask_for_key,
    has_second_factor,
    waiting_keys,
    withdraw_key,
)
from needlepoint.accounts.models import StaffChange, StaffKey, Team, User
from needlepoint.accounts.people import NotChanged, add_person, set_place, set_teams
from needlepoint.accounts.roles import Permission, Role
from needlepoint.web.administration.forms import PersonForm, PlaceForm, TeamForm
from needlepoint.web.administration.pages import people_page
from needlepoint.web.administration.staff import administrator
from needlepoint.web.permissions import needs

_LIST = "administration/people.html"


@needs(Permission.MANAGE_CLINIC)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who works here, in what role and team."""
    by = administrator(request)
    users = list(User.objects.filter(clinic=by.clinic).prefetch_related("teams").order_by("name"))
    enrolled = Authenticator.objects.filter(user__in=users, type=Authenticator.Type.TOTP)
    teams = list(Team.objects.filter(clinic=by.clinic).order_by("name"))
    page = people_page(
        by.clinic.name, users, teams, set(enrolled.values_list("user_id", flat=True))
    )
    return render(request, _LIST, {"page": page, "team_form": TeamForm()})


@needs(Permission.MANAGE_CLINIC)
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Add a member of staff; the link by which they come in is shown once."""
    by = administrator(request)
    form = PersonForm(request.POST or None, clinic=by.clinic)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic():
            user = add_person(
                clinic=by.clinic, username=said["username"], name=said["name"],
                role=Role(said["role"]), teams=said["teams"], by=by,
            )  # fmt: skip
            given = ask_for_key(user, lost_factor=False, by=by)
        return _shown_once(request, given)
    status = 422 if form.errors else 200
    return render(request, "administration/person.html", {"form": form}, status=status)


@needs(Permission.MANAGE_CLINIC)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Change a person's role and teams, or let them go."""
    by = administrator(request)
    user = get_object_or_404(User, pk=user_id, clinic=by.clinic)
    now = {"role": user.role, "teams": user.teams.all(), "is_active": user.is_active}
    form = PlaceForm(request.POST or None, clinic=by.clinic, initial=now)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            set_place(user, role=Role(said["role"]), is_active=said["is_active"], by=by)
        except NotChanged as refused:
            form.add_error(None, str(refused))
        else:
            set_teams(user, said["teams"], by=by)
            return redirect("people")
    return _person(request, by, user, form)


def _person(
    request: HttpRequest, by: User, user: User, form: PlaceForm, *, refused: str = ""
) -> HttpResponse:
    changes = StaffChange.objects.filter(user=user).select_related("by").order_by("-at", "-pk")
    page = {
        "form": form, "person": user, "changes": changes[:100], "refused": refused,
        "keys": [key for key in waiting_keys(by) if key.user_id == user.pk],
        "is_own": by.pk == user.pk, "has_factor": has_second_factor(user),
        "has_password": user.has_usable_password(),
    }  # fmt: skip
    status = 422 if form.errors or refused else 200
    return render(request, "administration/person.html", page, status=status)


@needs(Permission.MANAGE_CLINIC)
@sensitive_variables()
@require_POST
def give_key(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A link for someone who lost password or phone; it lets nobody in by itself."""
    by = administrator(request)
    user = get_object_or_404(User, pk=user_id, clinic=by.clinic)
    try:
        given = ask_for_key(user, lost_factor=request.POST.get("lost") == "factor", by=by)
    except NotChanged as refused:
        now = {"role": user.role, "teams": user.teams.all(), "is_active": user.is_active}
        form = PlaceForm(clinic=by.clinic, initial=now)
        return _person(request, by, user, form, refused=str(refused))
    return _shown_once(request, given)


@needs(Permission.MANAGE_CLINIC)
@require_POST
def end_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Withdraw a link that nobody has used."""
    by = administrator(request)
    key = get_object_or_404(StaffKey, pk=key_id, user__clinic=by.clinic)
    withdraw_key(key, by=by)
    return redirect("person", user_id=key.user_id)


def _shown_once(request: HttpRequest, given: GivenKey) -> HttpResponse:
    address = request.build_absolute_uri(reverse("join", args=[given.token]))
    context = {"key": given.key, "person": given.key.user, "address": address, "days": DAYS}
    return render(request, "administration/key.html", context)


@needs(Permission.MANAGE_CLINIC)
@require_POST
def new_team(request: HttpRequest) -> HttpResponse:
    """Add a team."""
    by = administrator(request)
    form = TeamForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the team a name.")
    elif not Team.objects.get_or_create(clinic=by.clinic, name=form.cleaned_data["name"])[1]:
        messages.error(request, "There is a team of this name already.")
    return redirect("people")
