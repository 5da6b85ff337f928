"""How do people join a clinic, change their place in it, and leave?"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction

from needlepoint.accounts.models import Clinic, Membership, StaffChange, Team, User
from needlepoint.accounts.roles import Role
from needlepoint.core.errors import NeedlepointError


class NotChanged(NeedlepointError):
    """A change to the clinic's people that cannot be made."""


def open_clinic(*, name: str, time_zone: str, username: str, person: str) -> tuple[Clinic, str]:
    """Make a clinic with its first administrator.

    Returns:
        the clinic, and the password with which the administrator signs in the first time.
    """
    with transaction.atomic():
        clinic = Clinic.objects.create(name=name, time_zone=time_zone)
        _, first = add_person(
            clinic=clinic, username=username, name=person, role=Role.ADMINISTRATOR, teams=(),
            by=None,
        )  # fmt: skip
    return clinic, first


def add_person(
    *,
    clinic: Clinic,
    username: str,
    name: str,
    role: Role,
    teams: Iterable[Team],
    by: User | None,
) -> tuple[User, str]:
    """Make a user. The password is shown to the administrator once and changed at the first use.

    Args:
        by: who does it; nobody where a clinic is opened from its own command line.
    """
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = User.objects.create_user(username, password, clinic=clinic, role=role, name=name)
        user.password_is_temporary = True
        user.save(update_fields=["password_is_temporary"])
        note(user, f"added as {role.value}", by)
        set_teams(user, teams, by=by)
    return user, password


def set_teams(user: User, teams: Iterable[Team], *, by: User | None) -> None:
    """Put a user into these teams of the clinic and no others."""
    wanted = list(teams)
    assert all(team.clinic_id == user.clinic_id for team in wanted), "a team of another clinic"
    with transaction.atomic():
        before = set(user.teams.all())
        if before != set(wanted):
            note(user, f"in {len(wanted)} teams, before in {len(before)}", by)
        Membership.objects.filter(user=user).exclude(team__in=wanted).delete()
        for team in wanted:
            Membership.objects.get_or_create(user=user, team=team)


def set_place(user: User, *, role: Role, is_active: bool, by: User) -> None:
    """Change what a user is in the clinic; whoever is let go is signed out at once.

    Raises:
        NotChanged: it would leave the clinic without an administrator, or lock oneself out.
    """
    if user.pk == by.pk and (role != user.role or not is_active):
        raise NotChanged("Nobody changes their own role. Ask another administrator.")
    before = (user.role, user.is_active)
    user.role, user.is_active = role.value, is_active
    with transaction.atomic():
        user.save(update_fields=["role", "is_active"])
        if before != (user.role, is_active):
            note(user, f"{role.value}, {'works here' if is_active else 'let go'}", by)
    if not is_active:
        sign_out(user)


def start_anew(user: User, *, by: User) -> str:
    """Give someone who lost phone or password a new password, and let the second factor go."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        user.set_password(password)
        user.password_is_temporary = True
        user.save(update_fields=["password", "password_is_temporary"])
        note(user, "new password, second factor let go", by)
    sign_out(user)
    return password


def sign_out(user: User, *, but: str | None = None) -> None:
    """End every session of a user, but for the one with this key."""
    for session in Session.objects.exclude(session_key=but or "").iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def note(user: User, what: str, by: User | None) -> None:
    """Write down for good what was done to an account, or by it to the clinic."""
    StaffChange.objects.create(clinic_id=user.clinic_id, user=user, by=by, what=what)
