"""How does someone get in who has no password, or lost it, or lost the second factor?

Nobody lets another in alone. An administrator asks for a key, which is a link. The link alone sets
a password only where the owner's second factor stays in force; else a second person, who knows the
owner, gives a code beside it. Neither of the two learns a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from needlepoint.accounts.codes import as_typed, new_code, new_token, token_hash
from needlepoint.accounts.limits import keyed_hash
from needlepoint.accounts.models import KeyKind, StaffKey, User
from needlepoint.accounts.people import NotChanged, note, sign_out
from needlepoint.accounts.roles import Permission

DAYS = 3
MOST_WRONG_CODES = 5
_SPENT = "This link does not open. It was used, has ended, or was withdrawn: ask for a new one."


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key as it is given on. Its link is shown now and never again."""

    key: StaffKey
    token: str


def has_second_factor(user: User) -> bool:
    """Whether a second factor of this user is in force."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def ask_for_key(user: User, *, lost_factor: bool, by: User | None) -> GivenKey:
    """Make a link for a colleague; earlier ones end. Until it is used, nothing else changes.

    Args:
        by: an administrator; nobody where the owner of the machine does it on the command line,
            which is the last resort and needs no second person.

    Raises:
        NotChanged: one asks for oneself, for another clinic, or for someone who has left.
    """
    if by is not None and by.pk == user.pk:
        raise NotChanged("Nobody gives a key to themselves. Ask another administrator.")
    if by is not None and (by.clinic_id != user.clinic_id or not _manages(by)):
        raise NotChanged("Only an administrator of the clinic asks for a key.")
    if not user.is_active:
        raise NotChanged("This person has left. Let them work here again first.")
    kind = KeyKind.PASSWORD
    if not user.has_usable_password():
        kind = KeyKind.JOIN
    elif lost_factor or not has_second_factor(user):
        kind = KeyKind.FACTOR
    token, now = new_token(), timezone.now()
    with transaction.atomic():
        StaffKey.objects.filter(user=user, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
        key = StaffKey.objects.create(
            user=user, kind=kind, token_hash=token_hash(token), asked_by=by, asked_at=now,
            ends_at=now + timedelta(days=DAYS),
        )  # fmt: skip
        where = "" if by else " on the server's command line"
        note(user, f"link made{where}: {kind.label}", by)
    return GivenKey(key=key, token=token)


def _manages(user: User) -> bool:
    return user.may(Permission.MANAGE_CLINIC)


def waiting_keys(user: User) -> list[StaffKey]:
    """Keys of the clinic that may still be used, the oldest first."""
    open_now = StaffKey.objects.filter(
        user__clinic=user.clinic, used_at=None, withdrawn_at=None, ends_at__gt=timezone.now()
    )
    return list(open_now.select_related("user", "asked_by", "confirmed_by").order_by("asked_at"))


def fault_of_confirming(key: StaffKey, by: User) -> str:
    """Why this person cannot be the second one; empty if they can."""
    if not by.may(Permission.CONFIRM_COLLEAGUE) or by.clinic_id != key.user.clinic_id:
        return "A physician or an administrator of the clinic confirms."
    if by.pk == key.user_id:
        return "Nobody confirms themselves."
    if by.pk == key.asked_by_id:
        return "You asked for this. A second person confirms it."
    if not key.needs_second or key.confirmed_at is not None or not key.is_open(timezone.now()):
        return "There is nothing to confirm any more. Reload the page."
    return ""


def confirm_key(key: StaffKey, *, by: User) -> str:
    """Say that one knows this colleague and that they ask; gives the code to tell them, once.

    Raises:
        NotChanged: this person cannot, or somebody else already has.
    """
    code, now = new_code(), timezone.now()
    with transaction.atomic():
        locked = StaffKey.objects.select_for_update(of=("self",)).select_related("user")
        fresh = locked.get(pk=key.pk)
        if fault := fault_of_confirming(fresh, by):
            raise NotChanged(fault)
        fresh.confirmed_by, fresh.confirmed_at, fresh.code_hash = by, now, _code_hash(fresh, code)
        fresh.save(update_fields=["confirmed_by", "confirmed_at", "code_hash"])
        note(fresh.user, f"confirmed: {KeyKind(fresh.kind).label}", by)
    return code


def withdraw_key(key: StaffKey, *, by: User) -> None:
    """End a key that nobody has used."""
    with transaction.atomic():
        open_now = StaffKey.objects.filter(pk=key.pk, used_at=None, withdrawn_at=None)
        if open_now.update(withdrawn_at=timezone.now()):
            note(key.user, "link withdrawn", by)


def key_of(token: str) -> StaffKey | None:
    """The key of this link, if it can still be used."""
    key = StaffKey.objects.filter(token_hash=token_hash(token)).select_related("user").first()
    usable = key is not None and key.is_open(timezone.now()) and key.user.is_active
    return key if usable else None


def use_key(token: str, *, code: str, password: str) -> str:
    """Let the owner of an account choose a password; every session of theirs ends.

    Returns:
        why it is refused, in a sentence; empty if the password is theirs from now on.
    """
    with transaction.atomic():
        locked = StaffKey.objects.select_for_update(of=("self",)).select_related("user")
        key = locked.filter(token_hash=token_hash(token)).first()
        if key is None or not key.is_open(timezone.now()) or not key.user.is_active:
            return _SPENT
        if refused := _refused(key, code):
            return refused
        _let_in(key, password)
    return ""


def _refused(key: StaffKey, code: str) -> str:
    if not key.needs_second:
        alone = key.asked_by_id is not None and not has_second_factor(key.user)
        return _SPENT if alone else ""  # the factor went meanwhile: one person's link is not enough
    if key.confirmed_at is None:
        return "Nobody has confirmed this yet. Ask a physician or another administrator for a code."
    if compare_digest(key.code_hash, _code_hash(key, as_typed(code))):
        return ""
    key.wrong_codes += 1
    key.save(update_fields=["wrong_codes"])
    if key.wrong_codes < MOST_WRONG_CODES:
        return "This is not the code. Ask the person who confirmed."
    key.withdrawn_at = timezone.now()
    key.save(update_fields=["withdrawn_at"])
    note(key.user, "link ended: wrong codes", None)
    return _SPENT


def _let_in(key: StaffKey, password: str) -> None:
    user = key.user
    if key.kind != KeyKind.PASSWORD:
        Authenticator.objects.filter(user=user).delete()
    user.set_password(password)
    user.save(update_fields=["password"])
    key.used_at = timezone.now()
    key.save(update_fields=["used_at"])
    gone = "" if key.kind == KeyKind.PASSWORD else ", a new second factor to be set up"
    note(user, f"link used: new password{gone}", None)
    sign_out(user)


def _code_hash(key: StaffKey, code: str) -> str:
    return keyed_hash(f"staff code:{key.pk}:{code}")


__all__ = [
    "GivenKey",
    "ask_for_key",
    "confirm_key",
    "fault_of_confirming",
    "has_second_factor",
    "key_of",
    "use_key",
    "waiting_keys",
    "withdraw_key",
]
