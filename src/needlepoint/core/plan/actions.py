"""What could be found out, and how likely is each answer under each hypothesis?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from needlepoint.core.anatomy import Anatomy
from needlepoint.core.chart import BlockTarget, State
from needlepoint.core.findings import Observation, ObservedFindings
from needlepoint.core.inference.blocks import Z_NODES, BlockEvidence, answer_table
from needlepoint.core.inference.coverage import coverage_of
from needlepoint.core.inference.evidence import Factor, finding_factor
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.inference.posterior import Posterior, chance_of
from needlepoint.core.inference.reading import BlockReading
from needlepoint.core.inference.relief import SHARES, hermite, share_nodes
from needlepoint.core.knowledge import Block, FindingKnowledge, Knowledge, in_force
from needlepoint.core.quantities import Float, Int


class Tier(StrEnum):
    """From what costs a word to what cannot be undone."""

    SAFETY = "safety"
    EXAMINE = "examine"
    IMAGE = "image"
    BLOCK = "block"
    TREAT = "treat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done to learn more."""

    tier: Tier
    name: str
    label: str
    target: str | None = None
    pattern: Pattern | None = None
    outcomes: tuple[str, ...] = ()
    likelihood: Float = field(repr=False)  # (O, N) P(outcome | hypothesis)
    minutes: float = 0.0
    discomfort: float = 0.0
    serious_harm: float = 0.0
    price: float = 0.0
    coverage: Float | None = field(default=None, repr=False)  # (P + 2,) of a block
    contraindicated_by: tuple[str, ...] = ()


RELIEF_BANDS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0))
RELIEF_WORDS = ("under 20 %", "20 to 49 %", "50 to 79 %", "80 % and over")


def findings_actions(
    where: Localisation,
    best: Posterior,
    observed: ObservedFindings,
    knowledge: Knowledge,
    age: float | None,
) -> Iterator[Action]:
    """Every question and manoeuvre that was not made; every modality that was not used."""
    asked = tuple(_unasked(where, best, observed, knowledge, age))
    if not asked:
        return
    present = _chances(asked, best, knowledge.parameters.floor)
    studies: dict[str, list[int]] = {}
    for n, one in enumerate(asked):
        finding = one.finding
        if finding.station == "imaging":
            studies.setdefault(finding.modality or "imaging", []).append(n)
            continue
        yield Action(
            tier=Tier.EXAMINE,
            name=finding.name,
            label=finding.label,
            outcomes=("present", "absent"),
            likelihood=np.stack([present[n], 1 - present[n]]),
            minutes=finding.minutes,
            contraindicated_by=finding.contraindicated_by,
        )
    for modality, rows in sorted(studies.items()):
        yield _study(modality, [asked[n] for n in rows], present[rows], best)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A finding that could be looked for, at a level if it has one, as a factor."""

    finding: FindingKnowledge
    segment: str | None
    leak: float
    keep: Float  # (P + 2,) 1 - a

    @property
    def label(self) -> str:
        return f"{self.finding.label} {self.segment}" if self.segment else self.finding.label


def _unasked(
    where: Localisation,
    best: Posterior,
    observed: ObservedFindings,
    knowledge: Knowledge,
    age: float | None,
) -> Iterator[_Asked]:
    """What bears on a kind of this complaint and was not looked for; images level by level."""
    members = _members_spoken_for(observed, knowledge)
    for name in observed.unexamined:
        if name in members:
            continue
        finding = knowledge.findings[name]
        anywhere = _asked(where, finding, None, knowledge, age)
        if anywhere is None:
            continue
        if finding.station != "imaging" or not finding.levelled:
            yield anywhere
            continue
        for segment in _likely_segments(where, best, finding):
            here = _asked(where, finding, segment, knowledge, age)
            if here is not None:
                yield here


def _members_spoken_for(observed: ObservedFindings, knowledge: Knowledge) -> set[str]:
    """Members of a cluster that is already decided tell nothing more."""
    decided = {o.name for o in observed.observations}
    return {
        member
        for finding in knowledge.findings.values()
        if finding.cluster is not None and finding.name in decided
        for member in finding.cluster.members
    }


def _asked(
    where: Localisation,
    finding: FindingKnowledge,
    segment: str | None,
    knowledge: Knowledge,
    age: float | None,
) -> _Asked | None:
    """None where the finding bears on nothing here. Kept, but where its base rate has an age."""
    key = ("asked", finding.name, segment)
    if key in where.frame.memory:
        kept: _Asked | None = where.frame.memory[key]
        return kept
    factor: Factor | None = finding_factor(
        where.frame,
        Observation(name=finding.name, state=State.PRESENT, segment=segment),
        knowledge,
        age=age,
    )
    asked = (
        None
        if factor is None
        else _Asked(finding=finding, segment=segment, leak=factor.leak, keep=1 - factor.a)
    )
    if factor is None or factor.tables is None or not factor.tables.base_rate_by_age:
        where.frame.memory[key] = asked
    return asked


def _chances(asked: tuple[_Asked, ...], best: Posterior, floor: float) -> Float:
    """(A, N) P(present | h) of everything that could be looked for."""
    keep = np.stack([one.keep for one in asked])
    leak = np.array([one.leak for one in asked])[:, None]
    columns = best.columns
    together = keep[:, columns[:, 0]] * keep[:, columns[:, 1]] * keep[:, columns[:, 2]]
    return chance_of(True, leak, together, floor)


_STUDY_FINDINGS = 5


def _study(modality: str, some: list[_Asked], present: Float, best: Posterior) -> Action:
    """A study shows many findings at many levels; its worth is that of the best five together.

    All their outcomes are weighed jointly, so what two findings both say is counted once.
    """
    each = information_bits(np.stack([present, 1 - present], axis=1), best.probability)
    chosen = np.argsort(-each, kind="stable")[:_STUDY_FINDINGS]
    likelihood = np.ones((1, len(best.probability)))
    outcomes: tuple[str, ...] = ("",)
    for n in chosen:
        likelihood = np.concatenate([likelihood * present[n], likelihood * (1 - present[n])])
        outcomes = (
            *(f"{o}; {some[n].label}".lstrip("; ") for o in outcomes),
            *(f"{o}; no {some[n].label}".lstrip("; ") for o in outcomes),
        )
    name = modality.upper() if modality in ("mri", "ct", "spect") else modality.replace("_", " ")
    return Action(
        tier=Tier.IMAGE,
        name=modality,
        label=f"{name}: {', '.join(some[n].label for n in chosen[:3])}",
        outcomes=outcomes,
        likelihood=likelihood,
        minutes=max(one.finding.minutes for one in some),
        price=1.0,
        contraindicated_by=tuple(
            sorted({word for one in some for word in one.finding.contraindicated_by})
        ),
    )


def _likely_segments(
    where: Localisation, best: Posterior, finding: FindingKnowledge
) -> tuple[str, ...]:
    """The levels most worth looking at: where kinds that the finding bears on may sit."""
    frame = where.frame
    key = ("levels", finding.name)
    if key not in frame.memory:
        tables = in_force(finding.values, frame.on)
        table = tables.table or next(iter(tables.grades.values()))
        weight: dict[str, Float] = {}
        for column, pattern in enumerate(frame.patterns):
            if pattern.kind in table.kinds:
                for segment in pattern.segments:
                    weight.setdefault(segment, np.zeros(frame.none))[column] = 1.0
        names = tuple(sorted(weight))
        between = tuple(name for name in names if "-" in name)
        names = between or names  # a reader reports a disc L5-S1, not the root S1 that it touches
        frame.memory[key] = names, np.array([weight[s] for s in names]).reshape(-1, frame.none)
    names, member = frame.memory[key]
    order = np.argsort(-(member @ best.patterns).round(12), kind="stable")[:2]
    return tuple(names[n] for n in order)


def information_bits(likelihood: Float, probability: Float) -> Float:
    """(...) bits of (..., O, N) outcomes about hypotheses: I = H(o) - sum_h P(h) H(o | h)."""
    outcome = likelihood @ probability
    within = -xlog2(likelihood).sum(axis=-2) @ probability
    return np.asarray(np.maximum(-xlog2(outcome).sum(axis=-1) - within, 0.0))


def xlog2(p: Float) -> Float:
    """p log2 p, and 0 at 0."""
    return np.asarray(p * np.log2(np.maximum(p, 1e-300)))


# --- blocks ---------------------------------------------------------------------------------------


def block_actions(
    where: Localisation, best: Posterior, observed: ObservedFindings, knowledge: Knowledge
) -> Iterator[Action]:
    """Every block of the complaint at the places where its kinds most probably are."""
    inclined = tendency(where.blocks, best)
    for block in knowledge.blocks.values():
        if observed.presentation not in block.presentations:
            continue
        bands = np.einsum("z,bzc->bc", inclined, _bands(where, block, knowledge))
        bands = bands / bands.sum(axis=0)
        seen: set[bytes] = set()
        for pattern in _patterns_for(where, best, block):
            action = _block_action(
                where, best, block, pattern, bands, knowledge.block_response.shares_beta
            )
            assert action.coverage is not None
            reach = action.coverage.tobytes()
            if reach not in seen:
                seen.add(reach)
                yield action


def _patterns_for(where: Localisation, best: Posterior, block: Block) -> tuple[Pattern, ...]:
    """The three most probable patterns of each kind that the block aims at."""
    frame = where.frame
    key = ("aimed", block.name)
    if key not in frame.memory:
        frame.memory[key] = set(block.structures) | _supplied(frame.anatomy, block)
    aimed = frame.memory[key]
    chosen = []
    for kind in frame.kinds:
        if kind in aimed:
            columns = frame.columns_of_kind[kind]
            top = columns[np.argsort(-best.patterns[columns], kind="stable")[:3]]
            chosen += [frame.patterns[column] for column in top]
    return tuple(chosen)


def _supplied(anatomy: Anatomy, block: Block) -> set[str]:
    """The kinds that its nerves supply for the most part: what clinicians do the block for."""
    share: dict[str, float] = {}
    for supply in anatomy.supplies:
        of_block = sum(
            s for nerve, s in supply.nerves.items() if nerve.split("/")[0] in block.nerves
        )
        share[supply.kind] = max(share.get(supply.kind, 0.0), of_block)
    return {kind for kind, part in share.items() if part > 0.5}


def targets_of(pattern: Pattern) -> tuple[BlockTarget, ...]:
    return tuple(
        BlockTarget(kind=site.kind, segment=site.segment, side=site.side) for site in pattern.sites
    )


def _block_action(
    where: Localisation,
    best: Posterior,
    block: Block,
    pattern: Pattern,
    bands: Float,
    shares: tuple[float, float],
) -> Action:
    values = in_force(block.values, where.frame.on)
    key = ("coverage", block.name, pattern)
    if key not in where.frame.memory:
        where.frame.memory[key] = coverage_of(
            where.frame, block, values, targets_of(pattern), block.volume_ml[0]
        )
    coverage = where.frame.memory[key]
    return Action(
        tier=Tier.BLOCK,
        name=block.name,
        label=block.label,
        target=str(pattern),
        pattern=pattern,
        outcomes=RELIEF_WORDS,
        likelihood=_relief_likelihood(where, best, block, pattern, coverage, bands, shares),
        minutes=block.costs.minutes,
        discomfort=block.costs.discomfort,
        serious_harm=block.costs.serious_harm.value,
        price=block.costs.price,
        coverage=coverage,
        contraindicated_by=block.contraindicated_by,
    )


def _relief_likelihood(
    where: Localisation,
    best: Posterior,
    block: Block,
    pattern: Pattern,
    coverage: Float,
    bands: Float,
    shares: tuple[float, float],
) -> Float:
    """(4, N) P(relief band | h); bands is (4, C), by the share of the pain reached."""
    level_of, table = _splits(where, block, pattern, coverage, shares)
    columns, nothing = best.columns, where.frame.nothing
    count = round(np.sqrt(len(table) + 0.25) - 0.5)  # count alone, then count * count pairs
    first, second = level_of[columns[:, 0]], level_of[columns[:, 1]]
    row = np.where(columns[:, 1] == nothing, first, count + first * count + second)
    likelihood = (bands @ table.T).take(row, axis=1)
    three = np.flatnonzero(columns[:, 2] != nothing)
    if len(three):
        mean = coverage[columns[three]].mean(axis=1)
        likelihood[:, three] = bands @ _interpolation(mean).T
    return likelihood


def _splits(
    where: Localisation,
    block: Block,
    pattern: Pattern,
    coverage: Float,
    shares: tuple[float, float],
) -> tuple[Int, Float]:
    """The coverage level of each column, and what to read at each level, alone and then in pairs.

    Pairs are averaged over how two sources share the pain. The same for every patient.
    """
    key = ("splits", block.name, pattern)
    kept: tuple[Int, Float] | None = where.frame.memory.get(key)
    if kept is None:
        levels, level_of = np.unique(coverage.round(6), return_inverse=True)
        nodes, weights = share_nodes(*shares)
        two = sum(
            w * _interpolation((s * levels[:, None] + (1 - s) * levels[None, :]).reshape(-1))
            for s, w in zip(nodes, weights, strict=True)
        )
        kept = (level_of.reshape(-1), np.concatenate([_interpolation(levels), np.asarray(two)]))
        where.frame.memory[key] = kept
    return kept


def _interpolation(share: Float) -> Float:
    """(M, C) weights that read a table over SHARES at these shares."""
    position = np.clip(share, 0, 1) * (len(SHARES) - 1)
    low = np.minimum(position.astype(np.intp), len(SHARES) - 2)
    weights = np.zeros((len(share), len(SHARES)))
    rows = np.arange(len(share))
    weights[rows, low] = 1 - (position - low)
    weights[rows, low + 1] = position - low
    return weights


def _bands(where: Localisation, block: Block, knowledge: Knowledge) -> Float:
    """(4, Z, C) P(relief band | tendency, share reached); the same for every patient."""
    key = ("bands", block.name)
    if key not in where.frame.memory:
        response = knowledge.block_response
        values = in_force(block.values, where.frame.on)
        z, _ = hermite(Z_NODES)
        where.frame.memory[key] = np.stack(
            [
                answer_table(
                    BlockReading(
                        low=-np.inf if low == 0 else low, high=np.inf if high == 1 else high
                    ),
                    nonspecific=values.nonspecific.value,
                    shift=0.0,
                    failure=(values.technical_failure or response.technical_failure).value,
                    knowledge=knowledge,
                    true_relief=response.true_relief_beta,
                    z=z,
                )
                for low, high in RELIEF_BANDS
            ]
        )
    bands: Float = where.frame.memory[key]
    return bands


def tendency(blocks: BlockEvidence | None, best: Posterior) -> Float:
    """(Z,) how strongly this patient answers anything, given the blocks so far."""
    _, prior = hermite(Z_NODES)
    if blocks is None:
        return prior
    columns: Int = best.columns
    sources = np.maximum((columns != best.frame.nothing).sum(axis=1), 1)[:, None]
    reached = blocks.classes[blocks.class_of[columns]].sum(axis=1) / sources  # (N, B)
    joint = np.broadcast_to(prior, (len(columns), len(prior))).copy()
    for b, answers in enumerate(blocks.answer):
        joint *= np.stack([np.interp(reached[:, b], SHARES, row) for row in answers], axis=1)
    joint /= joint.sum(axis=1, keepdims=True)
    return np.asarray(best.probability @ joint)
