"""How does a patient answer without an account? By a link sent to a phone, or a code at the desk.

A link is opened once, by one device, which then holds a session of that link alone until it ends.
Opened again from elsewhere it is refused, so a forwarded or intercepted message opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from needlepoint.accounts.codes import as_typed, new_code, new_token, token_hash
from needlepoint.accounts.limits import forget_try, keyed_hash, may_try
from needlepoint.accounts.models import User
from needlepoint.store.models import Access, Link, Outcome, Patient, Scope

DAYS = {Scope.INTAKE: 14, Scope.DIARY: 15, Scope.MEASURES: 30}
CODE_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Given:
    """A link as it is given to the patient. Its secrets are shown now and never again."""

    link: Link
    token: str
    code: str


def make_link(
    *, patient: Patient, scope: Scope, by: User, subject: str = "", made_at: datetime | None = None
) -> Given:
    """Make a link for one thing, with a code that can be typed at the desk in the next minutes.

    Args:
        subject: what it is about, e.g. the entry of the block whose diary is kept.
        made_at: now, if not said; a demonstration says earlier.
    """
    token, code = new_token(), new_code()
    now = made_at or timezone.now()
    link = Link.objects.create(
        patient=patient, scope=scope, subject=subject, token_hash=token_hash(token),
        code_hash=keyed_hash(f"desk code:{code}"),
        code_ends_at=now + timedelta(minutes=CODE_MINUTES),
        made_at=now, made_by=by, ends_at=now + timedelta(days=DAYS[scope]),
    )  # fmt: skip
    return Given(link=link, token=token, code=code)


def open_by_token(token: str, *, from_address: str) -> Link | None:
    """The link of this token, if it is opened for the first time and in time; else None."""
    if not may_try("link", from_address, times=30, minutes=10):
        return None
    return _open(Link.objects.filter(token_hash=token_hash(token)))


def open_by_code(code: str, *, from_address: str) -> Link | None:
    """The link of a code typed at the desk; None if it is wrong, late, used, or tried too often."""
    if not may_try("desk_code", from_address, times=5, minutes=15):
        return None  # first, so that one address alone cannot use up the tries of all
    # All guessers together, too: many addresses do not make a short code guessable.
    if not may_try("desk_codes", "everyone", times=60, minutes=15):
        return None
    typed = as_typed(code)
    fresh = Link.objects.filter(code_ends_at__gt=timezone.now())
    link = _open(fresh.filter(code_hash=keyed_hash(f"desk code:{typed}")))
    if link is not None:
        forget_try("desk_code", from_address)
        forget_try("desk_codes", "everyone")
    return link


def link_in_use(link_id: str, scope: str) -> Link | None:
    """The link a device holds, if it may still be used for this."""
    link = Link.objects.select_related("patient").filter(pk=link_id, scope=scope).first()
    return link if link is not None and _is_open(link) else None


def close_link(link: Link) -> None:
    """End a link: the answers were handed in, or the clinic withdrew it."""
    Link.objects.filter(pk=link.pk, closed_at=None).update(closed_at=timezone.now())


def _open(found: QuerySet[Link]) -> Link | None:
    with transaction.atomic():
        link = found.select_for_update(of=("self",)).select_related("patient").first()
        if link is None:
            return None
        usable = link.opened_at is None and _is_open(link)
        Access.objects.create(
            at=timezone.now(), patient_id=link.patient_id, clinic_id=link.patient.clinic_id,
            link_id=link.pk, purpose=f"open {link.scope} link",
            outcome=Outcome.ALLOWED if usable else Outcome.REFUSED,
        )  # fmt: skip
        if not usable:
            return None
        link.opened_at = timezone.now()
        link.code_hash = ""
        link.save(update_fields=["opened_at", "code_hash"])
    return link


def _is_open(link: Link) -> bool:
    return link.closed_at is None and link.ends_at > timezone.now()
