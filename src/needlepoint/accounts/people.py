"""How do people join a clinic, change their place in it, and leave?"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.db import transaction

from needlepoint.accounts.models import Clinic, Membership, StaffChange, Team, User
from needlepoint.accounts.roles import Role
from needlepoint.core.errors import NeedlepointError

NOT_ME = "says that this was not asked for"


class NotChanged(NeedlepointError):
    """A change to the clinic's people that cannot be made."""


def open_clinic(*, name: str, time_zone: str, username: str, person: str) -> tuple[Clinic, User]:
    """Make a clinic with its first administrator, who cannot sign in before a key is given."""
    with transaction.atomic():
        clinic = Clinic.objects.create(name=name, time_zone=time_zone)
        first = add_person(
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
) -> User:
    """Make a user, with no password: that is chosen by its owner, with a key.

    Args:
        by: who does it; nobody where a clinic is opened from its own command line.
    """
    with transaction.atomic():
        user = User.objects.create_user(username, None, clinic=clinic, role=role, name=name)
        note(user, f"added as {role.value}", by)
        set_teams(user, teams, by=by)
    return user


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


def sign_out(user: User, *, but: str | None = None) -> None:
    """End every session of a user, but for the one with this key."""
    for session in Session.objects.exclude(session_key=but or "").iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def note(user: User, what: str, by: User | None) -> None:
    """Write down for good what was done to an account, or by it to the clinic."""
    StaffChange.objects.create(clinic_id=user.clinic_id, user=user, by=by, what=what)


def news_for(user: User) -> list[StaffChange]:
    """What others have done to this account since its owner last read of it."""
    changes = StaffChange.objects.filter(user=user, pk__gt=user.told_through).exclude(by=user)
    return list(changes.select_related("by").order_by("pk"))


def has_read(user: User, *, through: int, was_me: bool) -> None:
    """The owner has read what was done to the account; what was not asked for is written down.

    Args:
        through: the last change that was shown; what came after is shown another time.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk, told_through__lt=through).update(told_through=through)
        if not was_me:
            note(user, NOT_ME, user)
