"""Does anything in the record speak for a dangerous cause?

Red flags are read off the record alone. No probability and no answer to a block lowers one: a
tumour on a numbed nerve stops hurting too.
"""

from __future__ import annotations

from needlepoint.core.chart import State
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.knowledge import Knowledge, RedFlag, RedFlagCriterion
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.verdict import Outcome, Reason, Verdict

_URGENCY = ("emergency", "urgent", "soon")
_OUTCOME = (Outcome.HOLD, Outcome.CANNOT_TELL, Outcome.CLEAR)


def screen(
    record: PatientRecord, observed: tuple[ObservedFindings, ...], knowledge: Knowledge
) -> tuple[Verdict, ...]:
    """One verdict a dangerous cause: raised first, then what cannot be told, by urgency."""
    presentations = {one.presentation for one in observed}
    states = _states(record, observed)
    verdicts = [
        _verdict(flag, record, states, knowledge)
        for flag in knowledge.red_flags
        if not flag.presentations or presentations & set(flag.presentations)
    ]
    return tuple(
        sorted(
            verdicts,
            key=lambda v: (_OUTCOME.index(v.outcome), _URGENCY.index(v.urgency or "soon"), v.rule),
        )
    )


States = dict[str, tuple[State, tuple[str, ...]]]


def _states(record: PatientRecord, observed: tuple[ObservedFindings, ...]) -> States:
    """Present anywhere is present; the entries that say so."""
    states: States = {}
    said: list[tuple[str, State, tuple[str, ...]]]
    said = [(f.statement.name, f.statement.state, (f.entry,)) for f in record.findings]
    said += [(o.name, o.state, o.entries) for one in observed for o in one.observations]
    said += [(_word(c.statement.name), c.statement.state, (c.entry,)) for c in record.conditions]
    for name, state, entries in said:
        known = states.get(name, (State.UNEXAMINED, ()))
        if state is State.PRESENT or known[0] is State.UNEXAMINED:
            states[name] = (
                (state, entries) if known[0] is not state else (state, known[1] + entries)
            )
    return states


def _word(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").split())


def _verdict(flag: RedFlag, record: PatientRecord, states: States, knowledge: Knowledge) -> Verdict:
    reasons = [
        reason
        for criterion in flag.criteria
        if (reason := _met(criterion, record, states, knowledge)) is not None
    ]
    if not reasons:
        reasons = [_not_met(flag, states, knowledge)]
    return Verdict(
        rule=f"red_flag/{flag.id}",
        label=flag.label,
        reasons=tuple(reasons),
        urgency=flag.urgency,
        do=flag.do,
    )


def _met(
    criterion: RedFlagCriterion, record: PatientRecord, states: States, knowledge: Knowledge
) -> Reason | None:
    """The reason to hold, if the criterion is met."""
    age = record.age
    if criterion.age_min is not None and (age is None or age < criterion.age_min):
        return None
    if criterion.age_max is not None and (age is None or age > criterion.age_max):
        return None
    present = [name for name in criterion.any_of if _is(states, name, State.PRESENT)]
    if criterion.any_of and len(present) < criterion.count:
        return None
    if not all(_is(states, name, State.PRESENT) for name in criterion.all_of):
        return None
    names = [*criterion.all_of, *present]
    words = [_label(name, knowledge) for name in names]
    if criterion.age_min is not None:
        words.append(f"age {criterion.age_min:g} or over")
    if criterion.age_max is not None:
        words.append(f"age {criterion.age_max:g} or under")
    return Reason(
        outcome=Outcome.HOLD,
        says=f"{' with '.join(words)}." if words else "Criterion met.",
        rests_on=criterion.rests_on,
        entries=tuple(entry for name in names for entry in states[name][1]),
    )


def _not_met(flag: RedFlag, states: States, knowledge: Knowledge) -> Reason:
    """Clear if what must be asked was asked, else the questions still open."""
    open_questions = [name for name in flag.ask if _is(states, name, State.UNEXAMINED)]
    if open_questions:
        asked = ", ".join(_label(name, knowledge).lower() for name in open_questions)
        return Reason(outcome=Outcome.CANNOT_TELL, says=f"Ask about: {asked}.")
    entries = tuple(entry for name in flag.ask for entry in states[name][1])
    present = [name for name in flag.ask if _is(states, name, State.PRESENT)]
    if present:
        some = ", ".join(_label(name, knowledge).lower() for name in present)
        says = f"Present, but not enough to raise it alone: {some}."
    else:
        says = "Asked for and absent."
    return Reason(outcome=Outcome.CLEAR, says=says, entries=entries)


def _is(states: States, name: str, state: State) -> bool:
    return states.get(name, (State.UNEXAMINED, ()))[0] is state


def _label(name: str, knowledge: Knowledge) -> str:
    finding = knowledge.findings.get(name)
    return finding.label if finding else name.replace("_", " ").capitalize()
