"""Does anything in the record speak for a dangerous cause?

Red flags are read off the record alone. No probability and no answer to a block lowers one: a
tumour on a numbed nerve stops hurting too.
"""

from __future__ import annotations

from needlepoint.core.chart import State
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.knowledge import Knowledge, RedFlag, RedFlagCriterion
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.verdict import Outcome, Reason, Verdict, caution
from needlepoint.core.words import as_id

CANNOT_WAIT = ("emergency", "urgent")  # nothing else is begun while one of these is raised
_URGENCY = (*CANNOT_WAIT, "soon")
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


def comes_first(verdicts: tuple[Verdict, ...]) -> Verdict | None:
    """The raised flag that cannot wait, before any needle and any treatment; None where none is."""
    for verdict in verdicts:
        if verdict.outcome is Outcome.HOLD and verdict.urgency in CANNOT_WAIT:
            return verdict
    return None


States = dict[str, tuple[State, tuple[str, ...]]]


def _states(record: PatientRecord, observed: tuple[ObservedFindings, ...]) -> States:
    """Present anywhere is present; the entries that say so."""
    states: States = {}
    said: list[tuple[str, State, tuple[str, ...]]]
    said = [(f.statement.name, f.statement.state, (f.entry,)) for f in record.findings]
    said += [(o.name, o.state, o.entries) for one in observed for o in one.observations]
    said += [(as_id(c.statement.name), c.statement.state, (c.entry,)) for c in record.conditions]
    for name, state, entries in said:
        known = states.get(name, (State.UNEXAMINED, ()))
        if state is State.PRESENT or known[0] is State.UNEXAMINED:
            states[name] = (
                (state, entries) if known[0] is not state else (state, known[1] + entries)
            )
    return states


def _verdict(flag: RedFlag, record: PatientRecord, states: States, knowledge: Knowledge) -> Verdict:
    met = [
        reason
        for criterion in flag.criteria
        if (reason := _met(criterion, record, states, knowledge)) is not None
    ]
    reasons = _without_parts(met)
    answered = _answered(flag, reasons, record, knowledge) if reasons else None
    is_known = any(_is(states, name, State.PRESENT) for name in flag.known_by)
    return Verdict(
        rule=f"red_flag/{flag.id}",
        label=flag.label,
        reasons=(answered,) if answered else tuple(reasons) or (_not_met(flag, states, knowledge),),
        urgency="soon" if is_known and flag.urgency == "urgent" else flag.urgency,
        do=flag.do,
    )


def _without_parts(reasons: list[Reason]) -> list[Reason]:
    """Fever alone is not said again beside fever with another sign: it is in that sentence."""

    def is_part(one: Reason, other: Reason) -> bool:
        words = one.says.rstrip(".").lower()
        return set(one.entries) < set(other.entries) and words in other.says.lower()

    return [r for r in reasons if not any(is_part(r, other) for other in reasons)]


def _answered(
    flag: RedFlag, raised: list[Reason], record: PatientRecord, knowledge: Knowledge
) -> Reason | None:
    """What answers a raised flag: a clinician with a reason, or a proper test. Never a block.

    Neither counts if it is older than the signs.
    """
    signs = {entry for reason in raised for entry in reason.entries}
    since = max((e.occurred_at.date() for e in record.entries if e.id in signs), default=None)
    if since is None:
        return None
    why = " ".join(reason.says for reason in raised)
    for said in record.decisions:
        one = said.statement
        if one.about != f"red_flag:{flag.id}" or one.accepted or said.occurred_at.date() < since:
            continue
        says = f"{why} Looked into on {said.occurred_at:%Y-%m-%d}: {(one.reason or '').strip()}"
        return caution(says, entries=(*signs, said.entry))
    for found in record.findings:
        test = found.statement
        whole = test.name in flag.cleared_by and test.segment is None
        if whole and test.state is State.ABSENT and found.occurred_at.date() >= since:
            says = f"{why} Not found on {found.occurred_at:%Y-%m-%d}: "
            says += f"{lowered(_label(test.name, knowledge))}."
            return caution(says, entries=(*signs, found.entry))
    return None


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
        says=f"{_listed(words)}.",
        rests_on=criterion.rests_on,
        entries=tuple(entry for name in names for entry in states[name][1]),
    )


def _listed(words: list[str]) -> str:
    """One sentence of several labels: only the first keeps its capital."""
    first, *rest = words
    joint = " with " if len(rest) == 1 else "; "
    return joint.join([first, *(lowered(word) for word in rest)])


def lowered(label: str) -> str:
    """A label inside a sentence; MRI, DN4, L5 and people's names stay as they are."""
    first = label.split(" ", 1)[0]
    rest = first[1:]
    plain = rest.isalpha() and rest.islower()  # most are, and need no look at each letter
    is_name = first in _NAMES or (not plain and any(c.isupper() or c.isdigit() for c in rest))
    return label if is_name else label[0].lower() + label[1:]


# After whom a sign, a test or a change is called.
_NAMES = frozenset(
    (
        "Adson", "Budapest", "Carnett", "Durkan", "Gaenslen", "Gillet", "Hawkins", "Hoffmann",
        "Horner", "Modic", "Mulder", "Neer", "Paxinos", "Phalen", "Revel", "Spurling", "Tinel",
        "Trendelenburg", "Yergason",
    )
)  # fmt: skip


def _not_met(flag: RedFlag, states: States, knowledge: Knowledge) -> Reason:
    """Clear if what must be asked was asked, else the questions still open."""
    open_questions = [name for name in flag.ask if _is(states, name, State.UNEXAMINED)]
    if open_questions:
        asked = ", ".join(lowered(_label(name, knowledge)) for name in open_questions)
        return Reason(outcome=Outcome.CANNOT_TELL, says=f"Ask about: {asked}.")
    entries = tuple(entry for name in flag.ask for entry in states[name][1])
    present = [name for name in flag.ask if _is(states, name, State.PRESENT)]
    if present:
        some = ", ".join(lowered(_label(name, knowledge)) for name in present)
        says = f"Present, but not enough to raise it alone: {some}."
    else:
        says = "Asked for and absent."
    return Reason(outcome=Outcome.CLEAR, says=says, entries=entries)


def _is(states: States, name: str, state: State) -> bool:
    return states.get(name, (State.UNEXAMINED, ()))[0] is state


def _label(name: str, knowledge: Knowledge) -> str:
    finding = knowledge.findings.get(name)
    return finding.label if finding else name.replace("_", " ").capitalize()
