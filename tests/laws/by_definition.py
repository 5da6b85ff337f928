"""The posterior by definition: every set of up to three kinds, in plain Python, no shortcuts."""

from __future__ import annotations

from itertools import combinations
from math import exp, log, prod

import numpy as np

from needlepoint.core.inference.localise import Localisation
from needlepoint.core.knowledge import Knowledge, in_force


def posterior_by_definition(
    where: Localisation, knowledge: Knowledge
) -> dict[frozenset[int], float]:
    """P(set of patterns | everything observed), normalised over every set."""
    frame, floor = where.frame, knowledge.parameters.floor
    table = in_force(frame.presentation.values, frame.on)
    q = {kind: p for kind, p in zip(frame.kinds, where.prior.kind_shares, strict=True)}
    place = np.exp(where.prior.log_weight[: frame.none]) / np.array(
        [q[p.kind] for p in frame.patterns]
    )
    odds = {frozenset(pair.kinds): pair.odds_ratio.value for pair in table.pairs}

    def pairs_of(kinds: tuple[str, ...]) -> float:
        return prod(odds.get(frozenset(two), 1.0) for two in combinations(kinds, 2))

    some = 1 - table.none_nameable.value
    mass_of_count = {}
    for n in (1, 2, 3):
        total = sum(
            prod(q[k] for k in kinds) * pairs_of(kinds) for kinds in combinations(frame.kinds, n)
        )
        mass_of_count[n] = some * table.sources[n - 1] / total if total else 0.0

    weights: dict[frozenset[int], float] = {frozenset(): table.none_nameable.value}
    for n in (1, 2, 3):
        for columns in combinations(range(frame.none), n):
            kinds = tuple(frame.patterns[c].kind for c in columns)
            if len(set(kinds)) < n:
                continue
            weights[frozenset(columns)] = (
                mass_of_count[n]
                * prod(q[k] for k in kinds)
                * prod(place[c] for c in columns)
                * pairs_of(kinds)
            )
    likely = {h: w * _likelihood(where, tuple(sorted(h)), floor) for h, w in weights.items()}
    total = sum(likely.values())
    return {h: w / total for h, w in likely.items()}


def _likelihood(where: Localisation, columns: tuple[int, ...], floor: float) -> float:
    frame = where.frame
    active = columns or (frame.none,)
    log_l = 0.0
    for factor in where.factors:
        keep = prod(1 - factor.a[c] for c in active)
        if factor.collapses:
            p = (1 - factor.leak) * prod(
                max((1 - factor.leak) * (1 - factor.a[c]), floor) / (1 - factor.leak)
                for c in active
            )
        else:
            p = (1 - factor.leak) * keep
            p = max(1 - p, floor) if factor.present else min(p, 1 - floor)
        log_l += factor.exponent * log(p)
    return exp(log_l) * _blocks(where, active)


def _blocks(where: Localisation, active: tuple[int, ...]) -> float:
    """Average over tendency and over how the sources share the pain."""
    blocks = where.blocks
    if blocks is None:
        return 1.0
    from needlepoint.core.inference.relief import SHARES, share_nodes

    if len(active) == 1:
        splits = [(1.0,)]
    elif len(active) == 2:
        nodes, _ = share_nodes(*blocks.shares)
        splits = [(s, 1 - s) for s in nodes] + [(1 - s, s) for s in nodes]
    else:
        splits = [(1 / 3, 1 / 3, 1 / 3), (0.6, 0.2, 0.2), (0.2, 0.6, 0.2), (0.2, 0.2, 0.6)]
    coverage = [blocks.classes[blocks.class_of[c]] for c in active]
    total = 0.0
    for split in splits:
        reached = sum(s * c for s, c in zip(split, coverage, strict=True))
        for z, weight in enumerate(blocks.z_weights):
            total += weight * prod(
                float(np.interp(reached[b], SHARES, blocks.answer[b, z]))
                for b in range(len(blocks.answer))
            )
    return total / len(splits)
