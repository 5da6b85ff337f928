"""What do the patient's own scores say of a procedure whose relief nobody wrote down?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from needlepoint.core.chart import Procedure
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import Response, ResponseRules, responses
from needlepoint.core.rules.days import WEEKS_A_MONTH
from needlepoint.core.rules.facts import number

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation


def response_rules(knowledge: Knowledge) -> ResponseRules:
    """What counts as an answer, from the knowledge base."""
    facts = knowledge.guidance.safety.facts
    return ResponseRules(
        moderate_percent=number(facts["outcomes/moderate_relief_percent"]),
        substantial_percent=number(facts["outcomes/substantial_relief_percent"]),
        baseline_within_days=number(facts["outcomes/baseline_within_days"]),
        first_follow_up_after_days=number(facts["outcomes/first_follow_up_after_days"]),
        upkeep=_upkeep(knowledge),
    )


def _upkeep(knowledge: Knowledge) -> frozenset[str]:
    """The names of procedures that begin no treatment of the pain and end none."""
    guidance = knowledge.guidance
    groups = {
        group for one in guidance.follow_up.values() if not one.ends_earlier for group in one.groups
    }
    return frozenset(
        name
        for technique in guidance.techniques.values()
        if technique.group in groups
        for name in (technique.id, *technique.carries_out)
    )


def relief_of(
    entry: str, procedure: Procedure, now: Situation
) -> tuple[float | None, float | None, tuple[str, ...]]:
    """Relief in percent, its months, and the scores that show it if the entry does not say it.

    The percent is the best that was reached, because the months say how long half of it held. Of
    several pains a score must be of the one that was treated: else nothing is read off it.
    """
    weeks = procedure.relief_weeks
    months = None if weeks is None else weeks / WEEKS_A_MONTH
    told = procedure.relief_percent is not None
    doubtful = procedure.complaint is None and len(now.record.complaints) > 1
    one = None if told or doubtful else _responses(now).get(entry)
    if one is None or one.before is None or not one.after:
        return procedure.relief_percent, months, ()
    scores = (one.before.entry, *(score.entry for score, _ in one.after))
    return one.best_percent, (one.relief_months or 0.0) if months is None else months, scores


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
