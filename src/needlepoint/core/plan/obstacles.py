"""What stands in the way of a therapy: a condition, a mechanism, a finding, the calendar?"""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.chart import State, Trial
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.knowledge import Therapy, TherapyCategory
from needlepoint.core.medicines import resolve
from needlepoint.core.plan.circumstances import MONTH_DAYS, Circumstances
from needlepoint.core.plan.earlier import last_given
from needlepoint.core.record import Said
from needlepoint.core.words import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something in the chart that stands in the way, or that is missing from it."""

    says: str
    closes: bool  # the therapy is not proposed; else something is still to be found out
    comes_later: bool = False  # other things are done first: it decides no next step
    entries: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


def obstacles(
    therapy: Therapy, pattern: Pattern | None, positive: int, patient: Circumstances
) -> tuple[Obstacle, ...]:
    """Everything in the chart that speaks against giving this therapy here, now.

    Args:
        positive: blocks that reach the whole pattern and were answered.
    """
    found: list[Obstacle] = []
    stated = [patient.stated[w] for w in therapy.contraindicated_by if w in patient.stated]
    if stated:
        found.append(Obstacle(says=f"The chart states {' and '.join(stated)}.", closes=True))
    found += _medicines(therapy, patient)
    found += _allergies(therapy, patient)
    for plan in patient.plans:
        if therapy.category in plan.withheld and positive < plan.lifted_by_blocks:
            found.append(Obstacle(says=plan.says, closes=True, rests_on=plan.rests_on))
    found += _needs(therapy, patient)
    found += _too_fresh(therapy, patient)
    found += _lesser_means(therapy, patient)
    found += _trial(therapy, patient)
    found += _too_early(therapy, pattern, patient)
    return tuple(found)


def _medicines(therapy: Therapy, patient: Circumstances) -> list[Obstacle]:
    """A medicine that is taken already, or beside another that forbids it.

    What a procedure needs of the medicines is held by the day, so only medicines are closed here.
    """
    if therapy.category is not TherapyCategory.MEDICINE or not patient.record.medications:
        return []
    known = patient.knowledge.guidance.vocabulary
    against = [word for word in therapy.contraindicated_by if word in known.classes]
    found: list[Obstacle] = []
    for words, says in ((therapy.gives, "Taken already"), (against, "Not beside")):
        taken = patient.medicines.current(*words) if words else ()
        if taken:
            names = ", ".join(dict.fromkeys(one.said.statement.name for one in taken))
            entries = tuple(one.said.entry for one in taken)
            found.append(Obstacle(says=f"{says}: {names}.", closes=True, entries=entries))
    return found


def _allergies(therapy: Therapy, patient: Circumstances) -> list[Obstacle]:
    """An allergy to what it gives, or to another of its class."""
    if not therapy.gives:
        return []
    vocabulary = patient.knowledge.guidance.vocabulary
    found: list[Obstacle] = []
    for said in patient.record.allergies:
        one = said.statement
        meant = resolve(one.substance, vocabulary)
        of_class = {c for i in meant.ingredients for c in vocabulary.ingredients[i].classes}
        is_meant = of_class.union(meant.ingredients, meant.classes) & set(therapy.gives)
        if one.state is State.PRESENT and is_meant:
            says = f"Allergy to {one.substance}."
            found.append(Obstacle(says=says, closes=True, entries=(said.entry,)))
    return found


def _needs(therapy: Therapy, patient: Circumstances) -> list[Obstacle]:
    found: list[Obstacle] = []
    for need in therapy.needs:
        states = [patient.states.get(name, State.UNEXAMINED) for name in need.any_of]
        if State.PRESENT in states:
            continue
        absent = all(state is State.ABSENT for state in states)
        entries = tuple(e for name in need.any_of for e in patient.entries.get(name, ()))
        says = f"{need.says} Not found." if absent else f"{need.says} Not on file."
        found.append(Obstacle(says=says, closes=absent, entries=entries, rests_on=need.rests_on))
    return found


def _too_fresh(therapy: Therapy, patient: Circumstances) -> list[Obstacle]:
    months = patient.duration_months
    if months is None or months >= therapy.from_months:
        return []
    says = f"For pain of {therapy.from_months:g} months and more; this has lasted {months:.1f}."
    return [Obstacle(says=says, closes=False, comes_later=True)]


def _lesser_means(therapy: Therapy, patient: Circumstances) -> list[Obstacle]:
    """Nothing heavier while nothing lighter has been tried without enough effect."""
    rule, known = patient.knowledge.treatment.earlier, patient.knowledge.therapies
    if not therapy.after or rule is None:
        return []
    tried = any(
        (result.relief_percent is None or result.relief_percent < rule.helped_percent)
        and any(known[name].category in therapy.after for name in result.therapies)
        for result in patient.earlier
    )
    if tried:
        return []
    *names, last = (_CATEGORY_WORDS[category] for category in therapy.after)
    listed = f"{', '.join(names)} or {last}" if names else last
    says = f"Lesser means come first: no {listed} that helped too little is on file."
    return [Obstacle(says=says, closes=False, comes_later=True)]


_CATEGORY_WORDS = {category: category.value.replace("_", " ") for category in TherapyCategory} | {
    TherapyCategory.PHYSICAL: "physical treatment",
    TherapyCategory.PSYCHOLOGICAL: "psychological treatment",
    TherapyCategory.HOME: "treatment at home",
    TherapyCategory.CRYO: "cold treatment",
    TherapyCategory.MINIMALLY_INVASIVE: "minimally invasive procedure",
}


def _trial(therapy: Therapy, patient: Circumstances) -> list[Obstacle]:
    if not therapy.trial_first:
        return []
    last: Said[Trial] | None = None
    for said in patient.record.trials:
        name = plain(said.statement.of)
        if any(word in name.split() or word in name for word in therapy.trial_first):
            last = said
    if last is None:
        says = "A trial comes first: none is on file."
        return [Obstacle(says=says, closes=False, comes_later=True)]
    if last.statement.verdict == "failed":
        says = f"The trial of {last.occurred_at:%Y-%m-%d} failed."
        return [Obstacle(says=says, closes=True, entries=(last.entry,))]
    if last.statement.verdict == "succeeded":
        return []
    says = f"The trial of {last.occurred_at:%Y-%m-%d} has no verdict of success."
    return [Obstacle(says=says, closes=False, comes_later=True, entries=(last.entry,))]


def _too_early(therapy: Therapy, pattern: Pattern | None, patient: Circumstances) -> list[Obstacle]:
    last = last_given(therapy, pattern, patient.earlier) if patient.earlier else None
    if last is None or last.at is None:
        return []
    if not therapy.repeatable:
        says = f"Given on {last.at:%Y-%m-%d}; it is not given twice at one place."
        return [Obstacle(says=says, closes=True, entries=(last.entry,))]
    wait = therapy.repeat_after_months
    months = (patient.record.as_of - last.at).days / MONTH_DAYS
    if wait is None or months >= wait.value:
        return []
    says = (
        f"Last given on {last.at:%Y-%m-%d}, {months:.1f} months ago; "
        f"not again before {wait.value:g} months."
    )
    return [Obstacle(says=says, closes=True, entries=(last.entry,), rests_on=wait.rests_on)]
