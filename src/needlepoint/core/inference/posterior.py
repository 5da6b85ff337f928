"""How probable is each hypothesis, given everything that was observed?

Two kinds are enumerated in full. Three are expanded around the best patterns, and what was left out
is bounded from above; the bound is part of the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from needlepoint.core.inference.blocks import BlockEvidence
from needlepoint.core.inference.factor import Factor, apart, log_alone
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.prior import Prior
from needlepoint.core.quantities import Bool, Float, Int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One patient's observations as arrays.

    Observations that are absent and argue against nothing multiply into one weight a pattern; the
    rest are kept as factors, because they do not.
    """

    log_weight: Float  # (P + 2,) prior and collapsed absences
    log_constant: float  # what every hypothesis shares
    leak: Float  # (F,)
    keep: Float  # (F, P + 2) 1 - a
    present: Bool  # (F,)
    exponent: Float  # (F,)
    floor: float
    blocks: BlockEvidence | None


def gather(
    prior: Prior, factors: tuple[Factor, ...], blocks: BlockEvidence | None, floor: float
) -> Evidence:
    """Collapse what collapses; keep the rest."""
    log_weight = prior.log_weight.copy()
    constant = 0.0
    collapsing, kept = apart(factors)
    if collapsing:
        for one in log_alone(collapsing, floor):
            log_weight += one
        for factor in collapsing:
            constant += factor.exponent * float(np.log(1 - factor.leak))
    columns = len(prior.log_weight)
    return Evidence(
        log_weight=log_weight,
        log_constant=constant,
        leak=np.array([f.leak for f in kept]),
        keep=1 - np.array([f.a for f in kept]).reshape(len(kept), columns),
        present=np.array([f.present for f in kept], dtype=bool),
        exponent=np.array([f.exponent for f in kept]),
        floor=floor,
        blocks=blocks,
    )


def chance_of(present: bool, leak: float | Float, keep: Float, floor: float) -> Float:
    """P(observation | h) from the product of 1 - a over the patterns of h.

    A chance leaves its bounds only where arguments are negative, and then on one side.
    """
    chance = (1 - leak) * keep
    if present:
        return np.asarray(np.maximum(1 - chance, floor))
    return np.asarray(np.minimum(chance, 1 - floor))


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """The probability of every hypothesis and of whatever they have in common."""

    frame: Frame
    columns: Int  # (H, 3) the patterns of each hypothesis
    probability: Float  # (H,) sums to one
    log_evidence: float
    bound: Callable[[], float]  # computes left_out; ranking next steps does without it

    @cached_property
    def left_out(self) -> float:
        """At most this much posterior mass lies in sets of three that were not expanded."""
        return self.bound()

    @cached_property
    def patterns(self) -> Float:
        """(P,) probability that the pattern is a source."""
        count = self.frame.columns
        total = sum(
            np.bincount(self.columns[:, n], weights=self.probability, minlength=count)
            for n in range(3)
        )
        return np.asarray(total)[: self.frame.none]

    @property
    def none(self) -> float:
        """Probability that no structure we can name is the source."""
        return float(self.probability[0])

    @cached_property
    def kinds(self) -> Float:
        """(K,) probability that the kind is among the sources."""
        return self.patterns @ self.frame.one_hot_kind[: self.frame.none]

    @cached_property
    def sites(self) -> Float:
        """(S,) probability that the site is among the sources."""
        return self.patterns @ self.frame.pattern_sites

    @cached_property
    def by_count(self) -> tuple[float, float, float, float]:
        """Probability of none nameable, one, two and three sources."""
        sources = (self.columns != self.frame.nothing).sum(axis=1)
        sources[0] = 0
        counts = np.bincount(sources, weights=self.probability, minlength=4)
        return tuple(float(c) for c in counts)  # type: ignore[return-value]

    def best(self, count: int) -> Posterior:
        """The most probable hypotheses alone, renormalised; enough for ranking next steps."""
        if count >= len(self.probability):
            return self
        top = np.sort(np.argpartition(-self.probability, count)[:count])
        if top[0] != 0:
            top = np.concatenate([[0], top])  # none nameable stays first
        probability = self.probability[top]
        return Posterior(
            frame=self.frame,
            columns=np.asfortranarray(self.columns[top]),
            probability=probability / probability.sum(),
            log_evidence=self.log_evidence,
            bound=self.bound,
        )


def infer(frame: Frame, prior: Prior, evidence: Evidence, *, triple_patterns: int) -> Posterior:
    """The posterior of one patient."""
    first, second = frame.first, frame.second
    log_pairs = _log_prior(frame, prior, evidence)
    log_pairs += _log_findings(evidence, first, second)
    plain = log_pairs  # without blocks: the bound needs it
    if evidence.blocks is not None:
        log_pairs = plain + _log_blocks(evidence.blocks, frame)
    triples = _best_triples(frame, log_pairs, triple_patterns)
    log_triples = _log_triples(frame, prior, evidence, triples)
    log_all = np.concatenate([log_pairs, log_triples])
    top = log_all.max()
    weight = np.exp(log_all - top)
    total = weight.sum()
    columns = np.asfortranarray(np.concatenate([frame.pair_columns, triples]))

    def bound() -> float:
        bare = weight[: len(plain)] if evidence.blocks is None else np.exp(plain - top)
        skipped = _left_out(frame, prior, evidence, plain, bare, triples)
        return float(skipped / (total + skipped))

    return Posterior(
        frame=frame,
        columns=columns,
        probability=weight / total,
        log_evidence=float(top + np.log(total)) + evidence.log_constant,
        bound=bound,
    )


def _log_prior(frame: Frame, prior: Prior, evidence: Evidence) -> Float:
    """(H,) log prior and collapsed absences."""
    w = evidence.log_weight
    log = w[frame.first] + w[frame.second]
    log[0] += prior.log_count[0]
    singles = slice(1, 1 + len(frame.patterns))
    log[singles] += prior.log_count[1]
    pairs = slice(1 + len(frame.patterns), None)
    log[pairs] += (prior.log_count[2] + _log_odds(prior)).reshape(-1).take(frame.kinds_of_pairs)
    return log


def _log_odds(prior: Prior) -> Float:
    """(K, K) log odds ratios of coexistence; a kind never stands beside itself."""
    return np.log(np.maximum(prior.pair_odds, 1e-300))


def _log_findings(evidence: Evidence, *columns: Int) -> Float:
    """(H,) log-likelihood of the kept factors; products within an exponent, one log each.

    The same arithmetic as chance_of, in place: this is where one patient's time goes.
    """
    count = len(columns[0])
    log = np.zeros(count)
    chance, other = np.empty(count), np.empty(count)
    for exponent in sorted(set(evidence.exponent.tolist())):
        product = np.ones(count)
        for f in np.flatnonzero(evidence.exponent == exponent):
            keep = evidence.keep[f] * 1.0
            np.take(keep, columns[0], out=chance, mode="clip")
            for column in columns[1:]:
                np.take(keep, column, out=other, mode="clip")
                chance *= other
            if evidence.present[f]:
                chance *= evidence.leak[f] - 1
                chance += 1
                if keep.max() > 1:
                    np.maximum(chance, evidence.floor, out=chance)
            else:
                chance *= 1 - evidence.leak[f]
                np.minimum(chance, 1 - evidence.floor, out=chance)
            product *= chance
        np.log(product, out=product)
        product *= exponent
        log += product
    return log


def _log_blocks(blocks: BlockEvidence, frame: Frame) -> Float:
    """(H,) log-likelihood of the blocks, once a pair of classes."""
    count = 1 + len(frame.patterns)
    log = np.empty(len(frame.first))
    log[:count] = np.log(blocks.singles)[blocks.class_of[frame.first[:count]]]
    a, b = blocks.class_of[frame.first[count:]], blocks.class_of[frame.second[count:]]
    log[count:] = np.log(blocks.pairs)[a, b]
    return log


# --- three sources --------------------------------------------------------------------------------


def _best_triples(frame: Frame, log_pairs: Float, patterns: int) -> Int:
    """(T, 3) every set of three kinds among the patterns that carry the most mass so far."""
    weight = np.exp(log_pairs - log_pairs.max())
    mass = np.bincount(frame.first, weights=weight, minlength=frame.columns) + np.bincount(
        frame.second, weights=weight, minlength=frame.columns
    )
    mass = mass[: frame.none]
    best = np.sort(np.argsort(-mass, kind="stable")[:patterns])
    pick = _combinations_of_three(len(best))
    triples = best[pick]
    kinds = frame.kind_of[triples]
    different = (
        (kinds[:, 0] != kinds[:, 1]) & (kinds[:, 1] != kinds[:, 2]) & (kinds[:, 0] != kinds[:, 2])
    )
    return np.asarray(triples[different], dtype=np.intp).reshape(-1, 3)


_TRIPLES: dict[int, Int] = {}


def _combinations_of_three(n: int) -> Int:
    """(n choose 3, 3) index triples, kept between patients."""
    if n not in _TRIPLES:
        i, j, k = np.meshgrid(np.arange(n), np.arange(n), np.arange(n), indexing="ij")
        keep = (i < j) & (j < k)
        _TRIPLES[n] = np.stack([i[keep], j[keep], k[keep]], axis=1)
    return _TRIPLES[n]


def _log_triples(frame: Frame, prior: Prior, evidence: Evidence, triples: Int) -> Float:
    if not len(triples):
        return np.zeros(0)
    a, b, c = triples[:, 0], triples[:, 1], triples[:, 2]
    w = evidence.log_weight
    x, y, z = frame.kind_of[a], frame.kind_of[b], frame.kind_of[c]
    odds = _log_odds(prior)
    log = prior.log_count[3] + w[a] + w[b] + w[c] + odds[x, y] + odds[y, z] + odds[x, z]
    log = log + _log_findings(evidence, a, b, c)
    if evidence.blocks is not None:
        log = log + np.log(evidence.blocks.triples(triples))
    return np.asarray(log)


def _left_out(
    frame: Frame, prior: Prior, evidence: Evidence, plain: Float, bare: Float, triples: Int
) -> float:
    """An upper bound on the weight of the sets of three not expanded, on the scale of `bare`.

    `plain` is the log weight of each hypothesis of up to two kinds without the blocks, and `bare`
    its exponential on the scale of the answer.

    Adding a pattern to a noisy-OR never gains more in a larger set, so the gain of c over {i}
    bounds its gain over {i, j}. Factors with negative arguments break that rule: for them the gain
    over {i, j} itself is taken, which depends only on the few distinct arguments a pattern has.
    Blocks are bounded by the most that any third source can make of the readings.
    """
    count = len(frame.patterns)
    unexpanded = np.ones(count, dtype=bool)
    unexpanded[triples.reshape(-1)] = False
    outside = np.flatnonzero(unexpanded)
    if not len(outside):
        return 0.0
    pairs = slice(1 + count, None)
    i, j = frame.first[pairs], frame.second[pairs]
    grid = np.full((count, count), -np.inf)
    grid[i, j] = grid[j, i] = plain[pairs]
    step = (prior.log_count[3] - prior.log_count[2]) - (prior.log_count[2] - prior.log_count[1])
    gain = np.exp(grid[:, outside] - plain[1 : 1 + count, None] + step)  # of c over {i}
    group, gains = _gains_over_two(frame, prior, evidence, gain, outside)
    pair_weight = bare[pairs]
    if evidence.blocks is not None:
        class_of = evidence.blocks.class_of
        pair_weight = pair_weight * evidence.blocks.most_with_a_third()[class_of[i], class_of[j]]
    flat, width = gains.reshape(-1), gains.shape[1]
    over_i, over_j = flat.take(i * width + group[j]), flat.take(j * width + group[i])
    return float(pair_weight @ np.minimum(over_i, over_j))


def _gains_over_two(
    frame: Frame, prior: Prior, evidence: Evidence, gain: Float, outside: Int
) -> tuple[Int, Float]:
    """The summed gain of the outside patterns over {i, j}, from their gain over {i}.

    Patterns that share their kind and their arguments in the odd factors form a group: what they
    add to a pair is corrected alike.

    Returns:
        (P,) the group of each pattern; (P, G) by i and by the group of j.
    """
    group, first = _groups(frame, evidence)
    kinds = frame.kind_of[first]
    by_group = gain @ np.eye(len(first))[group[outside]]  # (P, G)
    of_pair = _odd_ratio(evidence, first)
    of_pair *= prior.pair_odds[kinds[:, None], kinds[None, :]]
    gains = np.empty_like(by_group)
    for g in range(len(first)):
        rows = np.flatnonzero(group == g)
        gains[rows] = by_group[rows] @ of_pair[g].T
    return group, gains


def _groups(frame: Frame, evidence: Evidence) -> tuple[Int, Int]:
    """(P,) the group of each pattern, and (G,) the first pattern of each group."""
    count = len(frame.patterns)
    rows = np.concatenate([frame.kind_of[None, :count], evidence.keep[_odd(evidence), :count]])
    order = np.lexsort(rows)
    changes = (rows[:, order[1:]] != rows[:, order[:-1]]).any(axis=0)
    group = np.empty(count, dtype=np.intp)
    group[order] = np.concatenate([[0], np.cumsum(changes)])
    return group, order[np.concatenate([[True], changes])]


def _odd(evidence: Evidence) -> Int:
    """Factors with negative arguments."""
    return np.flatnonzero(evidence.keep.max(axis=1, initial=0.0) > 1)


def _odd_ratio(evidence: Evidence, first: Int) -> Float:
    """(G, G, G) by the groups of i, j and c, the gain of c over {i, j} divided by its gain over
    {i}, from the factors with negative arguments alone. `first` has a pattern of each group.
    """
    size = len(first)
    log = np.zeros((size * size, size))
    for f in _odd(evidence):
        keep, which = np.unique(evidence.keep[f, first], return_inverse=True)
        present, leak, floor = bool(evidence.present[f]), evidence.leak[f], evidence.floor
        two = keep[:, None] * keep[None, :]
        over_two = _log_ratio(present, leak, two[:, :, None], keep[None, None, :], floor)
        over_one = _log_ratio(present, leak, keep[:, None], keep[None, :], floor)
        table = evidence.exponent[f] * (over_two - over_one[:, None, :])
        which = which.reshape(-1)
        pair = (which[:, None] * len(keep) + which[None, :]).reshape(-1)
        log += table.reshape(-1, len(keep))[:, which].take(pair, axis=0)
    return np.exp(log).reshape(size, size, size)


def _log_ratio(present: bool, leak: float, before: Float, added: Float, floor: float) -> Float:
    """Log gain of adding a pattern to what a set leaves over."""
    after = chance_of(present, leak, before * added, floor)
    return np.asarray(np.log(after / chance_of(present, leak, before, floor)))
