"""How are the settings of a clinic changed?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from needlepoint.accounts.models import Clinic, User
from needlepoint.accounts.people import note


def change_clinic(clinic: Clinic, changed: Iterable[str], *, by: User) -> None:
    """Save these fields of the clinic, and write down by whom, for good."""
    names = sorted(changed)
    if not names:
        return
    assert by.clinic_id == clinic.pk, "an administrator changes the own clinic"
    with transaction.atomic():
        clinic.save(update_fields=names)
        note(by, f"clinic settings: {', '.join(names)}"[:200], by)
