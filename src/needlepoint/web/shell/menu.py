"""Where can one go? Only what there is, and what one may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from needlepoint.accounts.models import User
from needlepoint.accounts.roles import Permission

_MENU = (
    ("Today", "today", Permission.READ_SCHEDULE),
    ("Patients", "patients", Permission.FIND_PATIENT),
    ("Due", "due", Permission.READ_SCHEDULE),
    ("Inbox", "inbox", Permission.READ_CHART),
    ("Registry", "registry", Permission.READ_REGISTRY),
    ("Clinic", "people", Permission.MANAGE_CLINIC),
    ("Knowledge", "knowledge", Permission.READ_KNOWLEDGE),
)
_TABS = (
    ("Story", "story"),
    ("Examination", "examination"),
    ("Imaging", "imaging"),
    ("Pain source", "pain_source"),
    ("Blocks", "blocks"),
    ("Treatment", "treatment"),
    ("Devices", "devices"),
    ("Progress", "progress"),
    ("Papers", "papers"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of a menu."""

    label: str
    name: str
    address: str


def menu_for(user: object) -> tuple[Place, ...]:
    """The main menu of a member of staff."""
    if not isinstance(user, User):
        return ()
    return tuple(_places((label, name) for label, name, need in _MENU if user.may(need)))


def tabs_of(patient_id: UUID) -> tuple[Place, ...]:
    """The tabs of one patient."""
    return tuple(_places(_TABS, patient_id))


def _places(named: Iterable[tuple[str, str]], *arguments: object) -> Iterable[Place]:
    for label, name in named:
        try:
            yield Place(label=label, name=name, address=reverse(name, args=arguments))
        except NoReverseMatch:
            continue  # a feature that this installation does not have


__all__ = ["Place", "menu_for", "tabs_of"]
