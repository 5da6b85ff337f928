"""Does anything about this patient speak against this procedure, or a part of it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
    said = [one for group in _bearing(now) if (one := _kept_verdict(group, now)) is not None]
    return tuple(verdict for _, verdict in sorted(said, key=lambda one: one[0]))


@dataclass(frozen=True, slots=True)
class _Group:
    """Contraindications of one group that bear on a plan, each with its place in the list."""

    name: str
    members: tuple[tuple[int, Contraindication], ...]
    of_patient: bool  # whether all of them ask about the patient alone


def _bearing(now: Situation) -> tuple[_Group, ...]:
    """The groups that bear on the plan; the same for every patient, so they are kept."""
    uses, compiled = _uses(now), now.knowledge.compiled
    key = ("contraindications", now.planned.technique.id, uses)
    if key not in compiled:
        found: dict[str, list[tuple[int, Contraindication]]] = {}
        for n, one in enumerate(now.safety.contraindications):
            if _bears_on(one, now, uses):
                found.setdefault(one.group, []).append((n, one))
        compiled[key] = tuple(
            _Group(name, tuple(members), all(_is_of_patient(one) for _, one in members))
            for name, members in found.items()
        )
    kept: tuple[_Group, ...] = compiled[key]  # type: ignore[assignment]
    return kept


def _kept_verdict(group: _Group, now: Situation) -> tuple[int, Verdict] | None:
    """A group that asks about the patient alone says the same of every plan on which it bears."""
    if not group.of_patient:
        return _verdict(group, now)
    key = ("contraindications", group.name, tuple(n for n, _ in group.members))
    if key not in now.memory:
        now.memory[key] = _verdict(group, now)
    kept: tuple[int, Verdict] | None = now.memory[key]
    return kept


def _verdict(group: _Group, now: Situation) -> tuple[int, Verdict] | None:
    """The verdict, after the place of the first that has something to say; None: none has."""
    said = [(n, reason) for n, one in group.members if (reason := _kept(one, now)) is not None]
    if not said:
        return None
    verdict = Verdict(
        rule=f"contraindication/{group.name}",
        label=f"Contraindications: {group.name.replace('_', ' ')}",
        reasons=tuple(_once([reason for _, reason in said])),
    )
    return said[0][0], verdict


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
    if not _is_of_patient(one):
        return _reason(one, now)
    key = f"contraindication/{one.id}"
    if key not in now.memory:
        now.memory[key] = _reason(one, now)
    kept: Reason | None = now.memory[key]
    return kept


def _is_of_patient(one: Contraindication) -> bool:
    return not any(is_of_the_plan(test.measure) for test in one.when)


def _reason(one: Contraindication, now: Situation) -> Reason | None:
    answer, tested = all_of(one.when, now)
    entries = [entry for test in tested for entry in test.measured.entries]
    if answer is Answer.YES:
        make = hold if one.effect == "hold" else caution
        return replace(make(f"{one.says} {one.do}", one, entries=entries), about=one.id)
    if answer is Answer.UNKNOWN:
        if not one.asked:
            return None
        unknown = cannot_tell(_question(one, tested), one, entries=entries)
        return replace(unknown, about=one.id)
    says = f"{one.label}: no."
    if _is_limit(one, tested):
        return clear_by(says, now.knowledge, one, entries=entries)
    return clear(says, entries=entries)


def _question(one: Contraindication, tested: tuple[Tested, ...]) -> str:
    """First whether the condition is there; what follows from it is asked once it is known."""
    first = tested[0]
    is_first = one.when[0].measure.startswith("condition/") and first.answer is Answer.UNKNOWN
    measured = bool(first.measured.entries)  # an instrument has asked it already
    return first.measured.ask if is_first and (measured or len(tested) > 1) else one.ask


def _is_limit(one: Contraindication, tested: Iterable[Tested]) -> bool:
    """Whether a number decided that it is not there."""
    return any(
        test.operator in (">", "<", ">=", "<=", "between") and found.answer is Answer.NO
        for test, found in zip(one.when, tested, strict=True)
    )
