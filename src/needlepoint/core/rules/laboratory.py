"""What was measured, in which unit, and does it reach the bounds that a procedure needs?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import LaboratoryValue, VitalSign
from needlepoint.core.knowledge import LaboratoryGate, LabTest, SafetyKnowledge, Tier
from needlepoint.core.rules.clock import days_between
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import Reason, cannot_tell, caution, clear_by, hold
from needlepoint.core.words import plain, plain_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The last value of a test; None where its unit cannot be told."""

    entry: str
    at: datetime
    value: float | None  # in the canonical unit
    written: float


def latest(name: str, now: Situation) -> Result | None:
    """The last value of that test before the procedure, under any of its names."""
    key = f"latest/{name}"
    if key not in now.memory:
        now.memory[key] = _latest(name, now)
    kept: Result | None = now.memory[key]
    return kept


def _latest(name: str, now: Situation) -> Result | None:
    test = test_named(name, now.safety)
    wanted = plain_names((name,) if test is None else (name, test.id, test.label, *test.names))
    found = [
        e
        for e in now.entries_of(LaboratoryValue, VitalSign)
        if isinstance(e.statement, LaboratoryValue | VitalSign)
        and plain(e.statement.name) in wanted
    ]
    if not found:
        return None
    last = max(found, key=lambda e: e.occurred_at)
    assert isinstance(last.statement, LaboratoryValue | VitalSign)
    one = last.statement
    value = one.value if test is None else canonical(one.value, one.unit, test)
    return Result(entry=last.id, at=last.occurred_at, value=value, written=one.value)


def test_named(name: str, safety: SafetyKnowledge) -> LabTest | None:
    """The test that goes by this name."""
    word = plain(name)
    for test in safety.tests.values():
        if word in plain_names((test.id, test.label, *test.names)):
            return test
    return None


def canonical(value: float, unit: str | None, test: LabTest) -> float | None:
    """The value in the unit of the test; None if its unit is not known or cannot be told.

    Without a unit, the value counts in the only unit in which it can be true of a living adult.
    """
    if unit is not None:
        return _converted(value, unit, test)
    possible = {r for r in readings(value, test) if test.lowest <= r <= test.highest}
    return possible.pop() if len(possible) == 1 else None


def readings(value: float, test: LabTest) -> set[float]:
    """What a bare value would be in each unit in use."""
    return {value, *(value * one.factor + one.offset for one in test.units)}


def _converted(value: float, unit: str, test: LabTest) -> float | None:
    written = _unit(unit)
    if written in {_unit(word) for word in (test.unit, *test.spellings)}:
        return value
    for one in test.units:
        if written == _unit(one.unit):
            return value * one.factor + one.offset
    return None


def _unit(written: str) -> str:
    return written.lower().replace("µ", "u").replace("μ", "u").replace(" ", "").removeprefix("x")


# --- gates ----------------------------------------------------------------------------------------


def gates(tier: Tier, now: Situation) -> list[Reason]:
    """Every blood test against its bound; asked for only while a drug needs it."""
    return [r for gate in now.safety.bleeding.gates if tier in gate.tiers for r in _gate(gate, now)]


def _gate(gate: LaboratoryGate, now: Situation) -> list[Reason]:
    taken = now.medicines.of(*gate.required_for) if gate.required_for else ()
    if gate.required_for and not taken:
        return []
    test = test_named(gate.test, now.safety)
    name = test.label if test else gate.test.replace("_", " ")
    result = latest(gate.test, now)
    on = [bound for bound in (gate.at_most, gate.at_least) if bound is not None]
    if result is None:
        if not taken:
            return []
        entries = [one.said.entry for one in taken]
        return [cannot_tell(f"Measure {name} ({taken[0].label} is taken).", *on, entries=entries)]
    entries = [result.entry]
    if result.value is None:
        says = f"{name} {result.written:g}: ask for the unit."
        return [cannot_tell(says, *on, entries=entries)]
    days = days_between(result.at, now.at)
    if gate.within_days is not None and days > gate.within_days:
        return [cannot_tell(f"{name} is {days:.0f} days old: repeat it.", *on, entries=entries)]
    return [_compared(gate, name, result.value, now, entries)]


def _compared(
    gate: LaboratoryGate, name: str, value: float, now: Situation, entries: list[str]
) -> Reason:
    on = [bound for bound in (gate.at_most, gate.at_least) if bound is not None]
    unit = f" {gate.unit}" if gate.unit else ""
    if gate.at_most is not None and value > gate.at_most.value:
        says = f"{name} is {value:g}{unit}; at most {gate.at_most.value:g} ({gate.authority})."
    elif gate.at_least is not None and value < gate.at_least.value:
        says = f"{name} is {value:g}{unit}; at least {gate.at_least.value:g} ({gate.authority})."
    else:
        return clear_by(f"{name} is {value:g}{unit}.", now.knowledge, *on, entries=entries)
    make = hold if gate.effect == "hold" else caution
    return make(says, *on, entries=entries)
