"""How likely is each hypothesis before any finding: by complaint, age, stated side and place?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.patterns import place_shares, place_table
from needlepoint.core.knowledge import InferenceParameters, Knowledge, PriorTable
from needlepoint.core.quantities import Float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """A product of a weight a pattern, a factor a pair of kinds and a factor a count of sources.

    P(h) = count_weight[n] * prod over patterns of weight[pattern] * prod over pairs of pair_odds.
    """

    log_weight: Float  # (P + 2,) log P(kind | one source) P(place | kind); 0 for none, nothing
    log_count: Float  # (4,) for hypotheses of no, one, two, three patterns
    pair_odds: Float  # (K, K) odds ratio of finding two kinds together
    kind_shares: Float  # (K,) P(kind | one source), at this age


def prior_of(
    frame: Frame,
    table: PriorTable,
    knowledge: Knowledge,
    *,
    age: float | None,
    side: Side | None,
    shares: Float | None = None,
    none_nameable: float | None = None,
) -> Prior:
    """The prior of one patient. `shares` and `none_nameable` replace the table's in redraws."""
    parameters = knowledge.parameters
    if shares is None:
        shares = table_shares(frame, table)
    q = shares * np.exp(age_log_odds(frame, table, parameters, age))
    q = q / q.sum()
    log_weight = _log_places(frame, side, knowledge).copy()
    of_pattern = slice(0, frame.none)
    log_weight[of_pattern] += np.log(q)[frame.kind_of[of_pattern]]
    odds = pair_odds(frame, table)
    none = table.none_nameable.value if none_nameable is None else none_nameable
    return Prior(
        log_weight=log_weight,
        log_count=_log_count(q, odds, none, table.sources),
        pair_odds=odds,
        kind_shares=q,
    )


def _log_places(frame: Frame, side: Side | None, knowledge: Knowledge) -> Float:
    """(P + 2,) log P(pattern | its kind); the same for everyone whose pain is on that side."""
    key = ("places", side)
    if key not in frame.memory:
        log = np.zeros(frame.columns)
        for kind, columns in frame.columns_of_kind.items():
            here = tuple(frame.patterns[column] for column in columns)
            places = place_table(kind, frame.presentation.region, knowledge)
            shares = place_shares(here, places, side, knowledge.parameters)
            log[columns] = np.log(np.maximum(shares, 1e-12))
        frame.memory[key] = log
    kept: Float = frame.memory[key]
    return kept


def table_shares(frame: Frame, table: PriorTable) -> Float:
    """(K,) the published relative frequencies."""
    return np.array([table.kinds[kind].share.value for kind in frame.kinds])


def age_log_odds(
    frame: Frame, table: PriorTable, parameters: InferenceParameters, age: float | None
) -> Float:
    """(K,) how age shifts each kind: straight on the log-odds scale, flat in youth and old age."""
    shift = np.zeros(len(frame.kinds))
    if age is None:
        return shift
    low, high = parameters.age_flat_below, parameters.age_flat_above
    for k, kind in enumerate(frame.kinds):
        share = table.kinds[kind]
        if share.age_log_odds_per_decade is None or share.age_at_share is None:
            continue
        decades = (min(max(age, low), high) - min(max(share.age_at_share, low), high)) / 10
        shift[k] = share.age_log_odds_per_decade.value * decades
    return shift


def pair_odds(frame: Frame, table: PriorTable) -> Float:
    """(K, K) odds ratios of coexistence; 1 where nothing is known, 0 on the diagonal."""
    if "pair odds" not in frame.memory:
        frame.memory["pair odds"] = _pair_odds(frame, table)
    kept: Float = frame.memory["pair odds"]
    return kept


def _pair_odds(frame: Frame, table: PriorTable) -> Float:
    index = {kind: k for k, kind in enumerate(frame.kinds)}
    odds = np.ones((len(index), len(index)))
    for pair in table.pairs:
        if all(kind in index for kind in pair.kinds):
            a, b = (index[kind] for kind in pair.kinds)
            odds[a, b] = odds[b, a] = pair.odds_ratio.value
    np.fill_diagonal(odds, 0.0)
    return odds


def _log_count(q: Float, odds: Float, none: float, sources: tuple[float, ...]) -> Float:
    """Log weights by number of sources, so that each number has its share of the mass."""
    two = float(q @ odds @ q) / 2
    weighted = odds * np.sqrt(np.outer(q, q))
    # sum over k < l < m of q q q odds odds odds = trace((sqrt(q) odds sqrt(q))^3) / 6
    three = float(np.trace(weighted @ weighted @ weighted)) / 6
    some = 1 - none
    masses = np.array(
        [
            none,
            some * sources[0],
            some * sources[1] / max(two, 1e-300),
            some * sources[2] / max(three, 1e-300),
        ]
    )
    return np.asarray(np.log(np.maximum(masses, 1e-300)))
