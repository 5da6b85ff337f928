"""When is the result of each treatment asked for, and which of it was answered?

Nothing here depends on the day it is asked on: it is told from the chart alone, in whatever order
its entries were written. What is open on a day is read off it. An answer counts for a time only
within that time's window, on its own day in the clinic's zone; outside it is kept as what it is, a
score of its day, and counts for no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from needlepoint.core.chart import AdverseEvent, BlockTarget, PlannedProcedure, Procedure
from needlepoint.core.knowledge import FollowUpSchedule, Knowledge, Technique
from needlepoint.core.outcomes import Score, scores
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.done import carried_out
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.history import technique_named


class FollowUpState(StrEnum):
    """How far a follow-up is on a day."""

    COMING = "coming"
    OPEN = "open"
    IN_PART = "in_part"
    ANSWERED = "answered"
    MISSED = "missed"
    MISSED_IN_PART = "missed_in_part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One questionnaire about one pain, or about the patient as a whole, at one time."""

    instrument: str
    complaint: str | None
    answered_on: date | None  # within the window
    later_on: date | None  # the first answer after the window and before the next one begins
    from_day: date  # not before: nobody is asked the same within days of the last answer

    @property
    def question(self) -> tuple[str, str | None]:
        return self.instrument, self.complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One time at which questionnaires belong to a treatment: before it (day 0), or after."""

    procedure: str  # its entry
    label: str  # the technique, as it is called
    targets: tuple[BlockTarget, ...]
    complaint: str | None
    is_planned: bool
    day: int  # after it
    says: str
    says_es: str
    on: date
    opens: date  # the first day whose answer counts
    closes: date  # the last
    asks: tuple[Asked, ...]

    @property
    def answered(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.asks if one.answered_on is not None)

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.asks if one.answered_on is None)

    @property
    def is_before(self) -> bool:
        return self.day == 0

    @property
    def asked_from(self) -> date | None:
        """The first day on which something may be asked; None: nothing is left to ask."""
        days = [one.from_day for one in self.unanswered if one.from_day <= self.closes]
        return min(days, default=None)

    def state(self, today: date) -> FollowUpState:
        """How far it is on a day."""
        if not self.unanswered:
            return FollowUpState.ANSWERED
        if today > self.closes or self.asked_from is None:
            return FollowUpState.MISSED_IN_PART if self.answered else FollowUpState.MISSED
        if self.answered:
            return FollowUpState.IN_PART
        return FollowUpState.OPEN if today >= self.asked_from else FollowUpState.COMING

    @property
    def title(self) -> str:
        """As it is said: 3 months after lumbar medial branch radiofrequency, left L4-L5."""
        where = ", ".join(str(target) for target in self.targets)
        when = self.says if self.is_before else f"{self.says} after"
        return f"{when} {self.label[:1].lower()}{self.label[1:]}{f', {where}' if where else ''}"

    def open_on(self, today: date) -> tuple[Asked, ...]:
        """What a link asks on this day."""
        if today > self.closes:
            return ()
        return tuple(one for one in self.unanswered if one.from_day <= today)


def open_questions(found: Iterable[FollowUp], today: date) -> tuple[tuple[str, str | None], ...]:
    """What is asked on a day, of every follow-up together: each question once, pains together."""
    asked = dict.fromkeys(one.question for f in found for one in f.open_on(today))
    order = list(dict.fromkeys(instrument for instrument, _ in asked))
    return tuple(sorted(asked, key=lambda question: order.index(question[0])))


# --- from the chart -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Treatment:
    entry: str
    at: datetime
    label: str
    targets: tuple[BlockTarget, ...]
    complaint: str | None
    schedule: FollowUpSchedule
    is_planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """The days of one follow-up, before its questions are looked up."""

    day: int
    says: str
    says_es: str
    on: date
    opens: date
    closes: date
    asked_from: date
    until: datetime | None  # an answer after it belongs to what was done then
    next_opens: date | None
    instruments: tuple[str, ...]


def follow_ups(
    record: PatientRecord, knowledge: Knowledge, *, zone: tzinfo = UTC
) -> tuple[FollowUp, ...]:
    """Every time of every treatment, soonest first.

    A later treatment of the same pain, and a death, end what was still to come; a time that was
    answered before stays. A planned treatment is asked about once: before it.

    Args:
        zone: of the clinic; windows are whole days there.
    """
    reader = _Reader(record, knowledge, zone)
    found = [one for treatment in reader.treatments for one in reader.of(treatment)]
    return tuple(sorted(found, key=lambda f: (f.on, f.procedure, f.day)))


class _Reader:
    """One chart, its scores looked up once."""

    def __init__(self, record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> None:
        self.record, self.knowledge, self.zone = record, knowledge, zone
        self.facts = knowledge.guidance.safety.facts
        self.died = _death(record)
        self.known: dict[tuple[str, str | None], tuple[tuple[datetime, date], ...]] = {}
        self.treatments = tuple(self._treatments())

    def days(self, name: str) -> timedelta:
        return timedelta(days=number(self.facts[f"outcomes/{name}"]))

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _treatments(self) -> Iterator[_Treatment]:
        """Treatments that were done, and plans that wait for their day."""
        for e in self.record.entries:
            one = e.statement
            if isinstance(one, Procedure):
                yield from self._treatment(e.id, one.name, e.occurred_at, one)
            elif isinstance(one, PlannedProcedure) and one.at is not None:
                technique = technique_named(one.technique, self.knowledge)
                if self._waits(e.id, e.occurred_at, one, technique):
                    yield from self._treatment(e.id, one.technique, one.at, one)

    def _treatment(
        self, entry: str, name: str, at: datetime, one: Procedure | PlannedProcedure
    ) -> Iterator[_Treatment]:
        technique = technique_named(name, self.knowledge)
        schedule = self.knowledge.guidance.schedule_of(technique)
        if schedule is not None:
            yield _Treatment(
                entry=entry, at=at, targets=one.targets, complaint=one.complaint,
                label=technique.label if technique else name.replace("_", " ").capitalize(),
                schedule=schedule, is_planned=isinstance(one, PlannedProcedure),
            )  # fmt: skip

    def _waits(
        self, entry: str, at: datetime, one: PlannedProcedure, technique: Technique | None
    ) -> bool:
        """Whether a plan is of a treatment, and neither done nor beyond doing."""
        if technique is None or self.died is not None:
            return False
        if one.technique in self.knowledge.blocks or technique.group == "discography":
            return False  # a test, whose answer is its diary
        said = Said(entry=entry, occurred_at=at, statement=one)
        return carried_out(said, technique, self.record, self.knowledge) is None

    def of(self, one: _Treatment) -> Iterator[FollowUp]:
        """The follow-ups of one treatment that stand."""
        until = self._until(one)
        for times in self._times(one, until):
            asks = tuple(self._asks(one, times))
            cut = until is not None and times.day and times.on >= self.day_of(until)
            if asks and not (cut and not all(a.answered_on for a in asks)):
                yield FollowUp(
                    procedure=one.entry, label=one.label, targets=one.targets,
                    complaint=one.complaint, is_planned=one.is_planned, day=times.day,
                    says=times.says, says_es=times.says_es, on=times.on, opens=times.opens,
                    closes=times.closes, asks=asks,
                )  # fmt: skip

    def _until(self, one: _Treatment) -> datetime | None:
        """When the next treatment of the same pain was done, or the patient died."""
        later = [
            other.at
            for other in self.treatments
            if not other.is_planned and other.at > one.at and other.schedule.ends_earlier
            and (None in (one.complaint, other.complaint) or other.complaint == one.complaint)
        ]  # fmt: skip
        if self.died is not None:
            later.append(self.died)
        return min(later, default=None)

    def _times(self, one: _Treatment, until: datetime | None) -> Iterator[_Times]:
        start, schedule = self.day_of(one.at), one.schedule
        if not schedule.times:
            return
        only_after = words(self.facts["outcomes/instruments_only_after"])
        opens = start - self.days("baseline_within_days")
        # What was not asked before the needle cannot be asked after it.
        asked = start - self.days("baseline_asked_before_days") if one.is_planned else date.max
        yield _Times(
            day=0, says="before", says_es="antes", on=start, opens=opens, closes=start,
            asked_from=asked, until=one.at, next_opens=None,
            instruments=tuple(i for i in schedule.instruments if i not in only_after),
        )  # fmt: skip
        last = self.day_of(until) if until else None
        for n, time in enumerate(schedule.times if not one.is_planned else ()):
            opens, closes = (start + timedelta(days=d) for d in (time.from_day, time.to_day))
            after = schedule.times[n + 1] if n + 1 < len(schedule.times) else None
            yield _Times(
                day=time.day, says=time.says, says_es=time.says_es,
                on=start + timedelta(days=time.day), opens=opens,
                closes=min(closes, last) if last else closes, asked_from=opens, until=until,
                next_opens=start + timedelta(days=after.from_day) if after else None,
                instruments=time.instruments,
            )  # fmt: skip

    def _asks(self, one: _Treatment, times: _Times) -> Iterator[Asked]:
        rest = self.days("asked_again_after_days")
        for instrument in times.instruments:
            for complaint in self._pains(instrument, one.complaint):
                said = [
                    day for at, day in self._scores(instrument, complaint)
                    if times.until is None or at <= times.until
                ]  # fmt: skip
                within = [d for d in said if times.opens <= d <= times.closes]
                later = [d for d in said if d > times.closes
                         and (times.next_opens is None or d < times.next_opens)]  # fmt: skip
                before = max((d for d in said if d < times.opens), default=None)
                ready = max(times.asked_from, before + rest if before else times.asked_from)
                yield Asked(
                    instrument=instrument, complaint=complaint, from_day=ready,
                    answered_on=min(within, default=None),
                    later_on=None if within or times.day == 0 else min(later, default=None),
                )  # fmt: skip

    def _pains(self, instrument: str, complaint: str | None) -> tuple[str | None, ...]:
        """A scale of pain is asked of the pain that was treated, or of each where none is named."""
        if self.knowledge.guidance.instruments[instrument].about != "pain":
            return (None,)
        if complaint is not None:
            return (complaint,)
        return tuple(c.complaint.name for c in self.record.complaints) or (None,)

    def _scores(self, name: str, complaint: str | None) -> tuple[tuple[datetime, date], ...]:
        if (name, complaint) not in self.known:
            instrument = self.knowledge.guidance.instruments[name]
            found: tuple[Score, ...] = scores(self.record, instrument, complaint)
            self.known[name, complaint] = tuple((s.at, self.day_of(s.at)) for s in found)
        return self.known[name, complaint]


def _death(record: PatientRecord) -> datetime | None:
    """When something is on file that the patient died of."""
    return min(
        (e.occurred_at for e in record.entries
         if isinstance(e.statement, AdverseEvent) and e.statement.severity == "fatal"),
        default=None,
    )  # fmt: skip


__all__ = ["Asked", "FollowUp", "FollowUpState", "follow_ups", "open_questions"]
