"""Which treatments fit, and how likely is each to help, over everything the pain may come from?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.inference.posterior import Posterior
from needlepoint.core.knowledge import ActionCosts, Knowledge, Therapy, in_force
from needlepoint.core.quantities import Float

WHOLE = 0.99  # of the pain of a pattern: the block reached all of it
_PLACES = 8  # the most probable places of a kind; others are too improbable to be treated


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A treatment of one pattern, with its expected response over the posterior."""

    therapy: Therapy
    pattern: Pattern
    expected_response: float  # P(at least half of the pain gone)
    duration_months: float
    value: float
    blocks_missing: int  # positive diagnostic blocks still asked for before it
    response: Float = field(repr=False)  # (N,) P(response | hypothesis)
    worth: Float = field(repr=False)  # (N,) value given the hypothesis


def options(where: Localisation, best: Posterior, knowledge: Knowledge) -> tuple[Option, ...]:
    """Every therapy of the complaint's kinds at their most probable place, best value first.

    A therapy succeeds in proportion to the share of the pain that it reaches.
    """
    presentation = where.frame.presentation.id
    found = [
        _option(where, best, therapy, kind, knowledge)
        for therapy in knowledge.therapies.values()
        if not therapy.presentations or presentation in therapy.presentations
        for kind in _likeliest_kind(where, best, therapy)
    ]
    return tuple(sorted(found, key=lambda o: (-o.value, o.therapy.id)))


def _likeliest_kind(where: Localisation, best: Posterior, therapy: Therapy) -> tuple[str, ...]:
    """Of several kinds it treats, the one most probable here; none if it treats none of them."""
    here = [kind for kind in therapy.kinds if kind in where.frame.kinds]
    if not here:
        return ()
    chance = dict(zip(where.frame.kinds, best.kinds, strict=True))
    return (max(here, key=lambda kind: (chance[kind], kind)),)


def _option(
    where: Localisation, best: Posterior, therapy: Therapy, kind: str, knowledge: Knowledge
) -> Option:
    """The therapy at the place where it is worth most: wide enough, and no wider."""
    frame = where.frame
    columns = frame.columns_of_kind[kind]
    likely = columns[np.argsort(-best.patterns[columns], kind="stable")[:_PLACES]]
    found = [_at_place(where, best, therapy, int(column), knowledge) for column in likely]
    # Where blocks were asked for, the place that they have opened comes first.
    return max(found, key=lambda option: (-option.blocks_missing, option.value))


def _at_place(
    where: Localisation, best: Posterior, therapy: Therapy, column: int, knowledge: Knowledge
) -> Option:
    frame = where.frame
    values = in_force(therapy.values, frame.on)
    reached = _reach(where, best, column, therapy)
    success, elsewhere = values.success.value, values.success_elsewhere.value
    response = elsewhere + (success - elsewhere) * reached
    utilities = knowledge.utilities
    sites = len(frame.patterns[column].sites)
    # Against doing nothing: what comes without the treatment is not its merit.
    worth = (response - elsewhere) * utilities.success - cost(therapy.costs, knowledge, sites)
    if therapy.destructive:
        worth = worth - (1 - response) * utilities.failed_destructive
    missing = therapy.blocks_first - positive_blocks(where, column)
    return Option(
        therapy=therapy,
        pattern=frame.patterns[column],
        expected_response=float(best.probability @ response),
        duration_months=values.duration_months.value,
        value=float(best.probability @ worth),
        blocks_missing=max(missing, 0),
        response=response,
        worth=worth,
    )


def _reach(where: Localisation, best: Posterior, column: int, therapy: Therapy) -> Float:
    """(N,) the share of the pain that treating this pattern reaches, sources sharing equally."""
    overlap = _overlap(where, column, therapy)
    columns = best.columns
    sources = np.maximum((columns != where.frame.nothing).sum(axis=1), 1)
    reached = overlap[columns[:, 0]] + overlap[columns[:, 1]] + overlap[columns[:, 2]]
    return np.asarray(reached / sources)


def _overlap(where: Localisation, column: int, therapy: Therapy) -> Float:
    """(P + 2,) how much of each pattern is treated; the same for every patient."""
    frame = where.frame
    key = ("overlap", therapy.id, column)
    if key not in frame.memory:
        overlap = np.zeros(frame.columns)
        sizes = frame.pattern_sites.sum(axis=1)
        same_kind = frame.kind_of[: frame.none] == frame.kind_of[column]
        reached = frame.pattern_sites @ frame.pattern_sites[column] / sizes
        overlap[: frame.none] = np.where(same_kind, reached, 0.0)
        for kind in therapy.kinds:  # a therapy of several kinds reaches them where they are
            if kind != frame.patterns[column].kind and kind in frame.columns_of_kind:
                overlap[frame.columns_of_kind[kind]] = 1.0
        frame.memory[key] = overlap
    kept: Float = frame.memory[key]
    return kept


def positive_blocks(where: Localisation, column: int) -> int:
    """How many blocks that reach all of this pattern were answered by relief of at least half."""
    if where.blocks is None:
        return 0
    return sum(
        bool(block.coverage[column] >= WHOLE and block.reading.middle >= 0.5)
        for block in where.blocks.blocks
    )


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
