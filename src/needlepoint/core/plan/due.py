"""What is due for this patient, on which day, from the chart alone?

Nothing here depends on the day it is asked on, only on what was written: so it can be kept in a
table when something is written, and the table says what a recomputation would say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from needlepoint.core.chart import (
    Attestation,
    PlannedProcedure,
    Procedure,
    PumpSetting,
    Questionnaire,
    State,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import instrument_named, score, scores
from needlepoint.core.plan.standing import pending
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.eligibility import eligibility
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.situation import Planned, Situation, instead, situation
from needlepoint.core.technique.pump import PumpState, pump_state
from needlepoint.core.technique.stimulation import device_registry

_DAYS_A_MONTH = 30.4375  # of the mean Gregorian year


class DueKind(StrEnum):
    """What somebody has to do."""

    SELF_HARM = "self_harm"
    PUMP_STOPPED = "pump_stopped"
    REFILL = "refill"
    ALARM = "alarm"
    BRIDGE = "bridge"
    DIARY = "diary"
    FOLLOW_UP = "follow_up"
    REPEAT = "repeat"
    DEVICE = "device"
    AUTHORISATION = "authorisation"
    PLANNED = "planned"
    UNPLACED = "unplaced"  # planned without a day
    UNREAD = "unread"  # a chart from which nothing could be told


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Due:
    """One thing to do, from a day on."""

    on: date
    kind: DueKind
    subject: str  # the entry it is about
    says: str


def dues(record: PatientRecord, knowledge: Knowledge, *, zone: tzinfo = UTC) -> tuple[Due, ...]:
    """Everything that is or becomes due, soonest first.

    Args:
        zone: of the clinic; dates are days there.
    """
    found = [
        *_self_harm(record, knowledge, zone),
        *_pump(record, knowledge, zone),
        *_diaries(record, knowledge, zone),
        *(one for late in follow_ups(record, knowledge) if (one := _follow_up(late, zone))),
        *_repeats(record, knowledge, zone),
        *_devices(record),
        *_authorisations(record),
        *_planned(record, knowledge, zone),
    ]
    return tuple(sorted(found))


# --- harm, and the pump ---------------------------------------------------------------------------

SEEN = "self_harm_addressed"  # the attestation that answers the alarm


def _self_harm(record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> Iterator[Due]:
    for entry, at, label in self_harm_alarms(record, knowledge):
        says = f"{label}: an answer about self-harm. See the patient today."
        yield Due(on=_day(at, zone), kind=DueKind.SELF_HARM, subject=entry, says=says)


def self_harm_alarms(
    record: PatientRecord, knowledge: Knowledge
) -> tuple[tuple[str, datetime, str], ...]:
    """Entry, moment and instrument of each alarming answer that nobody has answered yet."""
    instruments = knowledge.guidance.instruments
    answered = [
        e.occurred_at
        for e in record.entries
        if isinstance(e.statement, Attestation)
        and e.statement.name == SEEN
        and e.statement.value is True
    ]
    last = max(answered, default=None)
    found = []
    for entry in record.entries:
        one = entry.statement
        if not isinstance(one, Questionnaire) or not one.answers:
            continue
        instrument = instrument_named(one.instrument, instruments)
        if instrument is None or (last is not None and entry.occurred_at <= last):
            continue
        if score(instrument, one.answers).alarms:
            found.append((entry.id, entry.occurred_at, instrument.label))
    return tuple(found)


def _pump(record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> Iterator[Due]:
    if not any(isinstance(e.statement, PumpSetting) for e in record.entries) or _is_out(record):
        return
    state = pump_state(record, knowledge, zone=zone)
    if state is None:
        return
    now, entry = state.history.now, state.history.now.entry
    if now.setting.running is not True:
        stopped = now.setting.running is False
        says = "The pump is stopped." if stopped else "Nobody wrote down that the pump runs."
        yield Due(on=_day(now.at, zone), kind=DueKind.PUMP_STOPPED, subject=entry, says=says)
    yield from _calendar(state, entry, zone)
    old = state.old_solution
    if old is not None and any(
        v.rule == "pump/bridge" and v.outcome != "clear" for v in state.verdicts
    ):
        says = "Was the change of solution bridged?"
        yield Due(on=_day(old.changed_at, zone), kind=DueKind.BRIDGE, subject=entry, says=says)


def _calendar(state: PumpState, entry: str, zone: tzinfo) -> Iterator[Due]:
    dates = state.dates
    if dates is None:
        if state.history.now.setting.running is True:
            says = state.dates_question or "No refill date can be reckoned."
            on = _day(state.history.now.at, zone)
            yield Due(on=on, kind=DueKind.REFILL, subject=entry, says=says)
        return
    says = f"Refill by {dates.refill_by}, limited by {dates.limited_by}."
    yield Due(on=dates.refill_by, kind=DueKind.REFILL, subject=entry, says=says)
    alarm = _day(dates.alarm_at, zone)
    yield Due(on=alarm, kind=DueKind.ALARM, subject=entry, says=f"The pump alarms on {alarm}.")


def _is_out(record: PatientRecord) -> bool:
    """Whether the pump was taken out after it was set last."""
    last = max(
        (e.occurred_at for e in record.entries if isinstance(e.statement, PumpSetting)),
        default=None,
    )
    return any(
        "pump" in said.statement.device.lower()
        and said.statement.state is State.ABSENT
        and (last is None or said.occurred_at >= last)
        for said in record.devices
    )


# --- diaries and follow-ups -----------------------------------------------------------------------


def _diaries(record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> Iterator[Due]:
    wait = timedelta(days=number(knowledge.guidance.safety.facts["outcomes/diary_after_days"]))
    for complaint in record.complaints:
        for block in complaint.blocks:
            said = block.statement
            if not said.performed or said.diary or said.relief is not None:
                continue
            says = f"No diary of the block of {_day(block.occurred_at, zone)}."
            on = _day(block.occurred_at + wait, zone)
            yield Due(on=on, kind=DueKind.DIARY, subject=block.entry, says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A moment after a procedure at which its result is asked for."""

    entry: str
    procedure: str
    months: float
    at: datetime
    is_measured: bool


def follow_ups(record: PatientRecord, knowledge: Knowledge) -> tuple[FollowUp, ...]:
    """Every follow-up of every procedure, measured or not, oldest procedure first.

    A score from a little before the moment on, and before the next one, counts. A later procedure
    for the same pain ends the follow-up of the earlier.
    """
    facts, scale = knowledge.guidance.safety.facts, knowledge.guidance.instruments["nrs"]
    early = timedelta(days=number(facts["outcomes/follow_up_early_days"]))
    value = facts["outcomes/follow_up_months"].value
    assert isinstance(value, tuple), "the months of follow-up are a list"
    months = [float(one) for one in value]
    found = []
    for said in record.procedures:
        one = said.statement
        until = _next_for(said.occurred_at, one, record)
        series = [s.at for s in scores(record, scale, one.complaint) if s.at > said.occurred_at]
        moments = [said.occurred_at + timedelta(days=m * _DAYS_A_MONTH) for m in months]
        for n, (month, at) in enumerate(zip(months, moments, strict=True)):
            if until is not None and at > until:
                break
            end = moments[n + 1] - early if n + 1 < len(moments) else None
            measured = any(
                at - early <= s and (end is None or s < end) and (until is None or s <= until)
                for s in series
            )
            found.append(FollowUp(entry=said.entry, procedure=one.name, months=month, at=at,
                                  is_measured=measured))  # fmt: skip
    return tuple(found)


def _next_for(at: datetime, one: Procedure, record: PatientRecord) -> datetime | None:
    later = [
        said.occurred_at
        for said in record.procedures
        if said.occurred_at > at
        and (one.complaint is None or said.statement.complaint in (None, one.complaint))
    ]
    return min(later, default=None)


def _follow_up(one: FollowUp, zone: tzinfo) -> Due | None:
    if one.is_measured:
        return None
    name = one.procedure.replace("_", " ")
    says = f"{one.months:g} months after {name}: pain and function are not measured."
    return Due(on=_day(one.at, zone), kind=DueKind.FOLLOW_UP, subject=one.entry, says=says)


# --- the rest -------------------------------------------------------------------------------------


def _repeats(record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> Iterator[Due]:
    """The first day on which an authority allows each procedure again, told apart by authority."""
    last: dict[str, tuple[str, datetime, Procedure]] = {}
    for said in record.procedures:
        technique = technique_named(said.statement.name, knowledge)
        if technique is not None:
            last[technique.id] = (said.entry, said.occurred_at, said.statement)
    now: Situation | None = None
    for name, (entry, at, done) in last.items():
        technique = knowledge.guidance.techniques[name]
        again = Planned(
            technique=technique, targets=done.targets, at=at + timedelta(days=1),
            complaint=done.complaint,
        )  # fmt: skip
        now = instead(now, again) if now else situation(record, again, knowledge)
        for one in eligibility(now):
            if one.next_on is not None:
                says = f"{technique.label} again from {one.next_on} by {one.policy.authority}."
                yield Due(on=one.next_on, kind=DueKind.REPEAT, subject=entry, says=says)


def _devices(record: PatientRecord) -> Iterator[Due]:
    for device in device_registry(record):
        one = device.now.statement
        if one.state is State.PRESENT and device.replace_by is not None:
            name = one.device.replace("_", " ").capitalize()
            says = f"{name}: its expected life ends {device.replace_by}."
            yield Due(on=device.replace_by, kind=DueKind.DEVICE, subject=device.now.entry,
                      says=says)  # fmt: skip


AUTHORISED = "authorised_until"  # the attestation that names the last day


def _authorisations(record: PatientRecord) -> Iterator[Due]:
    for entry in record.entries:
        one = entry.statement
        if not isinstance(one, Attestation) or one.name != AUTHORISED:
            continue
        try:
            until = date.fromisoformat(str(one.value))
        except ValueError:
            continue  # written by hand elsewhere; it names no day that could be counted
        about = f" for {one.note}" if one.note else ""
        yield Due(on=until, kind=DueKind.AUTHORISATION, subject=entry.id,
                  says=f"The authorisation{about} ends {until}.")  # fmt: skip


def _planned(record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> Iterator[Due]:
    open_ones = {now.planned.entry for now in pending(record, knowledge)}
    for entry in record.entries:
        one = entry.statement
        if not isinstance(one, PlannedProcedure):
            continue
        name = one.technique.replace("_", " ").capitalize()
        if one.at is not None:
            on = _day(one.at, zone)
            yield Due(on=on, kind=DueKind.PLANNED, subject=entry.id, says=name)
        elif entry.id in open_ones:
            on = _day(entry.occurred_at, zone)
            says = f"{name}: planned without a day."
            yield Due(on=on, kind=DueKind.UNPLACED, subject=entry.id, says=says)


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


__all__ = [
    "AUTHORISED",
    "SEEN",
    "Due",
    "DueKind",
    "FollowUp",
    "dues",
    "follow_ups",
    "self_harm_alarms",
]
