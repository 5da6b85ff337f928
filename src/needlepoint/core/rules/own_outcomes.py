"""What do the patient's own scores say of a procedure whose relief nobody wrote down?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from needlepoint.core.chart import Procedure
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import Response, ResponseRules, responses
from needlepoint.core.rules.facts import number

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOutcome:
    """Relief of one procedure, read off the scores before and after it."""

    relief_percent: float | None  # the best that was reached: how long it held stands beside it
    relief_months: float | None  # for which at least half is known to have held
    entries: tuple[str, ...]  # the scores


def response_rules(knowledge: Knowledge) -> ResponseRules:
    """What counts as an answer, from the knowledge base."""
    facts = knowledge.guidance.safety.facts
    return ResponseRules(
        moderate_percent=number(facts["outcomes/moderate_relief_percent"]),
        substantial_percent=number(facts["outcomes/substantial_relief_percent"]),
        baseline_within_days=number(facts["outcomes/baseline_within_days"]),
        first_follow_up_after_days=number(facts["outcomes/first_follow_up_after_days"]),
    )


def own_outcome(entry: str, procedure: Procedure, now: Situation) -> OwnOutcome | None:
    """None where the entry says itself what came of it, or where the scores cannot tell.

    Of several pains a score must be of the one that was treated: else nothing is read off it.
    """
    if procedure.relief_percent is not None:
        return None
    if procedure.complaint is None and len(now.record.complaints) > 1:
        return None
    one = _responses(now).get(entry)
    if one is None or one.before is None or not one.after:
        return None
    return OwnOutcome(
        relief_percent=one.best_percent,
        relief_months=one.relief_months or 0.0,
        entries=(one.before.entry, *(score.entry for score, _ in one.after)),
    )


def _responses(now: Situation) -> dict[str, Response]:
    """By procedure; only of scores that were there when the plan was looked at."""
    if "responses" not in now.memory:
        instrument = now.knowledge.guidance.instruments.get("nrs")
        found: tuple[Response, ...] = ()
        if instrument is not None and "outcomes/moderate_relief_percent" in now.safety.facts:
            found = responses(now.record, instrument, response_rules(now.knowledge))
        now.memory["responses"] = {one.procedure: one for one in found}
    kept: dict[str, Response] = now.memory["responses"]
    return kept
