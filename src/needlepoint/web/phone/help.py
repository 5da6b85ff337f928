"""Whom may a patient call? Only numbers that the clinic has set; none is invented."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Each is empty where the clinic has not set it; then the page says so in words."""

    clinic: str
    crisis: str
    emergency: str


def numbers() -> Numbers:
    """As the environment of this installation says."""
    return Numbers(
        clinic=settings.CLINIC_PHONE, crisis=settings.CRISIS_LINE,
        emergency=settings.EMERGENCY_NUMBER,
    )  # fmt: skip


__all__ = ["Numbers", "numbers"]
