"""What do the pages about links show?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from needlepoint.store.links import CODE_MINUTES, Given
from needlepoint.store.models import Intake, Link
from needlepoint.web.drawings.svg import Drawing
from needlepoint.web.links.code import qr_svg

_NAMES = {"intake": "Intake", "diary": "Diary after a block", "measures": "Questionnaires"}


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
    qr: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRow:
    """How far an intake is."""

    started_at: datetime
    state: str


def given_link(given: Given, address: str) -> GivenLink:
    code = given.code
    return GivenLink(
        address=address,
        code=f"{code[:4]}-{code[4:]}",
        code_minutes=CODE_MINUTES,
        what=_NAMES[given.link.scope],
        qr=qr_svg(address),
    )


def link_rows(
    links: Iterable[Link], now: datetime, blocks: Mapping[str, str]
) -> tuple[LinkRow, ...]:
    """Every link with what it is for; a diary names its block."""
    return tuple(
        LinkRow(
            id=link.pk,
            what=": ".join(filter(None, [_NAMES[link.scope], blocks.get(link.subject, "")])),
            made_at=link.made_at,
            ends_at=link.ends_at,
            state=_state(link, now),
            is_open=link.closed_at is None and link.ends_at > now,
        )
        for link in links
    )


def intake_rows(intakes: Iterable[Intake]) -> tuple[IntakeRow, ...]:
    """Every intake of the patient with how far it is."""
    return tuple(IntakeRow(started_at=one.started_at, state=_how_far(one)) for one in intakes)


def _how_far(one: Intake) -> str:
    if one.reviewed_at is not None:
        return f"gone through on {one.reviewed_at:%Y-%m-%d}"
    if one.submitted_at is not None:
        return f"handed in on {one.submitted_at:%Y-%m-%d %H:%M}"
    pages = sum(not name.startswith("_") for name in one.answers)
    return f"{pages} pages answered, the last on {one.changed_at:%Y-%m-%d %H:%M}"


def _state(link: Link, now: datetime) -> str:
    if link.closed_at is not None:
        return "closed"
    if link.ends_at <= now:
        return "ended"
    return "opened" if link.opened_at is not None else "not opened yet"
