"""Who opened a chart in an emergency, and was it right?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from needlepoint.accounts.limits import may_try
from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission
from needlepoint.core.errors import NeedlepointError
from needlepoint.store.models import Access, GlassBreak, Outcome, Patient

HOURS = 4
OPENING = "break glass"  # the line of the log that is the opening itself
SHORTEST_REASON = 15  # characters: "emergency" alone explains nothing to the reviewer


class GlassNotBroken(NeedlepointError):
    """The emergency was not described, or the review is not this person's to make."""


def break_glass(*, user: User, patient: Patient, reason: str) -> GlassBreak:
    """Open a chart of the clinic to someone outside the treating team, for a few hours.

    It is written down, shown to the reviewers, and cannot be undone.

    Raises:
        GlassNotBroken: the role may not, the reason says too little, or it was done too often.
    """
    if not user.may(Permission.BREAK_GLASS) or patient.clinic_id != user.clinic_id:
        raise GlassNotBroken(
            "Your role does not open charts in an emergency. Call the team on duty."
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise GlassNotBroken("Say what the emergency is, in a sentence: it will be reviewed.")
    if not may_try("break_glass", str(user.pk), times=10, minutes=60):
        raise GlassNotBroken("You have opened ten charts this hour. Call the administrator.")
    now = timezone.now()
    with transaction.atomic():
        Access.objects.create(
            at=now, patient_id=patient.pk, clinic_id=user.clinic_id, user_id=user.pk,
            purpose=OPENING, outcome=Outcome.BROKE_GLASS,
        )  # fmt: skip
        return GlassBreak.objects.create(
            clinic_id=user.clinic_id, user=user, patient=patient, reason=reason.strip(),
            opened_at=now, ends_at=now + timedelta(hours=HOURS),
        )  # fmt: skip


def review_glass(*, broken: GlassBreak, by: User, justified: bool, review: str) -> None:
    """Write down whether an emergency was one. Once, and never by the one who declared it.

    Raises:
        GlassNotBroken: the review is not this person's to make, or was made.
    """
    if not by.may(Permission.REVIEW_BREAK_GLASS) or by.clinic_id != broken.clinic_id:
        raise GlassNotBroken("Your role does not review emergencies.")
    if by.pk == broken.user_id:
        raise GlassNotBroken("Nobody reviews their own emergency. Ask another administrator.")
    if not justified and not review.strip():
        raise GlassNotBroken("Say why it was not justified.")
    done = GlassBreak.objects.filter(pk=broken.pk, reviewed_at=None).update(
        reviewed_by=by, reviewed_at=timezone.now(), justified=justified, review=review.strip()
    )
    if not done:
        raise GlassNotBroken("This was reviewed already. Reload the page.")


def looked_at(broken: Sequence[GlassBreak], *, most: int = 5000) -> dict[UUID, list[str]]:
    """What each was used for, by the access log: purposes in our words, nothing of the chart."""
    if not broken:
        return {}
    rows = Access.objects.filter(
        outcome=Outcome.BROKE_GLASS, user_id__in={one.user_id for one in broken},
        patient_id__in={one.patient_id for one in broken},
        at__gte=min(one.opened_at for one in broken), at__lte=max(one.ends_at for one in broken),
    ).exclude(purpose=OPENING).order_by("at")[:most]  # fmt: skip
    found: dict[UUID, list[str]] = {one.pk: [] for one in broken}
    for row in rows:
        for one in broken:
            is_of = (one.user_id, one.patient_id) == (row.user_id, row.patient_id)
            if is_of and one.opened_at <= row.at <= one.ends_at:
                found[one.pk].append(row.purpose)
    return found
