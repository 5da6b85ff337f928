"""Is a criterion met, not met, or not known? Three values, and never a fourth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from needlepoint.core.knowledge import Criterion, Test
from needlepoint.core.rules.measures import Measured, Value, measure
from needlepoint.core.rules.situation import Situation


class Answer(StrEnum):
    """Whether something holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The answer to one test, with the value that gave it."""

    answer: Answer
    measured: Measured


def check(test: Test, now: Situation) -> Tested:
    """Compare a measure with its threshold."""
    found = measure(test.measure, now)
    if found.value is None:
        return Tested(answer=Answer.UNKNOWN, measured=found)
    holds = _compare(found.value, test)
    return Tested(answer=Answer.YES if holds else Answer.NO, measured=found)


def _compare(value: Value, test: Test) -> bool:
    threshold = test.threshold
    match test.operator:
        case "==":
            return value == threshold
        case "!=":
            return value != threshold
        case "in":
            return isinstance(threshold, tuple) and value in threshold
        case "not_in":
            return isinstance(threshold, tuple) and value not in threshold
        case "between":
            assert isinstance(threshold, tuple)
            low, high = threshold
            return float(low) <= _number(value) <= float(high)
    assert isinstance(threshold, int | float), f"{test.measure}: {test.operator} needs a number"
    number = _number(value)
    match test.operator:
        case ">=":
            return number >= threshold - 1e-9
        case "<=":
            return number <= threshold + 1e-9
        case ">":
            return number > threshold
        case _:
            return number < threshold


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError(f"{value!r} was compared with a number")
    return float(value)


def all_of(tests: Iterable[Test], now: Situation) -> tuple[Answer, tuple[Tested, ...]]:
    """All true: yes; one false: no; else unknown."""
    tested = tuple(check(test, now) for test in tests)
    answers = {one.answer for one in tested}
    if Answer.NO in answers:
        return Answer.NO, tested
    return (Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.YES), tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, judged."""

    criterion: Criterion
    answer: Answer
    measured: Measured
    applies: Answer  # NO: it is not asked of this patient

    @property
    def document(self) -> str:
        """What to write down or ask where it is not known."""
        return self.criterion.document or self.measured.ask


def judge(criteria: Iterable[Criterion], now: Situation) -> tuple[Judged, ...]:
    """Every criterion of an authority; those that do not apply say so."""
    judged = []
    for criterion in criteria:
        applies, _ = all_of(criterion.applies_when, now)
        tested = check(criterion.test, now)
        judged.append(
            Judged(
                criterion=criterion,
                answer=tested.answer,
                measured=tested.measured,
                applies=applies,
            )
        )
    return tuple(judged)


def together(judged: Iterable[Judged]) -> Answer:
    """What alternatives of one group say together, by the group's rule."""
    members = [one for one in judged if one.applies is not Answer.NO]
    needed = 2 if any(one.criterion.group_rule == "at_least_2" for one in members) else 1
    yes = sum(one.answer is Answer.YES for one in members)
    open_ = sum(one.answer is Answer.UNKNOWN for one in members)
    if yes >= needed:
        return Answer.YES
    return Answer.UNKNOWN if yes + open_ >= needed else Answer.NO
