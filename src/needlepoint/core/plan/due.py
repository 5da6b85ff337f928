"""What is due for this patient, on which day, from the chart alone?

Nothing here depends on the day it is asked on, only on what was written: so it can be kept in a
table when something is written, and the table says what a recomputation would say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
from needlepoint.core.outcomes import instrument_named, score
from needlepoint.core.plan.follow_up import follow_ups
from needlepoint.core.plan.standing import pending
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.eligibility import eligibility
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.situation import Planned, Situation, instead, situation
from needlepoint.core.technique.pump import PumpState, pump_state
from needlepoint.core.technique.stimulation import device_registry


class DueKind(StrEnum):
    """What somebody has to do."""

    SELF_HARM = "self_harm"
    PUMP_STOPPED = "pump_stopped"
    REFILL_HELD = "refill_held"  # its volumes do not agree, and nobody has signed what is done
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
    until: date = date.max  # the last day on which it can be done


def dues(record: PatientRecord, knowledge: Knowledge, *, zone: tzinfo = UTC) -> tuple[Due, ...]:
    """Everything that is or becomes due, soonest first.

    Args:
        zone: of the clinic; dates are days there.
    """
    found = [
        *_self_harm(record, knowledge, zone),
        *_pump(record, knowledge, zone),
        *_diaries(record, knowledge, zone),
        *_follow_ups(record, knowledge, zone),
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
    last = state.history.last_fill
    if last is not None and state.unsigned_refill:
        says = "What was drawn at the refill does not fit. Sign what is done about it."
        yield Due(on=_day(last.at, zone), kind=DueKind.REFILL_HELD, subject=last.entry, says=says)
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


def _follow_ups(record: PatientRecord, knowledge: Knowledge, zone: tzinfo) -> Iterator[Due]:
    """What may still be asked, from its first day to the last that counts."""
    for one in follow_ups(record, knowledge, zone=zone):
        if one.asked_from is None:
            continue
        says = one.title[:1].upper() + one.title[1:]
        if one.answered:
            missing = ", ".join(names_of((a.question for a in one.unanswered), knowledge))
            says = f"{says}: answered in part, open: {missing}"
        yield Due(on=one.asked_from, kind=DueKind.FOLLOW_UP, subject=one.procedure,
                  says=f"{says}.", until=one.closes)  # fmt: skip


def names_of(
    questions: Iterable[tuple[str, str | None]], knowledge: Knowledge
) -> tuple[str, ...]:  # fmt: skip
    """Questionnaires in short; a scale of pain names the pain where there are several."""
    known, asked = knowledge.guidance.instruments, tuple(questions)
    several = len({pain for _, pain in asked if pain}) > 1
    return tuple(
        re.split("[:,]", known[name].label)[0]
        + (f" ({pain.replace('_', ' ')})" if several and pain else "")
        for name, pain in asked
    )


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
    "dues",
    "names_of",
    "self_harm_alarms",
]
