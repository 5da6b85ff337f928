"""What do the pages about links show?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from needlepoint.store.links import CODE_MINUTES, Given
from needlepoint.store.models import Link

_NAMES = {"intake": "First visit", "diary": "Diary after a block", "measures": "Questionnaires"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link that was given."""

    id: UUID
    what: str
    made_at: datetime
    ends_at: datetime
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLink:
    """A new link: shown once."""

    address: str
    code: str
    code_minutes: int
    what: str


def given_link(given: Given, address: str) -> GivenLink:
    code = given.code
    return GivenLink(
        address=address,
        code=f"{code[:4]}-{code[4:]}",
        code_minutes=CODE_MINUTES,
        what=_NAMES[given.link.scope],
    )


def link_rows(links: Iterable[Link], now: datetime) -> tuple[LinkRow, ...]:
    return tuple(
        LinkRow(
            id=link.pk,
            what=_NAMES[link.scope],
            made_at=link.made_at,
            ends_at=link.ends_at,
            state=_state(link, now),
            is_open=link.closed_at is None and link.ends_at > now,
        )
        for link in links
    )


def _state(link: Link, now: datetime) -> str:
    if link.closed_at is not None:
        return "closed"
    if link.ends_at <= now:
        return "ended"
    return "opened" if link.opened_at is not None else "not opened yet"
