"""Was what was drawn out what should have been there, and is the next refill in time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from needlepoint.core.chart import Decision
from needlepoint.core.rules import Reason, Verdict
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.verdict import cannot_tell, caution, clear, clear_by, hold
from needlepoint.core.technique.pump.checks import is_harmful
from needlepoint.core.technique.pump.history import PumpHistory
from needlepoint.core.technique.pump.reservoir import (
    Between,
    RefillDates,
    Residual,
    residuals,
)
from needlepoint.core.technique.pump.solution import limits_of
from needlepoint.core.units import Volume, say

_SMALL_RESERVOIR_ML = 20  # the sizes that the published thresholds of a pocket fill speak of


RESIDUAL = "pump/residual"
SIGNED = "pump refill"  # what the decision about a refill that is held is about


def is_signed(of: PumpHistory) -> bool:
    """Whether somebody has said, since the last refill, what is done about its volumes."""
    last = of.last_fill
    if last is None:
        return True
    places = [e.id for e in of.record.entries]
    since = of.record.entries[places.index(last.entry) :] if last.entry in places else ()
    return any(isinstance(e.statement, Decision) and e.statement.about == SIGNED for e in since)


def last_refill(of: PumpHistory) -> Verdict:
    """What the last refill showed: under-infusion, over-infusion, or drug beside the pump."""
    label = "What was drawn at the last refill"
    return Verdict(rule=RESIDUAL, label=label, reasons=tuple(_residual(of)))


def _residual(of: PumpHistory) -> Iterator[Reason]:
    last = of.last_fill
    if last is None:
        yield cannot_tell("Record the last refill: volume in and volume drawn.")
        return
    entries = [last.entry]
    if of.record.as_of - last.at < timedelta(days=1):
        fact = of.devices.facts["pump/observe_refill_minutes"]
        says = f"Observe at least {number(fact):g} minutes after a refill, naloxone at hand."
        yield caution(says, fact, entries=entries)
    if len(of.fills) < 2:
        yield clear("The first fill on file: nothing to compare yet.", entries)
        return
    if last.drawn is None:
        yield cannot_tell("Record how much was drawn out before the refill.", entries=entries)
        return
    found = next((one for one in residuals(of.fills, of.settings) if one.entry == last.entry), None)
    if found is None:
        yield cannot_tell("Record how the pump was set before that refill.", entries=entries)
        return
    yield from _programmer(found, of)
    yield from _judged(found, of)


def _programmer(found: Residual, of: PumpHistory) -> Iterator[Reason]:
    """What the programmer expected and what the chart gives should be one number."""
    said = of.fills[-1].expected_by_programmer
    if said is None:
        return
    facts = of.devices.facts
    share = number(facts["pump/flow_rounding_percent"]) / 100
    slack = number(facts["pump/volume_rounding_ml"]) + share * found.ran.most.ml
    if said.ml < found.expected.least.ml - slack or said.ml > found.expected.most.ml + slack:
        says = (
            f"The programmer expected {say(said.ml)} ml, the chart gives {_range(found.expected)}: "
            "a setting or a bolus is missing here. Compare both."
        )
        yield cannot_tell(says, entries=[found.entry])


def _judged(found: Residual, of: PumpHistory) -> Iterator[Reason]:
    facts, entries, pump = of.devices.facts, [found.entry], of.pump
    stop, pocket = facts["pump/discrepancy_stop_percent"], facts["pump/pocket_ml_20"]
    if pump is not None and pump.reservoir_ml.value > _SMALL_RESERVOIR_ML:
        pocket = facts["pump/pocket_ml_40"]
    said = f"{say(found.drawn.ml)} ml drawn, {_range(found.expected)} expected ({found.formula})."
    percent, accuracy = found.percent, pump.accuracy_percent if pump else None
    beyond = accuracy is None or abs(percent) > accuracy.value
    missing = found.short.ml > number(pocket)
    if missing and beyond:
        yield hold(
            f"{said} Less than expected: too much ran, or drug lies beside the pump. Keep the "
            "patient, watch breathing, find out before anything else.",
            pocket, facts["pump/pocket_fill"], *([accuracy] if accuracy else []), entries=entries,
        )  # fmt: skip
    elif abs(percent) >= number(stop):
        yield hold(f"{said} {_cause(percent, of)}", stop, entries=entries)
    elif accuracy is None:
        says = f"{said} The accuracy of this pump is not on file: compare with its manual."
        yield cannot_tell(says, entries=entries)
    elif beyond:
        says = f"{said} Beyond {accuracy.value:g} %: {_cause(percent, of)}"
        yield caution(says, accuracy, entries=entries)
    else:
        says = f"{said} Within the pump's {accuracy.value:g} %."
        yield clear_by(says, of.knowledge, accuracy, entries=entries)
        if missing:
            says = f"More than {number(pocket):g} ml less than expected: look at the pocket."
            yield caution(says, pocket, entries=entries)


def _cause(percent: float, of: PumpHistory) -> str:
    if percent > 0:
        return "Too much was given: interrogate the pump, check concentration and dose."
    signs = ", ".join(words(of.devices.facts["pump/granuloma_signs"]))
    return (
        "Too little was given: interrogate the pump (stall?), examine the catheter, ask for "
        f"signs of a mass at its tip ({signs})."
    )


def _range(volume: Between) -> str:
    if volume.least.is_near(volume.most, absolute=5e-4):
        return f"{say(volume.least.ml)} ml"
    return f"{say(volume.least.ml)} to {say(volume.most.ml)} ml"


# --- the next one ---------------------------------------------------------------------------------


def next_refill(of: PumpHistory, dates: RefillDates | None, why_not: str, on: date) -> Verdict:
    """Is there time until the next refill, and is the alarm set where withdrawal would begin?"""
    label = "The next refill"
    reasons = tuple(_next(of, dates, why_not, on))
    return Verdict(rule="pump/refill_due", label=label, reasons=reasons)


def _next(of: PumpHistory, dates: RefillDates | None, why_not: str, on: date) -> Iterator[Reason]:
    entries = [of.now.entry, *([of.last_fill.entry] if of.last_fill else [])]
    if dates is None:
        yield cannot_tell(why_not, entries=entries)
        return
    now = of.record.as_of
    harmful = [one.label.lower() for one in of.now.setting.drugs if is_harmful(one, of)]
    threatens = f" Withdrawal of {' and '.join(harmful)} threatens." if harmful else ""
    if dates.empty_at <= now:
        yield hold(f"The pump has run dry.{threatens} Refill now.", entries=entries)
    elif dates.alarm_at <= now:
        yield hold(f"Below the alarm volume.{threatens} Refill now.", entries=entries)
    elif dates.danger_from is not None and dates.danger_from <= now:
        yield hold(
            f"At a volume where withdrawal may begin.{threatens} Refill now.", entries=entries
        )
    elif dates.stable_until is not None and dates.stable_until <= now:
        yield hold("What is in the pump has outlived its stability. Refill now.", entries=entries)
    elif dates.refill_by < on:
        yield hold(f"The refill was due by {dates.refill_by}. Book it now.", entries=entries)
    else:
        # The margin is ours and only makes it sooner; what must be right is the alarm volume.
        alarms = [of.pump.alarm_ml] if of.pump is not None else []
        yield clear_by(f"Refill by {dates.refill_by}.", of.knowledge, *alarms, entries=entries)
    yield from _alarm(of, entries)


def alarm_volume(of: PumpHistory) -> Volume | None:
    """The highest of what was programmed, what the drugs ask for and what the pump has."""
    if of.pump is None and of.alarm is None:
        return None
    volumes = [] if of.alarm is None else [of.alarm]
    if of.pump is not None:
        volumes.append(Volume(ml=of.pump.alarm_ml.value))
    known = [limits_of(one, of.devices) for one in of.now.setting.drugs]
    volumes += [Volume(ml=k.alarm_ml.value) for k in known if k is not None and k.alarm_ml]
    return max(volumes, key=lambda volume: volume.ml)


def _alarm(of: PumpHistory, entries: list[str]) -> Iterator[Reason]:
    """Some patients feel withdrawal while the pump still holds more than its alarm volume."""
    set_to = of.alarm
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        if known is None or known.alarm_ml is None:
            continue
        wanted = known.alarm_ml
        if set_to is None:
            says = f"{one.label}: read the alarm volume; {wanted.value:g} ml is advised."
            yield cannot_tell(says, wanted, entries=entries)
        elif set_to < Volume(ml=wanted.value):
            says = f"{one.label}: alarm at {set_to.ml:g} ml; raise it to {wanted.value:g} ml."
            yield caution(says, wanted, entries=entries)
