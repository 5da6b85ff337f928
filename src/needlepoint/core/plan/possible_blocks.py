"""Which blocks could be done, and how likely is each answer under each hypothesis?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from needlepoint.core.anatomy import Anatomy, Side
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.blocks import Z_NODES, BlockEvidence, answer_table
from needlepoint.core.inference.coverage import coverage_of
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.posterior import Posterior
from needlepoint.core.inference.reading import BlockReading
from needlepoint.core.inference.relief import SHARES, hermite, share_nodes
from needlepoint.core.knowledge import Block, Knowledge, in_force
from needlepoint.core.plan.actions import Action, Tier, on_one_side, targets_of
from needlepoint.core.quantities import Bool, Float, Int

RELIEF_BANDS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0))
RELIEF_WORDS = ("under 20 %", "20 to 49 %", "50 to 79 %", "80 % and over")


def block_actions(
    where: Localisation, best: Posterior, observed: ObservedFindings, knowledge: Knowledge
) -> Iterator[Action]:
    """Every block of the complaint at the places where its kinds most probably are."""
    inclined, rows = tendency(where.blocks, best), _rows(best)
    for block in knowledge.blocks.values():
        if observed.presentation not in block.presentations:
            continue
        bands = np.einsum("z,bzc->bc", inclined, _bands(where, block, knowledge))
        bands = bands / bands.sum(axis=0)
        seen: set[bytes] = set()
        for column in _columns_for(where, best, block, observed.one_side):
            action = _block_action(
                where, rows, block, column, bands, knowledge.block_response.shares_beta
            )
            assert action.coverage is not None
            reach = action.coverage.tobytes()
            if reach not in seen:
                seen.add(reach)
                yield action


@dataclass(frozen=True, slots=True)
class _Rows:
    """The columns of each hypothesis, as every block reads them."""

    first: Int  # (N,)
    second: Int  # (N,)
    alone: Bool  # (N,) whether there is no second
    three: Int  # which have a third pattern
    of_three: Int  # (T, 3) the columns of those


def _rows(best: Posterior) -> _Rows:
    columns, nothing = best.columns, best.frame.nothing
    three = np.flatnonzero(columns[:, 2] != nothing)
    return _Rows(columns[:, 0], columns[:, 1], columns[:, 1] == nothing, three, columns[three])


def _columns_for(
    where: Localisation, best: Posterior, block: Block, side: Side | None
) -> tuple[int, ...]:
    """The three most probable patterns of each kind that the block aims at."""
    frame = where.frame
    key = ("aimed", block.name)
    if key not in frame.memory:
        frame.memory[key] = set(block.structures) or _supplied(frame.anatomy, block)
    aimed = frame.memory[key]
    chosen: list[int] = []
    for kind in frame.kinds:
        if kind in aimed:
            columns = on_one_side(frame, frame.columns_of_kind[kind], side)
            chosen += columns[np.argsort(-best.patterns[columns], kind="stable")[:3]].tolist()
    return tuple(chosen)


def _supplied(anatomy: Anatomy, block: Block) -> set[str]:
    """The kinds that its nerves supply for the most part: what clinicians do the block for.

    Asked only of a block that names no structure: nerves on the way to its target are no target.
    """
    share: dict[str, float] = {}
    for supply in anatomy.supplies:
        of_block = sum(
            s for nerve, s in supply.nerves.items() if nerve.split("/")[0] in block.nerves
        )
        share[supply.kind] = max(share.get(supply.kind, 0.0), of_block)
    return {kind for kind, part in share.items() if part > 0.5}


def _block_action(
    where: Localisation,
    rows: _Rows,
    block: Block,
    column: int,
    bands: Float,
    shares: tuple[float, float],
) -> Action:
    pattern = where.frame.patterns[column]
    key = ("coverage", block.name, column)
    if key not in where.frame.memory:
        values = in_force(block.values, where.frame.on)
        where.frame.memory[key] = coverage_of(
            where.frame, block, values, targets_of(pattern), block.volume_ml[0]
        )
    coverage = where.frame.memory[key]
    return Action(
        tier=Tier.BLOCK,
        name=block.name,
        label=block.label,
        target=where.frame.names[column],
        pattern=pattern,
        outcomes=RELIEF_WORDS,
        likelihood=_relief_likelihood(where, rows, block, column, coverage, bands, shares),
        minutes=block.costs.minutes,
        discomfort=block.costs.discomfort,
        serious_harm=block.costs.serious_harm.value,
        price=block.costs.price,
        coverage=coverage,
        contraindicated_by=block.contraindicated_by,
    )


def _relief_likelihood(
    where: Localisation,
    rows: _Rows,
    block: Block,
    column: int,
    coverage: Float,
    bands: Float,
    shares: tuple[float, float],
) -> Float:
    """(4, N) P(relief band | h); bands is (4, C), by the share of the pain reached."""
    level_of, table = _splits(where, block, column, coverage, shares)
    count = round(np.sqrt(len(table) + 0.25) - 0.5)  # count alone, then count * count pairs
    first, second = level_of[rows.first], level_of[rows.second]
    row = np.where(rows.alone, first, count + first * count + second)
    likelihood = (bands @ table.T).take(row, axis=1)
    if len(rows.three):
        mean = coverage[rows.of_three].mean(axis=1)
        likelihood[:, rows.three] = bands @ _interpolation(mean).T
    return likelihood


def _splits(
    where: Localisation,
    block: Block,
    column: int,
    coverage: Float,
    shares: tuple[float, float],
) -> tuple[Int, Float]:
    """The coverage level of each column, and what to read at each level, alone and then in pairs.

    Pairs are averaged over how two sources share the pain. The same for every patient.
    """
    key = ("splits", block.name, column)
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
