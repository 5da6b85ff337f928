"""Why this generator: what each observation did to it, and why it and not its rival?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from needlepoint.core.inference.blocks import BlockEvidence, of_treatments
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.posterior import Posterior, chance_of, over_columns
from needlepoint.core.inference.prior import Prior
from needlepoint.core.inference.treatments import ReadTreatment
from needlepoint.core.knowledge import Estimate
from needlepoint.core.quantities import Float, Int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar of the waterfall: how far the probabilities moved when this came in."""

    name: str
    label: str
    station: (
        str  # prior, history, drawing, questionnaire, examination, imaging, discography, blocks
    )
    state: str  # present, absent, finished, the relief ...
    entries: tuple[str, ...]
    sources: tuple[Estimate, ...]
    before: Float  # (K,) probability that the kind is among the sources
    after: Float  # (K,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """Log evidence for one pattern over another; the parts add up exactly."""

    favoured: str
    rival: str
    parts: tuple[tuple[str, float], ...]  # (what, natural log of the ratio)

    @property
    def total(self) -> float:
        return sum(part for _, part in self.parts)


def waterfall(
    frame: Frame,
    prior: Prior,
    factors: tuple[Factor, ...],
    blocks: BlockEvidence | None,
    posterior: Posterior,
    floor: float,
) -> tuple[Step, ...]:
    """Each observation's effect in clinical order: exact, because every bar starts where the last
    one ended. The order matters to each bar and not to the end.

    Works on the hypotheses of the answer, triples included.
    """
    columns = posterior.columns
    weight = prior_weights(frame, prior, posterior)
    steps = []
    before = _kinds(frame, columns, weight)
    told = np.ones(len(columns))  # what the treatments have said already
    if blocks is not None and blocks.treatments:
        alone = of_treatments(blocks)
        told = blocks_likelihood(frame, columns, alone)
        weight = weight * told
        weight = weight / weight.sum()
        after = _kinds(frame, columns, weight)
        steps.append(_treatment_step(blocks.treatments, before, after))
        before = after
    for group in _bars(factors):
        weight = weight * np.exp(_log_likelihood(group, columns, floor))
        weight = weight / weight.sum()
        after = _kinds(frame, columns, weight)
        steps.append(_step(group, before, after))
        before = after
    if blocks is not None and blocks.blocks:
        likelihood = blocks_likelihood(frame, columns, blocks) / told
        steps.append(_block_step(frame, columns, weight * likelihood, blocks, before))
    return tuple(steps)


def _treatment_step(treatments: tuple[ReadTreatment, ...], before: Float, after: Float) -> Step:
    """One bar for all earlier treatments, first of the history."""
    return Step(
        name="earlier_treatments",
        label=f"Earlier treatment: {', '.join(one.label for one in treatments)}",
        station="history",
        state=", ".join("helped" if one.helped else "did not help" for one in treatments),
        entries=tuple(one.entry for one in treatments),
        sources=tuple(e for one in treatments for e in (one.success, one.success_elsewhere)),
        before=before,
        after=after,
    )


def _bars(factors: tuple[Factor, ...]) -> Iterator[tuple[Factor, ...]]:
    """One bar a finding; the whole drawing is one bar."""
    drawing = tuple(f for f in factors if f.station == "drawing")
    shown = False
    for factor in factors:
        if factor.station != "drawing":
            yield (factor,)
        elif not shown:
            shown = True
            yield drawing


def _step(group: tuple[Factor, ...], before: Float, after: Float) -> Step:
    first = group[0]
    if first.station == "drawing":
        painted = sum(f.present for f in group)
        return Step(
            name="pain_drawing",
            label="Pain drawing",
            station="drawing",
            state=f"{painted} zone{'s' * (painted != 1)} painted",
            entries=first.entries,
            sources=(),
            before=before,
            after=after,
        )
    return Step(
        name=first.name,
        label=first.label,
        station=first.station,
        state="present" if first.present else "absent",
        entries=first.entries,
        sources=first.sources,
        before=before,
        after=after,
    )


def _block_step(
    frame: Frame, columns: Int, weight: Float, blocks: BlockEvidence, before: Float
) -> Step:
    """One bar for all blocks together: the patient's own tendency ties them."""
    names = ", ".join(block.block.label for block in blocks.blocks)
    return Step(
        name="blocks",
        label=f"Diagnostic blocks: {names}",
        station="blocks",
        state=", ".join(block.answer for block in blocks.blocks),
        entries=tuple(block.record.entry for block in blocks.blocks),
        sources=tuple(block.values.nonspecific for block in blocks.blocks),
        before=before,
        after=_kinds(frame, columns, weight / weight.sum()),
    )


def blocks_likelihood(frame: Frame, columns: Int, blocks: BlockEvidence) -> Float:
    """(H,) likelihood of all blocks under hypotheses of one to three patterns."""
    u = blocks.class_of[columns]
    likelihood = np.empty(len(columns))
    nothing = columns == frame.nothing
    one, three = nothing[:, 1], ~nothing[:, 2]
    two = ~one & ~three
    likelihood[one] = blocks.singles[u[one, 0]]
    likelihood[two] = blocks.pairs[u[two, 0], u[two, 1]]
    if three.any():
        likelihood[three] = blocks.triples(columns[three])
    return likelihood


def prior_weights(frame: Frame, prior: Prior, posterior: Posterior) -> Float:
    """(N,) natural log of each hypothesis before anything was observed, up to a constant."""
    columns = posterior.columns
    log = prior.log_weight[columns].sum(axis=1)
    sources = (columns != frame.nothing).sum(axis=1)
    sources[0] = 0
    log = log + prior.log_count[sources]
    kinds = frame.kind_of[columns]
    odds = np.log(np.maximum(prior.pair_odds, 1e-300))
    for x, y in ((0, 1), (0, 2), (1, 2)):
        both = (kinds[:, x] >= 0) & (kinds[:, y] >= 0)
        log[both] += odds[kinds[both, x], kinds[both, y]]
    weight = np.exp(log - log.max())
    return np.asarray(weight / weight.sum())


def _log_likelihood(group: tuple[Factor, ...], columns: Int, floor: float) -> Float:
    """(H,) weighted log-likelihood of a bar, up to a constant; absences collapse as in gather."""
    collapsed = np.zeros(len(group[0].a))
    rest = np.zeros(len(columns))
    for factor in group:
        if factor.collapses:
            collapsed += factor.exponent * np.log(factor.alone(floor))
        else:
            keep = over_columns(1 - factor.a, columns)
            chance = chance_of(factor.present, factor.leak, keep, floor)
            rest += factor.exponent * np.log(chance)
    if collapsed.any():
        first, second, third = columns[:, 0], columns[:, 1], columns[:, 2]
        rest += collapsed[first] + collapsed[second] + collapsed[third]
    return rest


def _kinds(frame: Frame, columns: Int, weight: Float) -> Float:
    """(K,) probability that the kind is among the sources.

    The hypotheses of up to two kinds stand in the order of the frame, so their sums are taken along
    runs; few have a third.
    """
    pairs, singles = len(frame.first), 1 + len(frame.patterns)
    order, starts, which = _runs(frame)
    patterns = np.zeros(frame.columns)
    patterns[frame.first[:singles]] = weight[:singles]
    if pairs > singles:
        two = weight[singles:pairs]
        for sums, at in zip(
            (np.add.reduceat(two, starts[0]), np.add.reduceat(two[order], starts[1])),
            which,
            strict=True,
        ):
            patterns[at] += sums
    for n in range(3):
        patterns += np.bincount(columns[pairs:, n], weights=weight[pairs:], minlength=frame.columns)
    return np.asarray(patterns @ frame.one_hot_kind)


def _runs(frame: Frame) -> tuple[Int, tuple[Int, Int], tuple[Int, Int]]:
    """Where each first pattern of the pairs begins, and the same by second pattern."""
    key = "runs of pairs"
    if key not in frame.memory:
        singles = 1 + len(frame.patterns)
        first, second = frame.first[singles:], frame.second[singles:]
        order = np.argsort(second, kind="stable")
        by_first, at_first = np.unique(first, return_index=True)
        by_second, at_second = np.unique(second[order], return_index=True)
        frame.memory[key] = order, (at_first, at_second), (by_first, by_second)
    kept: tuple[Int, tuple[Int, Int], tuple[Int, Int]] = frame.memory[key]
    return kept


def versus(
    frame: Frame,
    prior: Prior,
    factors: tuple[Factor, ...],
    blocks: BlockEvidence | None,
    favoured: int,
    rival: int,
    floor: float,
) -> Versus:
    """Why one pattern and not another, each as the only source: log evidence by observation."""
    pair = np.array([[c, frame.nothing, frame.nothing] for c in (favoured, rival)])
    parts = [("before any finding", float(prior.log_weight[favoured] - prior.log_weight[rival]))]
    for group in _bars(factors):
        chance = _log_likelihood(group, pair, floor)
        total = float(chance[0] - chance[1])
        name = "Pain drawing" if group[0].station == "drawing" else group[0].label
        parts.append((name, total))
    if blocks is not None:
        both = np.log(blocks.singles[blocks.class_of[[favoured, rival]]])
        told = 0.0
        if blocks.treatments:
            alone = of_treatments(blocks)
            said = np.log(alone.singles[alone.class_of[[favoured, rival]]])
            told = float(said[0] - said[1])
            parts.insert(1, ("Earlier treatments", told))
        if blocks.blocks:
            parts.append(("Diagnostic blocks", float(both[0] - both[1]) - told))
    return Versus(
        favoured=str(frame.patterns[favoured]), rival=str(frame.patterns[rival]), parts=tuple(parts)
    )


__all__ = ["Step", "Versus", "blocks_likelihood", "prior_weights", "versus", "waterfall"]
