"""A questionnaire on a phone: its fields in one language, and what its answers say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from needlepoint.core.chart import Questionnaire, State, Statement, Symptom
from needlepoint.core.knowledge import Instrument
from needlepoint.core.outcomes import score
from needlepoint.web.phone.fields import choice
from needlepoint.web.phone.words import Language

THOUGHTS = "suicidal_thoughts"


def said_of(
    instrument: Instrument, answers: Mapping[str, float], *, complaint: str | None = None
) -> tuple[Statement, ...]:
    """The answers; and where one of them is an alarm, that it was said."""
    if not answers:
        return ()
    one = Questionnaire(instrument=instrument.id, answers=dict(answers), complaint=complaint)
    said: tuple[Statement, ...] = (one,)
    alarms = score(instrument, answers).alarms
    if alarms:
        note = f"{instrument.label}, item {', '.join(alarms)}"
        said = (*said, Symptom(name=THOUGHTS, state=State.PRESENT, note=note))
    return said


def instrument_fields(
    instrument: Instrument, language: Language, t: Mapping[str, str]
) -> dict[str, Any]:
    """A field for each item, in words of that language only."""
    fields = {}
    for item in instrument.items:
        label = item.says if language == "en" else item.says_es
        ends = item.ends if language == "en" else item.ends_es
        if instrument.choices:
            choices = [
                (f"{c.value:g}", c.says if language == "en" else c.says_es)
                for c in instrument.choices
            ]
            fields[item.id] = choice(str(label), choices, t=t)
        else:
            numbers = [(str(n), str(n)) for n in range(int(item.low), int(item.high) + 1)]
            pair = (f"{item.low:g}: {ends[0]}", f"{item.high:g}: {ends[1]}") if ends else None
            fields[item.id] = choice(str(label), numbers, t=t, look="scale", ends=pair)
    return fields


def stem_of(instrument: Instrument, language: Language) -> str:
    """What is said before the items; else the instrument's own name."""
    stem = instrument.stem if language == "en" else instrument.stem_es
    return stem or (instrument.label if language == "en" else instrument.label_es)


__all__ = ["THOUGHTS", "instrument_fields", "said_of", "stem_of"]
