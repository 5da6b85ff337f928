"""Users and teams."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.models import StaffChange, Team, User
from needlepoint.accounts.people import NotChanged, add_person, set_place, set_teams, start_anew
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
    """Add a member of staff; the first password is shown once."""
    by = administrator(request)
    form = PersonForm(request.POST or None, clinic=by.clinic)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        user, password = add_person(
            clinic=by.clinic, username=said["username"], name=said["name"],
            role=Role(said["role"]), teams=said["teams"], by=by,
        )  # fmt: skip
        return render(
            request, "administration/password.html", {"person": user, "password": password}
        )
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
    changes = StaffChange.objects.filter(user=user).select_related("by").order_by("-at")[:100]
    page = {"form": form, "person": user, "changes": changes}
    status = 422 if form.errors else 200
    return render(request, "administration/person.html", page, status=status)


@needs(Permission.MANAGE_CLINIC)
@require_POST
def anew(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new password and second factor for someone who lost theirs."""
    by = administrator(request)
    user = get_object_or_404(User, pk=user_id, clinic=by.clinic)
    password = start_anew(user, by=by)
    return render(request, "administration/password.html", {"person": user, "password": password})


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
