"""Many patients at once, on one network of causes and findings: pruned, and certified.

Networks of two layers with independent priors and noisy-OR arguments in [0, 1]: the form in which
a registry is re-read. Absent findings collapse into one factor a cause; present findings are
products. Sets of causes are expanded heaviest first, and a subtree is left when what it can still
add is within its ration of the tolerance. Needs numba (extra `cohort`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit  # type: ignore[import-untyped,unused-ignore]

from needlepoint.core.quantities import Bool, Float


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Independent causes, findings that any of them may explain."""

    prior: Float  # (K,) P(cause)
    leak: Float  # (F,) P(finding present | no cause)
    argument: Float  # (F, K) 1 - P(finding absent | that cause alone) / (1 - leak), in [0, 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPosterior:
    """P(cause) of every patient, and how far each may be off."""

    marginal: Float  # (N, K)
    log_evidence: Float  # (N,) natural log of P(observed), sets of up to `most` causes
    left_out: Float  # (N,) share of the mass that was not expanded, at most


def infer_cohort(
    network: Network, observed: Float, *, most: int = 3, tolerance: float = 3e-6
) -> CohortPosterior:
    """P(each cause | observed) for every patient, over all sets of up to `most` causes.

    Args:
        observed: (N, F) +1 present, -1 absent, 0 not examined.
        most: the largest number of causes together, 1 to 3.
        tolerance: at most this share of the mass is left unexpanded.
    """
    if not 1 <= most <= 3:
        raise ValueError(f"most is {most}; sets of one to three causes are enumerated.")
    n, k = len(observed), len(network.prior)
    marginal, evidence = np.empty((n, k)), np.empty(n)
    left_out = np.empty(n)
    log_keep = np.log1p(-np.clip(network.argument, 0.0, 1 - 1e-12))
    absent = (observed < 0).astype(float)
    log_odds = np.log(network.prior) - np.log1p(-network.prior)
    weight = np.exp(log_odds[None, :] + absent @ log_keep)  # (N, K) odds times absences
    base = np.log1p(-network.prior).sum() + absent @ np.log1p(-network.leak)
    _cohort(
        weight,
        (observed > 0),
        np.ascontiguousarray(1 - network.argument),
        1 - network.leak,
        most,
        tolerance,
        marginal,
        evidence,
        left_out,
    )
    return CohortPosterior(
        marginal=marginal, log_evidence=np.log(evidence) + base, left_out=left_out
    )


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator,unused-ignore]
def _cohort(
    weight: Float,
    present: Bool,
    keep: Float,
    unleaked: Float,
    most: int,
    tolerance: float,
    marginal: Float,
    evidence: Float,
    left_out: Float,
) -> None:
    """One patient after another; arrays are filled in place."""
    n, k = weight.shape
    for patient in range(n):
        found = np.flatnonzero(present[patient])
        f = len(found)
        padded = f + (-f) % 4  # findings are multiplied four at a time; those beyond f say nothing
        left = np.zeros(padded)
        left[:f] = unleaked[found]
        empty = 1.0
        for x in range(f):
            empty *= 1 - left[x]
        alone = np.empty(k)  # weight of the set {cause}
        for c in range(k):
            w = weight[patient, c]
            for x in range(f):
                w *= 1 - left[x] * keep[found[x], c]
            alone[c] = w
        order = np.argsort(-alone)
        odds = np.empty(k)
        local = np.zeros(
            (padded, k)
        )  # heaviest cause first; rows run over causes, for the registers
        for a in range(k):
            odds[a] = weight[patient, order[a]]
            for x in range(f):
                local[x, a] = keep[found[x], order[a]]
        mass = np.zeros(k)
        pair = np.zeros((k, k))
        suffix = np.zeros((k, k + 1))  # sums of pairs over ever lighter second causes
        row = np.empty(k)
        total = empty
        for a in range(k):
            single = alone[order[a]]
            total += single
            mass[a] += single
            if most == 1:
                continue
            for b in range(a + 1, k):
                row[b] = odds[a] * odds[b]
            for x in range(0, padded, 4):
                l0 = left[x] * local[x, a]
                l1 = left[x + 1] * local[x + 1, a]
                l2 = left[x + 2] * local[x + 2, a]
                l3 = left[x + 3] * local[x + 3, a]
                for b in range(a + 1, k):
                    row[b] *= ((1 - l0 * local[x, b]) * (1 - l1 * local[x + 1, b])) * (
                        (1 - l2 * local[x + 2, b]) * (1 - l3 * local[x + 3, b])
                    )
            for b in range(k - 1, a, -1):
                pair[a, b] = row[b]
                suffix[a, b] = suffix[a, b + 1] + row[b]
                mass[b] += row[b]
            total += suffix[a, a + 1]
            mass[a] += suffix[a, a + 1]
        skipped = 0.0
        if most == 3:
            # What {a} gains from c bounds what {a, b} gains from it, and so does what {b} gains.
            # The mass of singles and pairs is known by now, so little is left to chance.
            # The allowance is rationed, half by pair and half by the mass of the pair: the first
            # subtrees would otherwise spend it all.
            each = tolerance * total / (k * (k - 1))
            for a in range(k):
                w_a = alone[order[a]]
                if w_a <= 0:
                    continue
                for b in range(a + 1, k - 1):
                    w_b = alone[order[b]]
                    if w_b <= 0:
                        continue
                    allowed = each + 0.5 * tolerance * pair[a, b]
                    end, high = b + 1, k  # the first subtree that may be left, by halving
                    while end < high:
                        middle = (end + high) // 2
                        bound = pair[a, b] * min(suffix[a, middle] / w_a, suffix[b, middle] / w_b)
                        if bound <= allowed:
                            high = middle
                        else:
                            end = middle + 1
                    if end < k:
                        skipped += pair[a, b] * min(suffix[a, end] / w_a, suffix[b, end] / w_b)
                    if end == b + 1:
                        continue
                    for c in range(b + 1, end):
                        row[c] = odds[a] * odds[b] * odds[c]
                    for x in range(0, padded, 4):
                        l0 = left[x] * local[x, a] * local[x, b]
                        l1 = left[x + 1] * local[x + 1, a] * local[x + 1, b]
                        l2 = left[x + 2] * local[x + 2, a] * local[x + 2, b]
                        l3 = left[x + 3] * local[x + 3, a] * local[x + 3, b]
                        for c in range(b + 1, end):
                            row[c] *= ((1 - l0 * local[x, c]) * (1 - l1 * local[x + 1, c])) * (
                                (1 - l2 * local[x + 2, c]) * (1 - l3 * local[x + 3, c])
                            )
                    gained = 0.0
                    for c in range(b + 1, end):
                        mass[c] += row[c]
                        gained += row[c]
                    total += gained
                    mass[a] += gained
                    mass[b] += gained
        for a in range(k):
            marginal[patient, order[a]] = mass[a] / total
        evidence[patient] = total
        left_out[patient] = skipped / (total + skipped)


def infer_cohort_by_product(
    network: Network, observed: Float, *, most: int = 2, block: int = 512
) -> Float:
    """(N, K) the same marginals as matrix products over every set: the plain reference."""
    sets = _sets(len(network.prior), most)
    member = np.zeros((len(sets), len(network.prior)))
    for row, causes in enumerate(sets):
        member[row, list(causes)] = 1
    log_keep = np.log1p(-np.clip(network.argument, 0.0, 1 - 1e-12))
    log_absent = np.log1p(-network.leak)[:, None] + log_keep @ member.T  # (F, H)
    log_present = np.log(-np.expm1(log_absent))
    log_prior = member @ np.log(network.prior) + (1 - member) @ np.log1p(-network.prior)
    out = np.empty((len(observed), len(network.prior)))
    for start in range(0, len(observed), block):
        part = observed[start : start + block]
        log = (part > 0).astype(float) @ log_present + (part < 0).astype(float) @ log_absent
        log += log_prior
        weight = np.exp(log - log.max(axis=1, keepdims=True))
        out[start : start + block] = (weight @ member) / weight.sum(axis=1, keepdims=True)
    return out


def _sets(causes: int, most: int) -> list[tuple[int, ...]]:
    from itertools import combinations

    return [c for n in range(most + 1) for c in combinations(range(causes), n)]
