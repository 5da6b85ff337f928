"""How is relief distributed, when a block reaches some share of the pain, or none of it?

relief = max(share * V * T, S) + noise. V is the relief of a truly blocked source, T fails with the
technical failure rate, and S is relief that comes without the block: large in a nonspecific
responder, small in everyone else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from math import erf, lgamma, sqrt

import numpy as np

from needlepoint.core.knowledge import BlockResponse
from needlepoint.core.quantities import Float

GRID = np.linspace(0.0, 1.0, 161)  # relief
SHARES = np.linspace(0.0, 1.0, 41)  # share of the pain that the block reaches
_MIDDLES = (GRID[1:] + GRID[:-1]) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefTable:
    """Probability mass of relief before noise, over cells of the relief grid.

    `worked[nonspecific]` is (C, X): rows are shares of the pain reached; `failed[nonspecific]` is
    (X,): the drug never reached the target. Index 0: an ordinary patient, 1: nonspecific responder.
    """

    worked: tuple[Float, Float]
    failed: tuple[Float, Float]
    noise_sd: float

    def chance(self, low: float, high: float) -> tuple[tuple[Float, Float], tuple[float, float]]:
        """P(low < reported relief < high) as ((C,), (C,)) when it worked, and when it failed."""
        kernel = _kernel(low, high, self.noise_sd)
        worked = (self.worked[0] @ kernel, self.worked[1] @ kernel)
        failed = (float(self.failed[0] @ kernel), float(self.failed[1] @ kernel))
        return worked, failed


def relief_table(response: BlockResponse, true_relief: tuple[float, float]) -> ReliefTable:
    """Tabulate the shape once; every block of every patient reads from it."""
    return _relief_table(
        true_relief,
        response.nonspecific_relief_beta,
        response.background_relief_beta,
        response.noise_sd,
    )


@cache
def _relief_table(
    true_relief: tuple[float, float],
    nonspecific: tuple[float, float],
    background: tuple[float, float],
    noise_sd: float,
) -> ReliefTable:
    spontaneous = (beta_cdf(GRID, *background), beta_cdf(GRID, *nonspecific))
    worked = []
    for cdf in spontaneous:
        rows = [np.diff(_scaled_cdf(true_relief, share) * cdf) for share in SHARES]
        worked.append(np.array(rows))
    failed = tuple(np.diff(cdf) for cdf in spontaneous)
    return ReliefTable(
        worked=(worked[0], worked[1]), failed=(failed[0], failed[1]), noise_sd=noise_sd
    )


def _scaled_cdf(true_relief: tuple[float, float], share: float) -> Float:
    """P(share * V <= x) on the grid. Mass at exactly nothing belongs to the first cell."""
    if share <= 0:
        return np.ones_like(GRID)
    return beta_cdf(np.minimum(GRID / share, 1.0), *true_relief)


@cache
def _beta_cdf_table(alpha: float, beta: float) -> tuple[Float, Float]:
    """The distribution function of a beta, by midpoints of x = sin^2(t), where it is smooth."""
    t = np.linspace(0.0, np.pi / 2, 4001)
    middle = (t[1:] + t[:-1]) / 2
    log_norm = lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta)
    density = 2 * np.exp(
        log_norm
        + (2 * alpha - 1) * np.log(np.sin(middle))
        + (2 * beta - 1) * np.log(np.cos(middle))
    )
    cdf = np.concatenate([[0.0], np.cumsum(density * np.diff(t))])
    return np.sin(t) ** 2, cdf / cdf[-1]


def beta_cdf(x: Float, alpha: float, beta: float) -> Float:
    """P(B <= x) of a beta distribution, to about 1e-6."""
    grid, cdf = _beta_cdf_table(alpha, beta)
    return np.interp(x, grid, cdf)


@lru_cache(maxsize=4096)
def _kernel(low: float, high: float, noise_sd: float) -> Float:
    """(X,) P(low < relief + noise < high) for each cell of the grid."""
    return _normal((high - _MIDDLES) / noise_sd) - _normal((low - _MIDDLES) / noise_sd)


def _normal(x: Float) -> Float:
    """The normal distribution function."""
    return np.array([0.5 * (1 + erf(value / sqrt(2))) for value in x])


@cache
def hermite(nodes: int) -> tuple[Float, Float]:
    """Nodes and weights of an average over a standard normal."""
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    return x, w / w.sum()


@cache
def share_nodes(alpha: float, beta: float, nodes: int = 5) -> tuple[Float, Float]:
    """Nodes and weights of an average over a beta-distributed share (equal-mass midpoints)."""
    grid, cdf = _beta_cdf_table(alpha, beta)
    middles = np.interp((np.arange(nodes) + 0.5) / nodes, cdf, grid)
    return middles, np.full(nodes, 1 / nodes)


def logistic(x: Float) -> Float:
    """The chance of which these are the log odds."""
    return 1 / (1 + np.exp(-x))


def logit(p: float) -> float:
    """Natural log odds of a chance strictly between 0 and 1."""
    return float(np.log(p / (1 - p)))


__all__ = [
    "SHARES",
    "ReliefTable",
    "beta_cdf",
    "hermite",
    "logistic",
    "logit",
    "relief_table",
    "share_nodes",
]
