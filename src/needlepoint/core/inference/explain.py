"""Why this generator: what each observation did to it, and why it and not its rival?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from needlepoint.core.inference.blocks import BlockEvidence, of_treatments
from needlepoint.core.inference.factor import Factor, apart, log_alone
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.posterior import Posterior, chance_of
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
    at = _at(columns, frame.nothing)
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
        told_now = _log_likelihood(group, at, floor)
        weight = weight * np.exp(told_now, out=told_now)
        weight /= weight.sum()
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
    """(N,) chance of each hypothesis before anything was observed; the first is "none nameable"."""
    at = _at(posterior.columns, frame.nothing)
    sources = np.where(at.second == frame.nothing, 1, 2)
    sources[at.three], sources[0] = 3, 0
    log = at.sum(prior.log_weight)
    log += prior.log_count.take(sources)
    # The last row and column stand for "none" and "nothing further", whose kind is -1.
    odds = np.pad(np.log(np.maximum(prior.pair_odds, 1e-300)), (0, 1))
    x, y = frame.kind_of.take(at.first), frame.kind_of.take(at.second)
    log += odds[x, y]
    z = frame.kind_of.take(at.third)
    log[at.three] += odds[x[at.three], z]
    log[at.three] += odds[y[at.three], z]
    weight = np.exp(log - log.max())
    return np.asarray(weight / weight.sum())


@dataclass(frozen=True, slots=True)
class _At:
    """Where each hypothesis reads its patterns; few have a third, so only those look for one."""

    first: Int  # (H,)
    second: Int  # (H,)
    three: Int  # (T,) which hypotheses have a third pattern
    third: Int  # (T,) and what it is

    def product(self, one: Float) -> Float:
        """(H,) over the patterns of each hypothesis; the last column is "nothing further", 1."""
        found = one.take(self.first, mode="clip")
        found *= one.take(self.second, mode="clip")
        found[self.three] *= one.take(self.third)
        return found

    def sum(self, one: Float) -> Float:
        """(H,) over the patterns of each hypothesis."""
        found = one.take(self.first, mode="clip")
        found += one.take(self.second, mode="clip")
        with_third = found[self.three] + one.take(self.third)
        found += one[-1]
        found[self.three] = with_third
        return found


def _at(columns: Int, nothing: int) -> _At:
    first, second, third = (np.ascontiguousarray(columns[:, n]) for n in range(3))
    three = np.flatnonzero(third != nothing)
    return _At(first, second, three, third[three])


def _log_likelihood(group: tuple[Factor, ...], at: _At, floor: float) -> Float:
    """(H,) weighted log-likelihood of a bar, up to a constant; absences collapse as in gather."""
    collapsing, rest = apart(group)
    parts = []
    for factor in rest:
        chance = chance_of(factor.present, factor.leak, at.product(1 - factor.a), floor)
        np.log(chance, out=chance)
        chance *= factor.exponent
        parts.append(chance)
    if collapsing:
        first, *others = log_alone(collapsing, floor)
        for one in others:
            first += one
        parts.append(at.sum(first))
    log, *more = parts
    for part in more:
        log += part
    return log


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
    at = _at(pair, frame.nothing)
    parts = [("before any finding", float(prior.log_weight[favoured] - prior.log_weight[rival]))]
    for group in _bars(factors):
        chance = _log_likelihood(group, at, floor)
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
