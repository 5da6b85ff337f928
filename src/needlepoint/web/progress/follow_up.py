"""Completeness of follow-up: which time came due, what was answered, what was missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.due import names_of
from needlepoint.core.plan.follow_up import FollowUp, FollowUpState, follow_ups
from needlepoint.core.record import PatientRecord
from needlepoint.web.links.asked import Sent, sent_words

_WORDS = {
    FollowUpState.COMING: "to come",
    FollowUpState.OPEN: "open",
    FollowUpState.IN_PART: "answered in part",
    FollowUpState.ANSWERED: "answered",
    FollowUpState.MISSED: "missed",
    FollowUpState.MISSED_IN_PART: "missed in part",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRow:
    """A time at which the result of a treatment is asked for, and what came of it."""

    label: str
    is_before: bool
    on: date
    opens: date
    closes: date
    state: FollowUpState
    word: str
    detail: str  # what is open, how far the link is, what came too late
    does: str  # send, call, or empty: the one thing to do


def follow_up_rows(
    record: PatientRecord, knowledge: Knowledge, *, zone: tzinfo, sent: Sequence[Sent] = ()
) -> tuple[FollowUpRow, ...]:
    """Every time of every treatment, oldest first."""
    today = record.as_of.astimezone(zone).date()
    return tuple(
        _row(one, knowledge, today, zone, sent)
        for one in follow_ups(record, knowledge, zone=zone)
        if not (one.is_planned and one.closes < today)  # a plan that was not kept
    )


def _row(
    one: FollowUp, knowledge: Knowledge, today: date, zone: tzinfo, sent: Sequence[Sent]
) -> FollowUpRow:
    state = one.state(today)
    link, does = "", ""
    if one.open_on(today):
        assert one.asked_from is not None, "something is open"
        link, was_sent = sent_words(sent, one.asked_from, zone)
        does = "call" if was_sent else "send"
    said = [s[:1].upper() + s[1:] for s in (*_details(one, state, knowledge), link) if s]
    return FollowUpRow(
        label=one.title, is_before=one.is_before, on=one.on, opens=one.opens, closes=one.closes,
        state=state, word=_WORDS[state], detail=". ".join(said), does=does,
    )  # fmt: skip


def _details(one: FollowUp, state: FollowUpState, knowledge: Knowledge) -> list[str]:
    """What is open or missing, and what came after the window and counts for no time."""
    found = []
    if one.answered and one.unanswered:
        names = ", ".join(names_of((a.question for a in one.unanswered), knowledge))
        is_over = state is FollowUpState.MISSED_IN_PART
        found.append(f"{'not answered' if is_over else 'open'}: {names}")
    late = [a for a in one.unanswered if a.later_on is not None]
    days = sorted({a.later_on for a in late if a.later_on is not None})
    if days:
        names = ", ".join(names_of((a.question for a in late), knowledge))
        found.append(f"{names} came {days[0]}, after the window: kept, not counted here")
    return found


def completeness(rows: Iterable[FollowUpRow]) -> str:
    """How much of what came due after treatments was answered."""
    after = [row for row in rows if not row.is_before]
    past = [row for row in after if row.state not in (FollowUpState.COMING, FollowUpState.OPEN)]
    if not past:
        return "No follow-up has come due yet." if after else "No procedure is on file."
    count = {state: sum(row.state is state for row in past) for state in FollowUpState}
    part = count[FollowUpState.IN_PART] + count[FollowUpState.MISSED_IN_PART]
    parts = [f"{count[FollowUpState.ANSWERED]} of {len(past)} follow-ups answered in full"]
    parts += [f"{part} in part"] if part else []
    parts += [f"{count[FollowUpState.MISSED]} missed"] if count[FollowUpState.MISSED] else []
    return f"{', '.join(parts)}."


__all__ = ["FollowUpRow", "completeness", "follow_up_rows"]
