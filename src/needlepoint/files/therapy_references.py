"""Does every name in the therapy files name something, and is each modifier about one thing?"""

from __future__ import annotations

from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import Knowledge, Modifier, Therapy
from needlepoint.files.names import Faults, unknown


def broken_therapies(knowledge: Knowledge) -> Faults:
    """Every kind, complaint, finding, therapy or drug that is named and does not exist."""
    for therapy in knowledge.therapies.values():
        yield from _therapy(therapy, knowledge)
    for modifier in knowledge.treatment.modifiers:
        file = "plan/modifiers.yaml"
        yield from unknown(file, modifier.id, modifier.therapies, knowledge.therapies)
        yield from _modifier(file, modifier, knowledge)


def _therapy(therapy: Therapy, knowledge: Knowledge) -> Faults:
    file = therapy.source_file
    yield from unknown(file, "kinds", therapy.kinds, knowledge.anatomy.kinds)
    yield from unknown(file, "presentations", therapy.presentations, knowledge.presentations)
    if therapy.scope == "source" and not therapy.kinds:
        what = "kinds is empty. Name the sources it treats, or give scope: whole_pain."
        yield file, Fault(where="kinds", what=what)
    if therapy.scope == "whole_pain" and (therapy.kinds or therapy.blocks_first):
        what = "a therapy of the whole pain has no kinds and waits for no block. Take them out."
        yield file, Fault(where="scope", what=what)
    for need in therapy.needs:
        yield from unknown(file, "needs", need.any_of, knowledge.findings)
    for modifier in therapy.modifiers:
        if modifier.categories or modifier.therapies:
            what = f"{modifier.id} stands in one therapy: leave out categories and therapies."
            yield file, Fault(where="modifiers", what=what)
        yield from _modifier(file, modifier, knowledge)
    for day, values in therapy.values.items():
        if values.success.value < values.success_elsewhere.value:
            what = "success lies below success_elsewhere. A therapy that harms is no therapy."
            yield file, Fault(where=f"values.{day}", what=what)


def _modifier(file: str, modifier: Modifier, knowledge: Knowledge) -> Faults:
    named = [
        modifier.finding is not None,
        bool(modifier.condition),
        modifier.medicine is not None,
        modifier.mechanism is not None,
        modifier.instrument is not None and modifier.at_least is not None,
        modifier.duration_months_from is not None or modifier.duration_months_below is not None,
        modifier.age_from is not None,
        modifier.bmi_from is not None,
    ]
    if sum(named) != 1:
        what = f"{modifier.id} names {sum(named)} circumstances. Name exactly one."
        yield file, Fault(where="modifiers", what=what)
    if modifier.odds_ratio.value <= 0:
        yield file, Fault(where=modifier.id, what="an odds ratio is above 0.")
    if modifier.finding is not None:
        yield from unknown(file, modifier.id, [modifier.finding], knowledge.findings)
    words = knowledge.guidance.vocabulary
    if modifier.medicine is not None and words.ingredients:
        known = {*words.ingredients, *words.classes}
        yield from unknown(file, modifier.id, [modifier.medicine], known)
