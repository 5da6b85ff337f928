"""How likely is a therapy to help this patient, for how long, and what is that worth?"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, log
from typing import TypeVar

from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.knowledge import (
    ActionCosts,
    Estimate,
    Knowledge,
    Therapy,
    TherapyCategory,
    TherapyResponse,
)
from needlepoint.core.plan.circumstances import Applied, Circumstances
from needlepoint.core.plan.earlier import after_earlier
from needlepoint.core.quantities import Float

Amount = TypeVar("Amount", float, Float)


@dataclass(frozen=True, slots=True)
class Response:
    """The two chances of a therapy for this patient, with their ends."""

    success: tuple[float, float, float]  # value, low, high
    elsewhere: tuple[float, float, float]
    applied: tuple[Applied, ...]

    def at(self, reached: float) -> tuple[float, tuple[float, float]]:
        """Expected response and interval; the two doubts are independent."""
        (s, s_low, s_high), (e, e_low, e_high) = self.success, self.elsewhere
        value = e + (s - e) * reached
        down = hypot((s - s_low) * reached, (e - e_low) * (1 - reached))
        up = hypot((s_high - s) * reached, (e_high - e) * (1 - reached))
        return value, (max(0.0, value - down), min(1.0, value + up))


def response_of(values: TherapyResponse, applied: tuple[Applied, ...]) -> Response:
    """The published chances, moved on the log-odds scale by what holds for this patient.

    What moves the course of the pain moves both; what bears on the treatment moves its success,
    never below what comes without it.
    """
    course = sum(one.log_odds for one in applied if one.of_course)
    whole = sum(one.log_odds for one in applied)
    elsewhere = _moved(values.success_elsewhere, course)
    success, low, high = _moved(values.success, whole)
    success = max(success, elsewhere[0])
    return Response(
        success=(success, min(low, success), max(high, success)),
        elsewhere=elsewhere,
        applied=applied,
    )


def applied_earlier(
    therapy: Therapy, pattern: Pattern | None, knowledge: Knowledge, patient: Circumstances
) -> tuple[Applied, ...]:
    """What an earlier result at the place does to the odds of this one."""
    if not patient.earlier:
        return ()
    return tuple(
        Applied(
            says=(
                f"{result.name.replace('_', ' ')} {outcome} before "
                f"({result.relief_percent:g} % relief)"
                + ("." if same else ", of the same category.")
            ),
            log_odds=odds,
            odds_ratio=number,
            entries=(result.entry,),
        )
        for odds, number, outcome, result, same in after_earlier(
            therapy, pattern, patient.earlier, knowledge
        )
    )


def _moved(estimate: Estimate, shift: float) -> tuple[float, float, float]:
    low, high = estimate.interval_95 or (estimate.value, estimate.value)
    if not shift:
        return estimate.value, low, high
    return _shifted(estimate.value, shift), _shifted(low, shift), _shifted(high, shift)


def _shifted(chance: float, shift: float) -> float:
    if not 0 < chance < 1:
        return chance
    return 1 / (1 + exp(-(log(chance / (1 - chance)) + shift)))


@dataclass(frozen=True, slots=True)
class Price:
    """What a success of a therapy is worth and what the therapy costs; the same for everyone."""

    therapy: Therapy
    success: float  # by how long it lasts
    costs: tuple[float, ...]  # at one site, at two ...
    knowledge: Knowledge

    def worth(self, response: Response, reached: Amount, sites: int) -> Amount:
        """Against doing nothing: what comes without the treatment is not its merit."""
        if self.therapy.category is TherapyCategory.WATCHFUL:
            return reached * 0.0
        gain = (response.success[0] - response.elsewhere[0]) * reached
        spent = (
            self.costs[sites - 1]
            if sites <= len(self.costs)
            else cost(self.therapy.costs, self.knowledge, sites)
        )
        worth = gain * self.success - spent
        if self.therapy.destructive:
            failed = 1 - response.elsewhere[0] - gain
            worth = worth - failed * self.knowledge.utilities.failed_destructive
        return worth


_MOST_SITES = 6  # three segments on both sides


def price_of(therapy: Therapy, values: TherapyResponse, knowledge: Knowledge) -> Price:
    """Worked out once for each edition of the values.

    A success counts by how long it lasts: `full_worth_months` of it are the unit, and more months
    add less and less.
    """
    key = ("price", therapy.id, values.duration_months.value)
    if key not in knowledge.compiled:
        lasts = _lasting(values.duration_months.value, knowledge)
        costs = (cost(therapy.costs, knowledge, n) for n in range(1, _MOST_SITES + 1))
        success = knowledge.utilities.success * lasts
        knowledge.compiled[key] = Price(therapy, success, tuple(costs), knowledge)
    kept: Price = knowledge.compiled[key]  # type: ignore[assignment]
    return kept


def _lasting(months: float, knowledge: Knowledge) -> float:
    """1 at `full_worth_months`; rising in proportion at first, levelling off at twice that."""
    half = knowledge.utilities.half_worth_months
    full = knowledge.utilities.full_worth_months
    return (months / (months + half)) / (full / (full + half))


def cost(costs: ActionCosts, knowledge: Knowledge, sites: int) -> float:
    """What an action costs, in successes."""
    return burden(
        costs.minutes, costs.discomfort, costs.serious_harm.value, costs.price, sites, knowledge
    )


def burden(
    minutes: float,
    discomfort: float,
    serious_harm: float,
    price: float,
    sites: int,
    knowledge: Knowledge,
) -> float:
    """The same, from its parts; every site after the first adds a part of it."""
    u = knowledge.utilities
    once = (
        minutes * u.per_minute
        + discomfort * u.per_discomfort
        + serious_harm * u.per_serious_harm
        + price * u.per_visit
    )
    return once * (1 + u.per_extra_site * (sites - 1))
