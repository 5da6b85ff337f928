"""What the rules say of this patient, told to the patient: plain words, each with its ground."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.papers.for_you_words import BLOOD, NONE, Pair, plain_reason
from needlepoint.core.papers.model import Language, Sentence, cited, computed, missing
from needlepoint.core.papers.words import word
from needlepoint.core.plan import Standing
from needlepoint.core.rules import Outcome, Reason

_FORM = "consent"  # this paper is how it is given


def for_you(one: Standing, language: Language) -> Iterator[Sentence]:
    """One sentence for each thing that holds or warns; then what nobody has asked yet.

    Several reasons that mean the same to a patient are one sentence on all their grounds.
    """
    grounds: dict[str, list[Reason]] = {}
    for verdict in one.safety.verdicts:
        for reason in verdict.reasons:
            weighs = reason.caution or reason.outcome is Outcome.HOLD
            if weighs and reason.about != _FORM:
                pair = plain_reason(verdict.rule, reason.about)
                grounds.setdefault(_in(pair, language, one), []).append(reason)
    for says, reasons in grounds.items():
        on = dict.fromkeys(name for r in reasons for name in r.rests_on)
        yield cited(says, on, *dict.fromkeys(entry for r in reasons for entry in r.entries))
    if _is_open(one):
        yield missing(word("not_asked", language))
    elif not grounds:
        yield computed(_in(NONE, language, one))


def _is_open(one: Standing) -> bool:
    return any(
        reason.outcome is Outcome.CANNOT_TELL and reason.about != _FORM
        for verdict in one.safety.verdicts
        for reason in verdict.reasons
    )


def _in(pair: Pair, language: Language, one: Standing) -> str:
    says = pair[language == "es"]
    return says.format(drugs=_drugs(one, language)) if "{drugs}" in says else says


def _drugs(one: Standing, language: Language) -> str:
    names = [drug_name(hold.drug, one, language) for hold in one.safety.bleeding.calendar]
    if not names:
        return BLOOD[language == "es"]
    last = f" {'y' if language == 'es' else 'and'} {names[-1]}" if len(names) > 1 else names[0]
    return f"{', '.join(names[:-1])}{last}" if len(names) > 1 else last


def drug_name(drug: str, one: Standing, language: Language) -> str:
    """A medicine as the patient's language calls it."""
    if language == "es":
        known = one.safety.now.knowledge.guidance.vocabulary.ingredients.get(drug.replace(" ", "_"))
        if known is not None and known.label_es is not None:
            return known.label_es[0].lower() + known.label_es[1:]
    return drug


__all__ = ["drug_name", "for_you"]
