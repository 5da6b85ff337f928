"""Whom may a patient call? Only numbers that the clinic has set; none is invented."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from needlepoint.accounts.models import Clinic


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Each is empty where the clinic has not set it; then the page says so in words."""

    clinic: str
    crisis: str
    emergency: str


def numbers(clinic: Clinic) -> Numbers:
    """As the clinic has set them; where it has not, as the environment of the machine says."""
    return Numbers(
        clinic=clinic.phone or settings.CLINIC_PHONE,
        crisis=clinic.crisis_line or settings.CRISIS_LINE,
        emergency=clinic.emergency_number or settings.EMERGENCY_NUMBER,
    )


__all__ = ["Numbers", "numbers"]
