"""Is a criterion met, not met, or not known? Three values, and never a fourth."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from needlepoint.core.knowledge import Criterion, Test
from needlepoint.core.rules.measured import Measured, Value
from needlepoint.core.rules.measures import measure
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
    """Compare a measure with its threshold; bounds decide only where they leave no doubt."""
    found = measure(test.measure, now)
    return Tested(answer=_answer(found, test), measured=found)


def _answer(found: Measured, test: Test) -> Answer:
    return _by_bounds(found, test) if found.value is None else decided(found.value, test)


def decided(value: Value, test: Test) -> Answer:
    """What a value that is known answers."""
    if not _comparable(value, test.threshold):
        # A word was attested where a number or yes and no is asked for: ask again.
        return Answer.UNKNOWN
    return Answer.YES if _compare(value, test) else Answer.NO


_EPSILON = 1e-9  # 1 - 1/5 is not exactly 0.8


def _comparable(value: Value, threshold: object) -> bool:
    if isinstance(threshold, tuple):
        return isinstance(value, str) == isinstance(threshold[0], str)
    if isinstance(threshold, bool) or isinstance(value, bool):
        return isinstance(threshold, bool) and isinstance(value, bool)
    return isinstance(threshold, str) == isinstance(value, str)


def _by_bounds(found: Measured, test: Test) -> Answer:
    """A number of which only bounds are known."""
    threshold, low, high = test.threshold, found.low, found.high
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        return Answer.UNKNOWN
    falling = test.operator in ("<", "<=")
    if not falling and test.operator not in (">", ">="):
        return Answer.UNKNOWN
    best, worst = (low, high) if falling else (high, low)
    if worst is not None and _compare(worst, test):
        return Answer.YES
    return Answer.NO if best is not None and not _compare(best, test) else Answer.UNKNOWN


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
            return float(low) - _EPSILON <= float(value) <= float(high) + _EPSILON
    number, limit = float(value), float(threshold)  # type: ignore[arg-type]
    match test.operator:
        case ">=":
            return number >= limit - _EPSILON
        case "<=":
            return number <= limit + _EPSILON
        case ">":
            return number > limit + _EPSILON
        case _:
            return number < limit - _EPSILON


def all_of(tests: Iterable[Test], now: Situation) -> tuple[Answer, tuple[Tested, ...]]:
    """All true: yes; one false: no; else unknown."""
    tested = tuple(check(test, now) for test in tests)
    answers = {one.answer for one in tested}
    if Answer.NO in answers:
        return Answer.NO, tested
    return (Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.YES), tested


_ATTESTED = re.compile(r"\battest (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, judged."""

    criterion: Criterion
    answer: Answer
    measured: Measured
    applies: Answer  # NO: it is not asked of this patient
    applies_ask: str = ""  # the question that tells whether it is asked

    @property
    def document(self) -> str:
        """What to write down or ask where it is not known."""
        return self.applies_ask or self.criterion.document or self._attest or self.measured.ask

    def attested_as(self, document: str) -> str:
        """The name under which what is missing may be attested; empty where it may not."""
        named = _ATTESTED.search(document)
        if named is not None:
            return named.group(1)
        family, _, name = self.criterion.test.measure.partition("/")
        return name if family == "documented" and not self.applies_ask else ""

    @property
    def _attest(self) -> str:
        """What the authority asks for, in its words, and the name under which to attest it."""
        test, says = self.criterion.test, self.criterion.says
        family, _, name = test.measure.partition("/")
        if family != "documented":
            return ""
        asked = says[3:] if says.lower().startswith("or ") else says
        kind = "true or false" if isinstance(test.threshold, bool) else "a number"
        if isinstance(test.threshold, str) or _are_words(test.threshold):
            kind = "a word"
        return f"Document: {asked[0].lower()}{asked[1:]} (attest {name}: {kind})."

    @property
    def verdict(self) -> Answer:
        """A criterion that may not be asked of this patient is not failed."""
        unsure = self.applies is Answer.UNKNOWN and self.answer is Answer.NO
        return Answer.UNKNOWN if unsure else self.answer


def _are_words(threshold: object) -> bool:
    return isinstance(threshold, tuple) and isinstance(threshold[0], str)


def judge(criteria: Iterable[Criterion], now: Situation) -> tuple[Judged, ...]:
    """Every criterion of an authority; those that do not apply say so."""
    return tuple([judge_one(criterion, now) for criterion in criteria])


_NOT_LOOKED_AT = Measured(value=None)


def judge_one(criterion: Criterion, now: Situation) -> Judged:
    """Whether it is asked of this patient, and if it may be, whether it holds."""
    applies, ask = Answer.YES, ""
    for condition in criterion.applies_when:
        found = measure(condition.measure, now)
        answer = _answer(found, condition)
        if answer is Answer.NO:
            return Judged(
                criterion=criterion,
                answer=Answer.UNKNOWN,
                measured=_NOT_LOOKED_AT,
                applies=Answer.NO,
            )
        if answer is Answer.UNKNOWN:
            applies, ask = Answer.UNKNOWN, ask or found.ask
    found = measure(criterion.test.measure, now)
    return Judged(
        criterion=criterion,
        answer=_answer(found, criterion.test),
        measured=found,
        applies=applies,
        applies_ask=ask,
    )


def together(judged: Iterable[Judged]) -> Answer:
    """What alternatives of one group say together, by the group's rule."""
    members = [one for one in judged if one.applies is not Answer.NO]
    needed = 2 if any(one.criterion.group_rule == "at_least_2" for one in members) else 1
    sure = len(members) == 1
    answers = [
        one.verdict if sure or one.applies is Answer.YES else Answer.UNKNOWN for one in members
    ]
    yes, open_ = answers.count(Answer.YES), answers.count(Answer.UNKNOWN)
    if yes >= needed:
        return Answer.YES
    return Answer.UNKNOWN if yes + open_ >= needed else Answer.NO
