"""What has an instrument measured already, so that it is judged and not asked again?"""

from __future__ import annotations

from collections.abc import Mapping

from needlepoint.core.chart import Questionnaire
from needlepoint.core.knowledge import Instrument, Term
from needlepoint.core.outcomes import band_of, instrument_named, reported_score, score
from needlepoint.core.rules.measured import Measured
from needlepoint.core.rules.situation import Situation


def screened(term: Term, now: Situation) -> Measured | None:
    """The latest score of an instrument that screens for a condition, as the question it leaves.

    It settles nothing: a score is neither the illness nor its treatment. None without a score.
    """
    known = now.knowledge.guidance.instruments
    for name in term.screened_by:
        for said in reversed(now.record.questionnaires):
            value = _score_in(said.statement, known[name], known)
            if value is not None:
                day = f"{said.occurred_at:%Y-%m-%d}"
                what = f"{term.label[0].lower()}{term.label[1:]}"
                found = f"{known[name].label} of {day}: {_in_words(known[name], value)}."
                ask = f"{found} Judge whether there is {what}."
                return Measured(value=None, entries=(said.entry,), ask=ask)
    return None


def _score_in(
    said: Questionnaire, instrument: Instrument, known: Mapping[str, Instrument]
) -> float | None:
    """The score of an instrument, also where a longer one holds all of its items."""
    filled = instrument_named(said.instrument, known)
    if filled is None or filled.id == instrument.id:
        return None if filled is None else reported_score(said, known)
    items = [item.id for item in instrument.items]
    if not set(items) <= set(said.answers):
        return None
    return score(instrument, {item: said.answers[item] for item in items}).value


def _in_words(instrument: Instrument, value: float) -> str:
    words = [f"{value:g}", band_of(instrument, value) or ""]
    if instrument.cut is not None:
        words.append("below its cut" if value < instrument.cut.value else "at or above its cut")
    return ", ".join(word for word in words if word)


__all__ = ["screened"]
