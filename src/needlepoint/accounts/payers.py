"""How does a clinic say which payers it works with?"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from needlepoint.accounts.models import PayerFile, User
from needlepoint.accounts.people import note


def keep_payer_file(*, policy_id: str, text: str, by: User) -> None:
    """Keep the text of a policy that has been checked; an earlier one of this id is replaced."""
    with transaction.atomic():
        PayerFile.objects.update_or_create(
            clinic=by.clinic, policy_id=policy_id,
            defaults={"text": text, "is_used": True, "changed_at": timezone.now(),
                      "changed_by": by},
        )  # fmt: skip
        note(by, f"payer file {policy_id} kept", by)


def use_payer(*, policy_id: str, is_used: bool, by: User) -> None:
    """Use a policy in this clinic, or do without it."""
    with transaction.atomic():
        PayerFile.objects.update_or_create(
            clinic=by.clinic, policy_id=policy_id,
            defaults={"is_used": is_used, "changed_at": timezone.now(), "changed_by": by},
        )  # fmt: skip
        note(by, f"payer {policy_id} {'used' if is_used else 'not used'}", by)
