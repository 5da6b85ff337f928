"""Which permission does an address ask for? Each view says so; one that does not is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from needlepoint.accounts.roles import Permission

HELD = "needlepoint_links"  # in the session: the links that this device holds, by scope
ON_DESK = "needlepoint_desk"  # in the session: the device is the clinic's, and signs off when idle
ANY_LINK = "any"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who may pass: staff with a permission, a patient with a link, or anyone, and why."""

    permission: Permission | None = None
    scope: str | None = None  # of a patient's link
    why: str = ""  # an address open to anyone says why


def needs(permission: Permission) -> Callable[[View], View]:
    """Mark a view as one for staff who hold a permission."""
    return _mark(Door(permission=permission))


def by_link(scope: str) -> Callable[[View], View]:
    """Mark a view as one for a patient who came by a link of this scope."""
    return _mark(Door(scope=scope))


def open_to_anyone(why: str) -> Callable[[View], View]:
    """Mark a view as open. It must show nothing of any patient."""
    return _mark(Door(why=why))


def takes_files(view: View) -> View:
    """Mark a view to which files are sent; to any other, only what a form holds."""
    view.needlepoint_takes_files = True  # type: ignore[attr-defined]
    return view


def door_of(view: Callable[..., Any], name: str) -> Door | None:
    """What a view asks for; None if it forgot to say."""
    door = getattr(view, "needlepoint_door", None)
    return door if isinstance(door, Door) else _LIBRARIES.get(name)


def _mark(door: Door) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.needlepoint_door = door  # type: ignore[attr-defined]
        return view

    return mark


_SIGN_IN = Door(why="signing in comes before anything else")
_OWN = Door(permission=Permission.OWN_ACCOUNT)

# Addresses of libraries, by name. What is not listed here is refused.
_LIBRARIES: Mapping[str, Door] = {
    "account_login": _SIGN_IN,
    "account_inactive": _SIGN_IN,
    "mfa_authenticate": _SIGN_IN,
    "account_logout": _OWN,
    "account_reauthenticate": _OWN,
    "account_change_password": _OWN,
    "mfa_index": _OWN,
    "mfa_reauthenticate": _OWN,
    "mfa_activate_totp": _OWN,
    "mfa_deactivate_totp": _OWN,
    "mfa_view_recovery_codes": _OWN,
    "mfa_generate_recovery_codes": _OWN,
    "mfa_download_recovery_codes": _OWN,
}
