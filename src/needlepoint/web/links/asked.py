"""What does a link ask, what of it was answered, and which links went out for a follow-up?

A link of questionnaires asks what was open on the day it was made, of every follow-up together. One
that was made while nothing was open asks the usual questionnaires, but none that was answered
within days. A day is one in the clinic's zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from hashlib import sha256
from uuid import UUID

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import scores
from needlepoint.core.plan.due import names_of
from needlepoint.core.plan.follow_up import FollowUp, follow_ups, open_questions
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.facts import number, words
from needlepoint.store.models import Link, Scope

FOLLOW_UP = "follow_up"  # the subject of a link that was made while a follow-up was open
Question = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Everything that a link asks."""

    all: tuple[Question, ...]
    answered: frozenset[Question]  # by this link
    about: tuple[FollowUp, ...]  # whose questions they are; none: of no follow-up

    @property
    def open(self) -> tuple[Question, ...]:
        return tuple(one for one in self.all if one not in self.answered)

    def is_late(self, today: date) -> bool:
        """Whether an answer of today counts for none of the times that it was asked for."""
        return bool(self.about) and all(one.closes < today for one in self.about)


def subject_now(
    record: PatientRecord, knowledge: Knowledge, *, today: date, zone: tzinfo
) -> str:  # fmt: skip
    """What a link of questionnaires that is made today is about."""
    return FOLLOW_UP if open_questions(follow_ups(record, knowledge, zone=zone), today) else ""


def mark_of(link_id: UUID, question: Question) -> str:
    """What the id of the answer to one question of one link begins with."""
    instrument, complaint = question
    about = sha256(complaint.encode()).hexdigest()[:6] if complaint else "all"
    return f"{_mark(link_id)}{instrument}-{about}-"


def questions_of(
    link: Link, record: PatientRecord, knowledge: Knowledge, zone: tzinfo
) -> Questions:  # fmt: skip
    """What a link asks, as if it had not been answered yet, and what it has answered."""
    mark = _mark(link.pk)
    others = tuple(e for e in record.entries if not e.id.startswith(mark))
    ours = [e.id for e in record.entries if e.id.startswith(mark)]
    before, made = replace(record, entries=others), link.made_at.astimezone(zone).date()
    about: tuple[FollowUp, ...] = ()
    if link.subject == FOLLOW_UP:
        found = follow_ups(before, knowledge, zone=zone)
        asked = open_questions(found, made)
        about = tuple(one for one in found if one.open_on(made))
    else:
        asked = _usual(before, knowledge, made, zone)
    done = frozenset(q for q in asked if any(i.startswith(mark_of(link.pk, q)) for i in ours))
    return Questions(all=asked, answered=done, about=about)


def _usual(
    record: PatientRecord, knowledge: Knowledge, day: date, zone: tzinfo
) -> tuple[Question, ...]:  # fmt: skip
    """Pain of each complaint by itself, the rest of the patient as a whole."""
    facts, known = knowledge.guidance.safety.facts, knowledge.guidance.instruments
    only_after = words(facts["outcomes/instruments_only_after"])
    rest = timedelta(days=number(facts["outcomes/asked_again_after_days"]))
    found: list[Question] = []
    for name in words(facts["outcomes/instruments"]):
        if name in only_after and not record.procedures:
            continue
        pains: list[str | None] = [c.complaint.name for c in record.complaints]
        for pain in (pains or [None]) if known[name].about == "pain" else [None]:
            said = [s.at.astimezone(zone).date() for s in scores(record, known[name], pain)]
            if not any(day - rest < one <= day for one in said):
                found.append((name, pain))
    return tuple(found)


def _mark(link_id: UUID) -> str:
    return f"measure-{link_id.hex[:12]}-"


# --- how far a link is ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A link of questionnaires that was given."""

    made_at: datetime
    is_open: bool
    was_opened: bool


def sent_to(patients: Iterable[UUID], now: datetime) -> dict[UUID, tuple[Sent, ...]]:
    """Links of questionnaires of each patient, the latest first."""
    rows = Link.objects.filter(patient_id__in=set(patients), scope=Scope.MEASURES)
    found: dict[UUID, tuple[Sent, ...]] = {}
    for row in rows.order_by("-made_at"):
        one = Sent(made_at=row.made_at, is_open=row.closed_at is None and row.ends_at > now,
                   was_opened=row.opened_at is not None)  # fmt: skip
        found[row.patient_id] = (*found.get(row.patient_id, ()), one)
    return found


def sent_words(sent: Iterable[Sent], since: date, zone: tzinfo) -> tuple[str, bool]:
    """How far the link for something that opened on a day is, and whether one was given at all."""
    days = [(one, one.made_at.astimezone(zone).date()) for one in sent]
    last = next(((one, day) for one, day in days if day >= since), None)
    if last is None:
        return "link not sent", False
    one, day = last
    if not one.is_open:
        return f"link of {day} has ended", True
    return f"link sent {day}, {'opened' if one.was_opened else 'not opened'}", True


def answered_words(found: Questions, knowledge: Knowledge) -> str:
    """How much of a link was answered, and what was not."""
    if not found.all:
        return "nothing is open any more"
    if not found.answered:
        return "not answered"
    if not found.open:
        return "answered in full"
    names = names_of(found.open, knowledge)
    return f"{len(found.answered)} of {len(found.all)} answered, open: {', '.join(names)}"


__all__ = [
    "FOLLOW_UP", "Question", "Questions", "Sent", "answered_words", "mark_of", "questions_of",
    "sent_to", "sent_words", "subject_now",
]  # fmt: skip
