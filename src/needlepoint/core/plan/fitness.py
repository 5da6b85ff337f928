"""May this be given without a needle: what was checked for it, and what is not known?

A procedure has its safety check. A medicine, an exercise or a talk has what rules it out, and the
chart may state it, deny it, or say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.core.chart import State
from needlepoint.core.knowledge import Knowledge, TherapyCategory
from needlepoint.core.medicines import medicines_of
from needlepoint.core.plan.circumstances import stated_conditions
from needlepoint.core.plan.options import Option
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome, lowered
from needlepoint.core.rules.patient_measures import childbearing_possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """Whether a treatment without a needle may be given to this patient."""

    outcome: Outcome
    says: tuple[str, ...]  # what rules it out
    checked: tuple[str, ...]  # asked for and absent
    not_known: tuple[str, ...]  # nobody asked


def fitness(option: Option, record: PatientRecord, knowledge: Knowledge) -> Fitness:
    """Silence is a question: only what was asked for and denied counts as checked."""
    says = tuple(o.says for o in option.obstacles if o.closes)
    answers = list(_answers(option, record, knowledge))
    unknown = tuple(dict.fromkeys(word for word, known in answers if not known))
    outcome = Outcome.HOLD if says else Outcome.CANNOT_TELL if unknown else Outcome.CLEAR
    return Fitness(
        outcome=outcome,
        says=says,
        checked=tuple(dict.fromkeys(word for word, known in answers if known)),
        not_known=unknown,
    )


def _answers(
    option: Option, record: PatientRecord, knowledge: Knowledge
) -> Iterator[tuple[str, bool]]:
    """What would rule it out: the word for it, and whether it was asked for and denied.

    A finding of an image speaks where it is present; nobody is imaged for it.
    """
    therapy, guidance = option.therapy, knowledge.guidance
    classes = [w for w in therapy.contraindicated_by if w in guidance.vocabulary.classes]
    absent = stated_conditions(record, knowledge, State.ABSENT)
    present = stated_conditions(record, knowledge, State.PRESENT)
    for word in therapy.contraindicated_by:
        if word in (*classes, *present, *knowledge.findings) or _cannot_be(word, record, knowledge):
            continue
        term = guidance.safety.conditions.get(word)
        yield (lowered(term.label) if term else word.replace("_", " "), word in absent)
    if therapy.category is not TherapyCategory.MEDICINE:
        return
    names = (*classes, *therapy.gives)
    state, _ = medicines_of(record, guidance.vocabulary).state(guidance.vocabulary, *names)
    yield "other medicines", state is not State.UNEXAMINED
    yield "allergies", bool(record.allergies)


def _cannot_be(word: str, record: PatientRecord, knowledge: Knowledge) -> bool:
    possible = childbearing_possible(record, knowledge.guidance.safety)
    return word == "pregnancy" and possible is False


__all__ = ["Fitness", "fitness"]
