"""What the pump's part of the devices page prints: settings, reservoir, calendar, checks, sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from needlepoint.core.knowledge import Knowledge, is_verified
from needlepoint.core.rules import Outcome
from needlepoint.core.technique.pump import PumpState, Setting
from needlepoint.core.units import say, say_dose, say_mass
from needlepoint.web.devices.verdicts import VerdictCard, verdict_cards

RUNNING = {True: "running", False: "stopped", None: "not said to run"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugRow:
    """One drug of the solution, its units always written."""

    label: str
    strength: str
    dose: str
    most: str  # a day, with every bolus that is allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRow:
    """One line of the calendar."""

    label: str
    on: date | datetime
    note: str
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSection:
    """A card for an emergency."""

    label: str
    lines: tuple[tuple[str, bool], ...]  # what to do, and whether its source was read


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpPage:
    """Exactly what is printed of one pump."""

    title: str
    is_known: bool  # whether the model is on file
    drugs: tuple[DrugRow, ...]
    flow: str
    running: str
    bolus: str
    set_at: datetime
    reservoir: str
    calendar: tuple[DateRow, ...]
    question: str  # what must be known for a date
    changed: tuple[str, ...]
    old_solution: tuple[str, ...]  # while it still flows
    asks_bridge: bool  # whether nobody wrote down that the change was bridged
    verdicts: tuple[VerdictCard, ...]
    formulas: tuple[str, ...]
    cards: tuple[CardSection, ...]
    at_hand: tuple[str, ...]
    unsigned_refill: str  # its entry: the volumes do not agree, and nobody has signed why
    mri: tuple[str, ...]


def pump_page(state: PumpState, knowledge: Knowledge) -> PumpPage:
    """Lay a pump out for its page."""
    of = state.history
    setting = of.now.setting
    return PumpPage(
        title=of.pump.label if of.pump else (of.model or "Pump of unknown model"),
        is_known=of.pump is not None,
        drugs=drug_rows(setting),
        flow=f"{say(setting.flow.ml_per_day)} ml/day",
        running=RUNNING[setting.running],
        bolus=bolus_words(setting),
        set_at=of.now.at,
        unsigned_refill=state.unsigned_refill,
        reservoir=_reservoir(state),
        calendar=tuple(_calendar(state)),
        question=state.dates_question or "",
        changed=state.changed,
        old_solution=tuple(_old(state)),
        asks_bridge=any(
            v.rule == "pump/bridge" and v.outcome is not Outcome.CLEAR for v in state.verdicts
        ),
        verdicts=verdict_cards(state.verdicts, knowledge),
        formulas=state.formulas,
        cards=card_sections(state, knowledge),
        at_hand=state.at_hand,
        mri=pump_mri(state, knowledge),
    )


def drug_rows(setting: Setting) -> tuple[DrugRow, ...]:
    """Each drug with strength, dose and the most a day."""
    return tuple(
        DrugRow(
            label=one.label,
            strength=one.say_strength(),
            dose=one.say_dose(),
            most=say_dose(setting.most_a_day(one), one.unit),
        )
        for one in setting.drugs
    )


def bolus_words(setting: Setting) -> str:
    """The bolus that the patient may call for."""
    if setting.bolus is None:
        return "none"
    first = setting.drugs[0]
    mass = say_mass(first.strength.within(setting.bolus.volume), first.unit)
    return f"{mass} {first.label.lower()}, at most {setting.bolus.most_a_day} a day"


def card_sections(state: PumpState, knowledge: Knowledge) -> tuple[CardSection, ...]:
    """Withdrawal and overdose of what is in the pump."""
    return tuple(
        CardSection(
            label=card.label,
            lines=tuple((line.says, is_verified(line, knowledge)) for line in card.lines),
        )
        for card in state.cards
    )


def pump_mri(state: PumpState, knowledge: Knowledge) -> tuple[str, ...]:
    """What a scan asks of this pump; never more than is on file for its model."""
    pump = state.history.pump
    if pump is None:
        return (str(knowledge.guidance.neuromodulation.facts["pump/mri_unknown"].value),)
    return (pump.mri, f"Before: {pump.before_mri}", f"After: {pump.after_mri}")


def _reservoir(state: PumpState) -> str:
    if state.content is None:
        return "not known"
    least, most = max(0.0, state.content.least.ml), max(0.0, state.content.most.ml)
    if abs(most - least) < 5e-4:
        return f"{say(most)} ml left"
    return f"{say(least)} to {say(most)} ml left"


def _calendar(state: PumpState) -> Iterator[DateRow]:
    dates = state.dates
    if dates is None:
        return
    now, today = state.as_of, state.as_of.astimezone(state.zone).date()
    yield DateRow(label="Refill by", on=dates.refill_by, note=f"limited by {dates.limited_by}",
                  is_past=dates.refill_by < today)  # fmt: skip
    moments = (
        ("Stable until", dates.stable_until, ""),
        ("Alarm, if the pump runs fast", dates.alarm_if_fast, "at the edge of its accuracy"),
        ("Alarm", dates.alarm_at, "with every allowed bolus taken"),
        ("Withdrawal may begin", dates.danger_from, ""),
        ("Empty", dates.empty_at, ""),
    )
    known = [(label, at, note) for label, at, note in moments if at is not None]
    for label, at, note in sorted(known, key=lambda one: one[1]):
        yield DateRow(label=label, on=at, note=note, is_past=at <= now)


def _old(state: PumpState) -> Iterator[str]:
    old = state.old_solution
    if old is None:
        if state.line_question is not None and state.history.before is not None:
            yield f"How long an old solution still flows is not known. {state.line_question}"
        return
    if old.until is None:
        yield "The old solution stands in the line until the pump runs again."
    else:
        until = old.until.astimezone(state.zone)
        yield f"The old solution still flows until {until:%Y-%m-%d %H:%M}: {old.formula}."
    yield from (one.says for one in old.unbridged)


__all__ = [
    "RUNNING",
    "CardSection",
    "DateRow",
    "DrugRow",
    "PumpPage",
    "bolus_words",
    "card_sections",
    "drug_rows",
    "pump_mri",
    "pump_page",
]
