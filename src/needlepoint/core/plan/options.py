"""Which treatments fit, and how likely is each to help, over everything the pain may come from?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import hypot

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import Decision
from needlepoint.core.inference.blocks import ReadBlock
from needlepoint.core.inference.intervals import Intervals
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.inference.posterior import Posterior
from needlepoint.core.knowledge import (
    Knowledge,
    Therapy,
    TherapyCategory,
    in_force,
)
from needlepoint.core.plan.actions import on_one_side
from needlepoint.core.plan.circumstances import Applied, Circumstances
from needlepoint.core.plan.obstacles import Obstacle, obstacles
from needlepoint.core.plan.response import applied_earlier, price_of, response_of
from needlepoint.core.quantities import Float, Int
from needlepoint.core.record import Said

WHOLE = 0.99  # of what a block can reach of a pattern: it reached all of it
WHOLE_PAIN = "the pain as a whole"
_NOT_AT_A_PLACE = (
    TherapyCategory.WATCHFUL,
    TherapyCategory.HOME,
    TherapyCategory.PHYSICAL,
    TherapyCategory.PSYCHOLOGICAL,
    TherapyCategory.MEDICINE,
    TherapyCategory.SURGERY_REFERRAL,
)
_HARDLY = 0.2  # of the pain: breaks ties of worth, decides nothing else
_PLACES = 8  # the most probable places of a kind; others are too improbable to be treated


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A treatment of one pattern, or of the pain as a whole, with its expected response."""

    therapy: Therapy
    pattern: Pattern | None  # None: it treats the pain whatever its source
    expected_response: float  # P(at least half of the pain gone)
    interval: tuple[float, float]
    duration_months: float
    duration_interval: tuple[float, float] | None
    value: float
    reached: float  # expected share of the pain that it reaches
    blocks_missing: int  # positive diagnostic blocks still asked for before it
    obstacles: tuple[Obstacle, ...] = ()
    applied: tuple[Applied, ...] = ()  # what raises or lowers the response of this patient
    decision: Said[Decision] | None = None  # accepted or overridden, with reason
    response: Float = field(repr=False)  # (N,) P(response | hypothesis)
    worth: Float = field(repr=False)  # (N,) value given the hypothesis

    @property
    def target(self) -> str:
        """Where it is done; a treatment that is not done at a place, for which pain."""
        if self.pattern is None:
            return WHOLE_PAIN
        return (
            f"pain from {self.pattern}" if self.category in _NOT_AT_A_PLACE else str(self.pattern)
        )

    @property
    def category(self) -> TherapyCategory:
        return self.therapy.category

    @property
    def about(self) -> str:
        """How a decision names it: therapy:lumbar_medial_branch_radiofrequency@left L4-S1 ..."""
        return f"therapy:{self.therapy.id}" + (f"@{self.pattern}" if self.pattern else "")

    @property
    def is_closed(self) -> bool:
        """Something rules it out, or a clinician decided against it."""
        against = self.decision is not None and not self.decision.statement.accepted
        return against or any(obstacle.closes for obstacle in self.obstacles)

    @property
    def comes_later(self) -> bool:
        """Lesser means, or a trial, come first."""
        return any(obstacle.comes_later for obstacle in self.obstacles)

    @property
    def is_open(self) -> bool:
        """Nothing is in its way and nothing has to be found out before it."""
        return not (self.blocks_missing or self.obstacles or self.is_closed)

    @property
    def is_next(self) -> bool:
        """Worth doing now, by the one who asks; operations are weighed by those who operate."""
        elsewhere = self.category is TherapyCategory.SURGERY_REFERRAL
        return self.value > 0 and self.is_open and not elsewhere


@dataclass(frozen=True, slots=True)
class _Reach:
    """What treating each of the likeliest places of a kind reaches."""

    columns: tuple[int, ...]
    shares: Float  # (L, N) of the pain, given the hypothesis
    expected: tuple[float, ...]  # the same over the posterior
    sites: tuple[int, ...]
    positive: tuple[int, ...]  # answered blocks that reach all of it


def options(
    where: Localisation,
    best: Posterior,
    knowledge: Knowledge,
    patient: Circumstances | None = None,
    *,
    side: Side | None = None,
) -> tuple[Option, ...]:
    """Every therapy that fits the complaint, at its most probable place, best first.

    All of the pain may be on one `side`: then no needle goes into the other.

    A therapy succeeds in proportion to the share of the pain that it reaches. Doing nothing has
    the value 0: what is worth less stands below it.
    """
    presentation = where.frame.presentation.id
    sources = np.maximum((best.columns != where.frame.nothing).sum(axis=1), 1)
    reaches: dict[tuple[str, ...], _Reach] = {}
    found: list[Option] = []
    for therapy in knowledge.therapies.values():
        if therapy.presentations and presentation not in therapy.presentations:
            continue
        if therapy.scope == "whole_pain":
            found.append(_whole(where, best, therapy, knowledge, patient))
            continue
        here = tuple(kind for kind in therapy.kinds if kind in where.frame.columns_of_kind)
        if here:
            if here not in reaches:
                reaches[here] = _reach(where, best, here, side, sources)
            found.append(_aimed(where, best, therapy, reaches[here], knowledge, patient))
    return tuple(sorted(found, key=_rank))


def _rank(option: Option) -> tuple[bool, bool, float, bool, float, str]:
    """What may be done before what must wait and what is ruled out; then by worth.

    Of equal worth, what hardly reaches the pain stands below: the natural course of a source is
    told where it may well be that source.
    """
    hardly = option.reached < _HARDLY
    worth = (-option.value, hardly, -option.expected_response, option.therapy.id)
    return (option.is_closed, option.comes_later, *worth)


# --- what is reached ------------------------------------------------------------------------------


def _reach(
    where: Localisation,
    best: Posterior,
    kinds: tuple[str, ...],
    side: Side | None,
    sources: Int,
) -> _Reach:
    """The likeliest places of the likeliest kind, and what treating each of them reaches.

    Sources share the pain equally; `sources` says how many each hypothesis has.
    """
    frame = where.frame
    chance = {kind: float(best.kinds[frame.kinds.index(kind)]) for kind in kinds}
    kind = max(kinds, key=lambda name: (chance[name], name))
    columns = on_one_side(frame, frame.columns_of_kind[kind], side)
    likely = columns[np.argsort(-best.patterns[columns], kind="stable")[:_PLACES]]
    chosen = tuple(likely.tolist())
    overlap = np.array([_overlap(where, column, kinds) for column in chosen])
    first, second, third = best.columns.T
    shares = (overlap[:, first] + overlap[:, second] + overlap[:, third]) / sources
    return _Reach(
        columns=chosen,
        shares=shares,
        expected=tuple((shares @ best.probability).tolist()),
        sites=tuple(frame.sizes[likely].tolist()),
        positive=tuple(positive_blocks(where, column) for column in chosen),
    )


def _overlap(where: Localisation, column: int, kinds: tuple[str, ...]) -> Float:
    """(P + 2,) how much of each pattern is treated; the same for every patient."""
    frame = where.frame
    key = ("overlap", kinds, column)
    if key not in frame.memory:
        overlap = np.zeros(frame.columns)
        sizes = frame.pattern_sites.sum(axis=1)
        same_kind = frame.kind_of[: frame.none] == frame.kind_of[column]
        reached = frame.pattern_sites @ frame.pattern_sites[column] / sizes
        overlap[: frame.none] = np.where(same_kind, reached, 0.0)
        for kind in kinds:  # a therapy of several kinds reaches them where they are
            if kind != frame.patterns[column].kind:
                overlap[frame.columns_of_kind[kind]] = 1.0
        frame.memory[key] = overlap
    kept: Float = frame.memory[key]
    return kept


# --- one option -----------------------------------------------------------------------------------


def _aimed(
    where: Localisation,
    best: Posterior,
    therapy: Therapy,
    reach: _Reach,
    knowledge: Knowledge,
    patient: Circumstances | None,
) -> Option:
    """The therapy at the place where it is worth most: wide enough, and no wider."""
    values = in_force(therapy.values, where.frame.on)
    general = patient.of(therapy) if patient else ()
    anywhere, price = response_of(values, general), price_of(therapy, values, knowledge)
    candidates = []
    for n, (column, expected) in enumerate(zip(reach.columns, reach.expected, strict=True)):
        here: tuple[Applied, ...] = ()
        if patient and patient.earlier:
            pattern = where.frame.patterns[column]
            here = applied_earlier(therapy, pattern, knowledge, patient)
        response = response_of(values, (*general, *here)) if here else anywhere
        worth = price.worth(response, expected, reach.sites[n])
        missing = max(therapy.blocks_first - reach.positive[n], 0)
        # Where blocks were asked for, the place that they have opened comes first.
        candidates.append(((-missing, worth, -n), n, column, missing, response))
    (_, worth, _), n, column, missing, response = max(candidates, key=lambda one: one[0])
    shares = reach.shares[n]
    pattern = where.frame.patterns[column]
    expected, interval = response.at(reach.expected[n])
    return Option(
        therapy=therapy,
        pattern=pattern,
        expected_response=expected,
        interval=interval,
        duration_months=values.duration_months.value,
        duration_interval=values.duration_months.interval_95,
        value=worth,
        reached=reach.expected[n],
        blocks_missing=missing,
        obstacles=obstacles(therapy, pattern, reach.positive[n], patient) if patient else (),
        applied=response.applied,
        decision=_decision(therapy, pattern, patient),
        response=response.elsewhere[0] + (response.success[0] - response.elsewhere[0]) * shares,
        worth=price.worth(response, shares, reach.sites[n]),
    )


def _whole(
    where: Localisation,
    best: Posterior,
    therapy: Therapy,
    knowledge: Knowledge,
    patient: Circumstances | None,
) -> Option:
    """A therapy that acts on the pain whatever its source, named or not."""
    values = in_force(therapy.values, where.frame.on)
    general = patient.of(therapy) if patient else ()
    here = applied_earlier(therapy, None, knowledge, patient) if patient else ()
    response = response_of(values, (*general, *here))
    expected, interval = response.at(1.0)
    everywhere = np.ones(len(best.probability))
    worth = price_of(therapy, values, knowledge).worth(response, 1.0, 1)
    return Option(
        therapy=therapy,
        pattern=None,
        expected_response=expected,
        interval=interval,
        duration_months=values.duration_months.value,
        duration_interval=values.duration_months.interval_95,
        value=worth,
        reached=1.0,
        blocks_missing=0,
        obstacles=obstacles(therapy, None, 0, patient) if patient else (),
        applied=response.applied,
        decision=_decision(therapy, None, patient),
        response=expected * everywhere,
        worth=worth * everywhere,
    )


def _decision(
    therapy: Therapy, pattern: Pattern | None, patient: Circumstances | None
) -> Said[Decision] | None:
    """What was decided about the therapy here; a decision without a place holds everywhere."""
    if patient is None or not patient.decisions:
        return None
    name = f"therapy:{therapy.id}"
    return patient.decisions.get(f"{name}@{pattern}") or patient.decisions.get(name)


# --- with the doubt of the posterior --------------------------------------------------------------


def with_posterior_doubt(option: Option, where: Localisation, drawn: Intervals) -> Option:
    """The option with an interval that also holds the doubt about where the pain comes from."""
    if option.pattern is None or option.reached <= 0:
        return option
    frame = where.frame
    k = frame.kinds.index(option.pattern.kind)
    chance = float(where.posterior.kinds[k])
    if chance <= 0:
        return option
    low, high = (float(end) / chance for end in drawn.kinds[k])
    slope = float(np.ptp(option.response))  # from nothing reached to the most that is
    value, (down, up) = option.expected_response, option.interval
    fall = slope * option.reached * (1 - low)
    rise = slope * min(option.reached * (high - 1), 1 - option.reached)
    return replace(
        option,
        interval=(
            max(0.0, value - hypot(value - down, fall)),
            min(1.0, value + hypot(up - value, rise)),
        ),
    )


# --- for the next step ----------------------------------------------------------------------------


def deciding(offered: tuple[Option, ...]) -> tuple[Option, ...]:
    """Those that may decide what to do next.

    Closed ones cannot, nor those that another of the same reach beats whatever the source is.
    What other things come before cannot either: an operation, a stimulator before its trial.
    """
    referral = TherapyCategory.SURGERY_REFERRAL
    able = [
        one
        for one in offered
        if not one.is_closed and not one.comes_later and one.category is not referral
    ]
    best: dict[tuple[object, ...], list[Option]] = {}
    for option in able:
        key = (option.pattern, option.therapy.kinds, option.blocks_missing)
        rivals = best.setdefault(key, [])
        if not any((rival.worth >= option.worth).all() for rival in rivals):
            rivals.append(option)
    return tuple(option for rivals in best.values() for option in rivals)


# --- blocks ---------------------------------------------------------------------------------------


def positive_blocks(where: Localisation, column: int) -> int:
    """How many blocks that reach all of this pattern were answered by relief of at least half."""
    if where.blocks is None:
        return 0
    return sum(
        reaches_all(block, where, column) and block.is_positive for block in where.blocks.blocks
    )


def reaches_all(block: ReadBlock, where: Localisation, column: int) -> bool:
    """Whether it reached as much of this pattern as such a block ever reaches of its kind.

    The nerves of a knee that can be blocked carry most of its pain, not all; a spill into the
    neighbourhood is no block of the neighbour.
    """
    kind = where.frame.patterns[column].kind
    most = float(block.coverage[where.frame.columns_of_kind[kind]].max())
    return most >= 0.5 and bool(block.coverage[column] >= WHOLE * most)
