"""Clinics, teams and the people who work in them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from needlepoint.accounts.roles import OVERRULED_BY, Override, Permission, Role, may


class Clinic(models.Model):
    """A practice. Nothing of one clinic is ever seen in another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    jurisdiction = models.CharField(max_length=64, blank=True)  # of payers and of law
    # Whom a patient may call; each is empty until the clinic sets it, because none is invented.
    phone = models.CharField(max_length=40, blank=True)
    crisis_line = models.CharField(max_length=40, blank=True)
    emergency_number = models.CharField(max_length=40, blank=True)
    rooms = models.TextField(blank=True)  # one a line, in the order of the day's board

    def __str__(self) -> str:
        return self.name

    @property
    def room_names(self) -> tuple[str, ...]:
        """The rooms in which procedures are done."""
        return tuple(line.strip() for line in self.rooms.splitlines() if line.strip())


class Team(models.Model):
    """Those who treat the same patients."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "name"], name="team_name_once_a_clinic")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users whose passwords are kept as hashes only."""

    def create_user(
        self, username: str, password: str | None = None, *, clinic: Clinic, role: Role, name: str
    ) -> User:
        user = self.model(username=username, clinic=clinic, role=role, name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff, in one clinic, in one role.

    Who works in two clinics has two users, so that no page ever mixes two practices.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)  # as it is signed: Dr. Ana Rivera
    email = models.EmailField(blank=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="users")
    role = models.CharField(max_length=24, choices=[(r.value, r.value) for r in Role])
    teams = models.ManyToManyField(Team, through="Membership", related_name="users")
    is_active = models.BooleanField(default=True)
    told_through = models.BigIntegerField(default=0)  # the last change to the account they read

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        """Whether this user's role holds a permission."""
        return self.is_active and may(self.role, permission)

    def may_overrule(self, override: Override) -> bool:
        """Whether this user's role may go on where the program says stop."""
        return self.may(OVERRULED_BY[override])


class Membership(models.Model):
    """A user's place in a team; who left keeps nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "team"], name="member_once_a_team")
        ]


class StaffChange(models.Model):
    """What was done to whose account, and by whom. A trigger keeps it as it is."""

    at = models.DateTimeField(default=timezone.now)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changes")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "at"], name="staff_changes")]


class KeyKind(models.TextChoices):
    """What a member of staff may do with a key."""

    JOIN = "join", "first sign-in"
    PASSWORD = "password", "forgotten password"
    FACTOR = "factor", "lost second factor"


class StaffKey(models.Model):
    """A link by which a member of staff chooses a password, once. Only hashes are kept.

    Where no second factor of theirs stands beside it, a second person gives a code as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="keys")
    kind = models.CharField(max_length=12, choices=KeyKind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "asked_at"], name="keys_of_a_user")]

    @property
    def needs_second(self) -> bool:
        """Whether a second person's code is asked for; what the machine's owner made needs none."""
        return self.asked_by_id is not None and self.kind != KeyKind.PASSWORD

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.withdrawn_at is None and self.ends_at > now


class PayerFile(models.Model):
    """A policy of a payer that a clinic has added, or one that ships and that it does not use."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="payer_files")
    policy_id = models.CharField(max_length=80)
    text = models.TextField(blank=True)  # YAML as it was uploaded; empty for one that ships
    is_used = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "policy_id"], name="payer_file_once_a_clinic")
        ]


class Attempt(models.Model):
    """One try at something that may be tried only so often. Who tried is kept as a hash."""

    what = models.CharField(max_length=40)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["what", "who", "at"], name="attempts_of_one")]
