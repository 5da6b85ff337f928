"""Does anything about this patient speak against this procedure, or a part of it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from needlepoint.core.knowledge import Contraindication
from needlepoint.core.rules.criteria import Answer, Tested, all_of
from needlepoint.core.rules.measures import is_of_the_plan
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


def contraindications(now: Situation) -> tuple[Verdict, ...]:
    """One verdict a group (infection, pregnancy, implants, allergy ...) that bears on the plan."""
    groups: dict[str, list[Reason]] = {}
    uses = _uses(now)
    for one in now.safety.contraindications:
        if _bears_on(one, now, uses) and (reason := _kept(one, now)) is not None:
            groups.setdefault(one.group, []).append(reason)
    return tuple(
        Verdict(
            rule=f"contraindication/{group}",
            label=f"Contraindications: {group.replace('_', ' ')}",
            reasons=tuple(_once(reasons)),
        )
        for group, reasons in groups.items()
    )


def _once(reasons: list[Reason]) -> list[Reason]:
    """The same question of several rules is asked once."""
    said: dict[tuple[str, str], Reason] = {}
    for one in reasons:
        same = said.get((one.outcome, one.says))
        said[(one.outcome, one.says)] = one if same is None else _joined(same, one)
    return list(said.values())


def _joined(one: Reason, other: Reason) -> Reason:
    return replace(
        one,
        rests_on=tuple(dict.fromkeys((*one.rests_on, *other.rests_on))),
        entries=tuple(dict.fromkeys((*one.entries, *other.entries))),
    )


def _uses(now: Situation) -> frozenset[str]:
    """What the technique uses, as it is planned."""
    uses = set(now.planned.technique.uses)
    if now.planned.uses_steroid:
        uses.add("steroid")
    elif now.planned.medicines is not None:
        uses.discard("steroid")
    if now.planned.guidance is not None:
        uses -= {"fluoroscopy", "ct", "ultrasound"}
        uses.add(now.planned.guidance)
    return frozenset(uses)


def _bears_on(one: Contraindication, now: Situation, uses: frozenset[str]) -> bool:
    technique = now.planned.technique
    return (
        (not one.routes or technique.route in one.routes)
        and (not one.regions or technique.region in one.regions)
        and (not one.uses or not uses.isdisjoint(one.uses))
        and (not one.techniques or technique.id in one.techniques)
    )


def _kept(one: Contraindication, now: Situation) -> Reason | None:
    """What is asked of the patient alone has one answer for every plan."""
    if any(is_of_the_plan(test.measure) for test in one.when):
        return _reason(one, now)
    key = f"contraindication/{one.id}"
    if key not in now.memory:
        now.memory[key] = _reason(one, now)
    kept: Reason | None = now.memory[key]
    return kept


def _reason(one: Contraindication, now: Situation) -> Reason | None:
    answer, tested = all_of(one.when, now)
    entries = [entry for test in tested for entry in test.measured.entries]
    if answer is Answer.YES:
        make = hold if one.effect == "hold" else caution
        return make(f"{one.says} {one.do}", one, entries=entries)
    if answer is Answer.UNKNOWN:
        return cannot_tell(_question(one, tested), one, entries=entries) if one.asked else None
    says = f"{one.label}: no."
    if _is_limit(one, tested):
        return clear_by(says, now.knowledge, one, entries=entries)
    return clear(says, entries=entries)


def _question(one: Contraindication, tested: tuple[Tested, ...]) -> str:
    """First whether the condition is there; what follows from it is asked once it is known."""
    first = tested[0]
    is_first = one.when[0].measure.startswith("condition/") and first.answer is Answer.UNKNOWN
    return first.measured.ask if is_first and len(tested) > 1 else one.ask


def _is_limit(one: Contraindication, tested: Iterable[Tested]) -> bool:
    """Whether a number decided that it is not there."""
    return any(
        test.operator in (">", "<", ">=", "<=", "between") and found.answer is Answer.NO
        for test, found in zip(one.when, tested, strict=True)
    )
