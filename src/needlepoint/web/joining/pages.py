"""What do the pages of joining show?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from needlepoint.accounts.keys import fault_of_confirming
from needlepoint.accounts.models import KeyKind, StaffChange, StaffKey, User

_WHAT = {
    KeyKind.JOIN: "Signs in for the first time: chooses a password, sets up a second factor.",
    KeyKind.PASSWORD: "Chooses a new password. The second factor stays in force.",
    KeyKind.FACTOR: "Lost the second factor: chooses a new password and sets up another.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One colleague who is to get in."""

    id: UUID
    who: str
    username: str
    role: str
    what: str
    asked_by: str
    asked_at: datetime
    ends_at: datetime
    state: str
    may_confirm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsPage:
    """What others did to one's account."""

    rows: tuple[StaffChange, ...]
    through: int


def key_rows(keys: Iterable[StaffKey], by: User) -> tuple[KeyRow, ...]:
    """As this person sees them; a row says why it is not theirs to confirm."""
    return tuple(_row(key, fault_of_confirming(key, by)) for key in keys)


def _row(key: StaffKey, fault: str) -> KeyRow:
    return KeyRow(
        id=key.pk,
        who=key.user.name,
        username=key.user.username,
        role=key.user.role.replace("_", " "),
        what=_WHAT[KeyKind(key.kind)],
        asked_by=key.asked_by.name if key.asked_by else "the command line",
        asked_at=key.asked_at,
        ends_at=key.ends_at,
        state=_state(key, fault),
        may_confirm=not fault,
    )


def _state(key: StaffKey, fault: str) -> str:
    if not key.needs_second:
        return "Needs no second person."
    if key.confirmed_by is not None:
        return f"{key.confirmed_by.name} has confirmed."
    return fault


def news_page(rows: list[StaffChange]) -> NewsPage:
    """The latest last, as it came about."""
    return NewsPage(rows=tuple(rows), through=rows[-1].pk if rows else 0)
