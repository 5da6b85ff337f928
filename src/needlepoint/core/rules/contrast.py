"""May this contrast medium or this neurolytic be used here?"""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import State
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    clear_by,
    hold,
)


def contrast(now: Situation) -> Verdict | None:
    """Earlier reactions, and what must never come near the spinal fluid."""
    planned = (
        now.planned.of_class("contrast_gadolinium"),
        now.planned.of_class("contrast_iodinated"),
    )
    if "contrast" not in now.planned.technique.uses and not any(planned):
        return None
    return Verdict(rule="contrast", label="Contrast", reasons=tuple(_contrast(now)))


def _contrast(now: Situation) -> Iterator[Reason]:
    facts = now.safety.facts
    gadolinium = now.planned.of_class("contrast_gadolinium")
    if gadolinium and now.planned.technique.neuraxial:
        fact = facts["contrast/gadolinium_neuraxial"]
        yield hold("Gadolinium may reach the spinal fluid: never for this procedure.", fact)
    reaction = measure("allergy/contrast_iodinated", now)
    if reaction.value is None:
        yield cannot_tell(reaction.ask)
        return
    if reaction.value is False:
        yield clear("No reaction to iodinated contrast.", reaction.entries)
        return
    grades = {
        said.statement.severity
        for said in now.record.allergies
        if said.entry in reaction.entries and said.statement.state is State.PRESENT
    }
    severe = facts["contrast/severe_reaction"]
    mild = facts["contrast/mild_reaction"]
    if "severe" in grades:
        says = "Severe reaction to contrast before: none; a technique or steroid that needs none."
        yield hold(says, severe, entries=reaction.entries)
    elif grades <= {"mild"} and grades:
        yield caution("Mild reaction before: another agent.", mild, entries=reaction.entries)
    else:
        says = "Reaction to contrast before: ask how severe it was."
        yield cannot_tell(says, severe, mild, entries=reaction.entries)


def neurolytic(now: Situation) -> Verdict | None:
    """Dose of phenol, and alcohol with what keeps it from being broken down."""
    used = "neurolytic" in now.planned.technique.uses or now.planned.of_class("neurolytic")
    if not used:
        return None
    return Verdict(rule="neurolytic", label="Neurolytic", reasons=tuple(_neurolytic(now)))


def _neurolytic(now: Situation) -> Iterator[Reason]:
    facts, planned = now.safety.facts, now.planned.of_class("neurolytic")
    if not planned:
        yield cannot_tell("Plan the agent, its concentration and volume.")
        return
    for one in planned:
        if one.ingredient == "phenol":
            most = facts["neurolytic/phenol_max_mg"]
            if one.mg is None:
                yield cannot_tell("Phenol: give concentration and volume.", most)
            elif one.mg > number(most):
                ml = f" ({one.volume_ml:g} ml)" if one.volume_ml else ""
                yield hold(f"Phenol {one.mg:g} mg{ml}; at most {number(most):g} mg.", most)
            else:
                says = f"Phenol {one.mg:g} mg of at most {number(most):g} mg."
                yield clear_by(says, now.knowledge, most)
        elif one.ingredient == "alcohol":
            blocked = now.medicines.of("disulfiram_like")
            fact = facts["neurolytic/disulfiram_days"]
            state = measure("taking/disulfiram_like", now)
            if blocked:
                names = ", ".join(m.label for m in blocked)
                says = f"Alcohol after {names}: use phenol, or wait {number(fact):g} days."
                yield hold(says, fact, entries=[m.said.entry for m in blocked])
            elif state.value is None:
                yield cannot_tell("Ask for disulfiram and metronidazole before alcohol.", fact)
            else:
                yield clear("Neither disulfiram nor metronidazole.", state.entries)
        else:
            yield cannot_tell(f"No rule is on file for {one.text}: decide and write down why.")
