"""What is not verified never clears, and what may not be asked of a patient is not failed."""

from __future__ import annotations

from itertools import permutations

from needlepoint.core.knowledge import Knowledge, is_verified
from needlepoint.core.rules.criteria import Answer, Judged
from needlepoint.core.rules.measured import Measured
from needlepoint.core.rules.verdict import Outcome, clear_by


def test_one_unverified_number_among_many_keeps_a_reason_from_clearing(
    knowledge: Knowledge,
) -> None:
    facts = knowledge.guidance.safety.facts.values()
    read = [fact for fact in facts if is_verified(fact, knowledge)]
    unread = next(fact for fact in facts if not is_verified(fact, knowledge))
    assert clear_by("x", knowledge, *read[:3]).outcome is Outcome.CLEAR
    for several in permutations((*read[:2], unread)):
        assert clear_by("x", knowledge, *several).outcome is Outcome.CANNOT_TELL
    assert clear_by("x", knowledge, unread).outcome is Outcome.CANNOT_TELL


def test_a_criterion_that_may_not_be_asked_is_not_failed(knowledge: Knowledge) -> None:
    criterion = next(c for p in knowledge.guidance.policies.values() for c in p.criteria)

    def verdict(answer: Answer, applies: Answer) -> Answer:
        nothing = Measured(value=None)
        return Judged(criterion=criterion, answer=answer, measured=nothing, applies=applies).verdict

    assert verdict(Answer.NO, Answer.UNKNOWN) is Answer.UNKNOWN
    assert verdict(Answer.NO, Answer.YES) is Answer.NO
    assert verdict(Answer.YES, Answer.UNKNOWN) is Answer.YES
