"""What does a filled questionnaire score, and what if answers are missing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from needlepoint.core.chart import Questionnaire
from needlepoint.core.knowledge import Instrument
from needlepoint.core.words import letters_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A score, or why there is none."""

    value: float | None
    answered: int
    band: str | None = None
    alarms: tuple[str, ...] = ()  # items whose answer asks for action today
    why: str | None = None  # where there is no score


def score(instrument: Instrument, answers: Mapping[str, float]) -> Scored:
    """Score the answers by the instrument's own rule for missing items.

    A statement list (`count`) counts what was ticked; an answer that lies outside its item's range
    makes the whole score void, because it shows that something was copied wrongly.
    """
    known = {item.id: item for item in instrument.items}
    wrong = [
        f"{name} = {value:g}"
        for name, value in answers.items()
        if name not in known or not known[name].low <= value <= known[name].high
    ]
    alarms = tuple(
        item.id
        for item in instrument.items
        if item.alarm_from is not None and answers.get(item.id, item.low - 1) >= item.alarm_from
    )
    if wrong:
        why = f"{instrument.label} has no such answer: {', '.join(wrong)}. Correct it."
        return Scored(value=None, answered=len(answers), alarms=alarms, why=why)
    if len(answers) < instrument.least_answered:
        why = (
            f"{instrument.label}: {len(answers)} of {len(known)} items answered; "
            f"at least {instrument.least_answered} are needed for a score."
        )
        return Scored(value=None, answered=len(answers), alarms=alarms, why=why)
    value = _value(instrument, answers)
    return Scored(
        value=value,
        answered=len(answers),
        band=band_of(instrument, value),
        alarms=alarms,
    )


def _value(instrument: Instrument, answers: Mapping[str, float]) -> float:
    total, items = sum(answers.values()), len(instrument.items)
    match instrument.scoring:
        case "mean":
            return total / len(answers)
        case "percent_of_answered":
            top = sum(item.high for item in instrument.items if item.id in answers)
            return 100 * total / top
        case "sum" if instrument.impute == "mean":
            return total * items / len(answers)
        case _:
            return total


def band_of(instrument: Instrument, value: float) -> str | None:
    """The word for a score; bands meet, so a score between two takes the lower's word."""
    below = [band for band in instrument.bands if band.low <= value]
    return max(below, key=lambda band: band.low).label if below else None


def reported_score(said: Questionnaire, instruments: Mapping[str, Instrument]) -> float | None:
    """The score as reported, else from the answers; None where neither gives one."""
    if said.score is not None:
        return said.score
    instrument = instrument_named(said.instrument, instruments)
    return score(instrument, said.answers).value if instrument else None


def instrument_named(name: str, instruments: Mapping[str, Instrument]) -> Instrument | None:
    """The instrument by its id or label as people write it: "PHQ-9", "Phq 9", "phq9"."""
    wanted = letters_of(name)
    return next(
        (i for i in instruments.values() if wanted in (letters_of(i.id), letters_of(i.label))), None
    )
