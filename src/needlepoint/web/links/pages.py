"""What do the pages about links show?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType
from uuid import UUID

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.store.links import CODE_MINUTES, Given
from needlepoint.store.models import Intake, Link, Scope
from needlepoint.web.drawings.svg import Drawing
from needlepoint.web.links.asked import answered_words, questions_of
from needlepoint.web.links.code import qr_svg
from needlepoint.web.links.diaries import diary_tally

_NAMES = {"intake": "Intake", "diary": "Diary after a block", "measures": "Questionnaires"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link that was given."""

    id: UUID
    what: str
    about: str
    answered: str  # of a diary or of questionnaires
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
    links: Iterable[Link],
    now: datetime,
    blocks: Mapping[str, str],
    answers: Mapping[UUID, tuple[str, str]] = MappingProxyType({}),
) -> tuple[LinkRow, ...]:
    """Every link with what it is for, how far it is, and what of it was answered.

    Args:
        answers: by link, what its questions are about and how many were answered, in words.
    """
    return tuple(
        LinkRow(
            id=link.pk,
            what=": ".join(filter(None, [_NAMES[link.scope], blocks.get(link.subject, "")])),
            about=answers.get(link.pk, ("", ""))[0],
            answered=answers.get(link.pk, ("", ""))[1],
            made_at=link.made_at,
            ends_at=link.ends_at,
            state=_state(link, now),
            is_open=link.closed_at is None and link.ends_at > now,
        )
        for link in links
    )


def answered_by(
    links: Iterable[Link],
    record: PatientRecord,
    knowledge: Knowledge,
    *,
    zone: tzinfo,
    now: datetime,
) -> dict[UUID, tuple[str, str]]:
    """What each link's questions are about, and how much of it was answered, in words."""
    found: dict[UUID, tuple[str, str]] = {}
    for link in links:
        if link.scope == Scope.DIARY:
            one = diary_tally(link.subject, record, knowledge, now=now)
            found[link.pk] = ("", str(one) if one else "the block was taken back")
        elif link.scope == Scope.MEASURES:
            asked = questions_of(link, record, knowledge, zone)
            about = "; ".join(f.title for f in asked.about)
            found[link.pk] = (about, answered_words(asked, knowledge))
    return found


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
