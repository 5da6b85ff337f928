"""How far could the answer move within what the published numbers leave open?

Priors, sensitivities, base rates, exponents and the shape of relief are redrawn within their
intervals, and the answer is computed anew for each redraw on the hypotheses that matter. This is
doubt about parameters only: it knows nothing of sources that are not on the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from needlepoint.core.inference.blocks import BlockEvidence, block_evidence
from needlepoint.core.inference.explain import blocks_likelihood, prior_weights
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.posterior import Posterior, chance_of
from needlepoint.core.inference.prior import Prior
from needlepoint.core.knowledge import Estimate, Knowledge, in_force
from needlepoint.core.quantities import Float, Int

_TWO_SIDED_95 = 3.92  # standard deviations between the ends of a 95 % interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """2.5 and 97.5 percentiles of the redrawn probabilities."""

    kinds: Float  # (K, 2)
    none: tuple[float, float]
    redraws: int


def intervals(
    frame: Frame,
    prior: Prior,
    factors: tuple[Factor, ...],
    blocks: BlockEvidence | None,
    posterior: Posterior,
    knowledge: Knowledge,
    *,
    seed: int = 0,
) -> Intervals:
    """Redraw the parameters and compute the probabilities of the kinds each time."""
    parameters = knowledge.parameters
    rng = np.random.default_rng(seed)
    draws = parameters.redraws
    best = posterior.best(parameters.interval_hypotheses)
    columns = best.columns
    # What lies outside the best hypotheses keeps its share of the mass.
    log = np.log(prior_weights(frame, prior, best))[None, :] + _redrawn_prior(
        frame, columns, knowledge, draws, rng
    )
    log = log + _redrawn_factors(frame, factors, columns, knowledge, draws, rng)
    if blocks is not None:
        log = log + _redrawn_blocks(frame, blocks, columns, knowledge, draws, rng)
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    member = np.zeros((len(columns), len(frame.kinds)))
    kinds = frame.kind_of[columns]
    for n in range(3):
        rows = np.flatnonzero(kinds[:, n] >= 0)
        member[rows, kinds[rows, n]] = 1
    kind_draws = weight @ member
    low, high = np.percentile(kind_draws, [2.5, 97.5], axis=0)
    none = np.percentile(weight[:, 0], [2.5, 97.5])
    return Intervals(
        kinds=np.stack(
            [np.minimum(low, posterior.kinds), np.maximum(high, posterior.kinds)], axis=1
        ),
        none=(float(min(none[0], posterior.none)), float(max(none[1], posterior.none))),
        redraws=draws,
    )


def _redrawn_prior(
    frame: Frame, columns: Int, knowledge: Knowledge, draws: int, rng: np.random.Generator
) -> Float:
    """(R, H) log change of the prior when every kind's share is redrawn."""
    table = in_force(frame.presentation.values, frame.on)
    common = knowledge.parameters.redraw_prior_log_sd
    sd = np.array([_log_sd(table.kinds[kind].share, common) for kind in frame.kinds])
    shift = rng.normal(size=(draws, len(sd))) * sd
    none_sd = _log_sd(table.none_nameable, common)
    none = rng.normal(size=(draws, 1)) * none_sd
    padded = np.concatenate([shift, np.zeros((draws, 1))], axis=1)  # kind -1: no shift
    change = padded[:, frame.kind_of[columns]].sum(axis=2)
    change[:, [0]] = none
    return np.asarray(change)


def _log_sd(estimate: Estimate, common: float) -> float:
    if estimate.interval_95 is None or estimate.value <= 0 or estimate.interval_95[0] <= 0:
        return common
    low, high = estimate.interval_95
    return max(common, float(np.log(high / low)) / _TWO_SIDED_95)


def _redrawn_factors(
    frame: Frame,
    factors: tuple[Factor, ...],
    columns: Int,
    knowledge: Knowledge,
    draws: int,
    rng: np.random.Generator,
) -> Float:
    parameters = knowledge.parameters
    scale = {
        "findings": _redrawn_exponent(parameters.finding_exponent, draws, rng),
        "drawing": _redrawn_exponent(parameters.drawing_exponent, draws, rng),
    }
    total = np.zeros((draws, len(columns)))
    collapsed = np.zeros((draws, frame.columns))
    between = parameters.redraw_between_studies_logit_sd
    first, second, third = columns[:, 0], columns[:, 1], columns[:, 2]
    for factor in factors:
        leak, a = _redrawn_arguments(frame, factor, between, parameters.floor, draws, rng)
        keep = 1 - a
        exponent = factor.exponent * scale["drawing" if factor.station == "drawing" else "findings"]
        if factor.collapses:  # absences multiply into one weight a pattern: gathered once below
            collapsed += exponent[:, None] * np.log(np.maximum(keep, parameters.floor))
            continue
        together = keep[:, first] * keep[:, second] * keep[:, third]
        chance = chance_of(factor.present, leak, together, parameters.floor)
        total += exponent[:, None] * np.log(chance)
    return total + collapsed[:, first] + collapsed[:, second] + collapsed[:, third]


def _redrawn_exponent(estimate: Estimate, draws: int, rng: np.random.Generator) -> Float:
    """(R,) exponent relative to its adopted value."""
    low, high = estimate.interval_95 or (estimate.value, estimate.value)
    return np.asarray(rng.uniform(low, high, size=draws) / estimate.value)


def _redrawn_arguments(
    frame: Frame,
    factor: Factor,
    between_studies: float,
    floor: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[Float, Float]:
    """(R, 1) leaks and (R, P + 2) arguments, one draw a kind so that its patterns move together."""
    leak_sd = (
        _logit_sd(factor.tables.base_rate, between_studies) if factor.tables else (between_studies)
    )
    leak = _shifted(np.array([[factor.leak]]), rng.normal(size=(draws, 1)) * leak_sd, floor)
    sd = np.zeros(len(frame.kinds) + 1)
    for k, kind in enumerate(frame.kinds):
        estimate = factor.tables.kinds.get(kind) if factor.tables else None
        sd[k] = _logit_sd(estimate, between_studies) if estimate else between_studies
    shift = (rng.normal(size=(draws, len(sd))) * sd)[:, frame.kind_of]
    # Redraw the sensitivity 1 - (1 - leak)(1 - a) of each pattern alone, then argue it anew.
    alone = 1 - (1 - factor.leak) * (1 - factor.a)
    sensitivity = _shifted(alone[None, :], shift, floor)
    argument = 1 - (1 - sensitivity) / (1 - leak)
    return leak, np.where(factor.a == 0, 0.0, argument)


def _shifted(share: Float, by: Float, floor: float) -> Float:
    share = np.clip(share, floor, 1 - floor)
    odds = np.log(share / (1 - share)) + by
    return np.clip(1 / (1 + np.exp(-odds)), floor, 1 - floor)


def _logit_sd(estimate: Estimate, between_studies: float) -> float:
    """Sampling doubt of a share, from its interval or its n, joined with that between studies."""
    within = 0.0
    share = float(np.clip(estimate.value, 0.02, 0.98))
    if estimate.interval_95 is not None:
        low, high = np.clip(estimate.interval_95, 0.005, 0.995)
        within = float(np.log(high / (1 - high)) - np.log(low / (1 - low))) / _TWO_SIDED_95
        return max(within, between_studies / 2)
    if estimate.n:
        within = 1 / np.sqrt(estimate.n * share * (1 - share))
    return float(np.hypot(within, between_studies))


def _redrawn_blocks(
    frame: Frame,
    blocks: BlockEvidence,
    columns: Int,
    knowledge: Knowledge,
    draws: int,
    rng: np.random.Generator,
) -> Float:
    """(R, H) blocks and treatments at both ends and the middle of their shapes and rates, and of
    their exponent.
    """
    response = knowledge.block_response
    shapes = (
        response.true_relief_beta,
        response.true_relief_beta_low,
        response.true_relief_beta_high,
    )
    logs = []
    for shape, end in zip(shapes, (0, -1, 1), strict=True):
        evidence = block_evidence(
            frame,
            blocks.blocks,
            knowledge,
            blocks.treatments,
            true_relief=shape,
            treatment_end=end,
        )
        assert evidence is not None
        logs.append(np.log(blocks_likelihood(frame, columns, evidence)))
    pick = rng.integers(len(shapes), size=draws)
    exponent = _redrawn_exponent(knowledge.parameters.block_exponent, draws, rng)
    return np.asarray(np.stack(logs)[pick] * exponent[:, None])
