"""How well does each hypothesis explain what the blocks did?

The share of the pain that a block reaches differs between hypotheses; patients differ in how they
answer anything at all. Both are averaged over: the patient's tendency z at Gauss-Hermite nodes, the
split of the pain between two or three sources at nodes of a beta distribution. Patterns that every
block reaches alike form one class, so the average is taken once a class and not once a hypothesis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.coverage import block_coverage
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.reading import (
    BlockReading,
    agent_of,
    read_block,
    stated_relief,
)
from needlepoint.core.inference.relief import (
    SHARES,
    hermite,
    logistic,
    logit,
    relief_table,
    share_nodes,
)
from needlepoint.core.inference.treatments import ReadTreatment, treatment_table
from needlepoint.core.knowledge import Block, BlockValues, Knowledge, in_force
from needlepoint.core.quantities import Float, Int
from needlepoint.core.record import BlockRecord

Z_NODES = 7
_CLASSES_IN_FULL = 24  # above this the bound on threes falls back to a looser one


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBlock:
    """A block with its reading and its reach."""

    record: BlockRecord
    block: Block
    values: BlockValues
    reading: BlockReading
    coverage: Float  # (P + 2,)
    noted: float | None  # relief as one number, where one was noted

    @property
    def is_positive(self) -> bool:
        """Relief of at least half, as it is counted before a treatment."""
        return self.reading.middle >= 0.5

    @property
    def answer(self) -> str:
        """As it was noted: no reading between the lines, and none of its caution."""
        said = self.record.statement.relief
        if self.noted is not None:
            return f"{self.noted:.0%} relief"
        if said is not None and said.percent_range is not None:
            return f"{said.percent_range[0]:g} to {said.percent_range[1]:g}% relief"
        if said is not None and said.word is not None:
            return f"relief noted as {said.word!r}"
        return f"relief read as {self.reading.middle:.0%}"


@dataclass(frozen=True, kw_only=True)
class BlockEvidence:
    """P(all readings | shares of the pain reached), tabulated for one patient."""

    blocks: tuple[ReadBlock, ...]
    treatments: tuple[ReadTreatment, ...]  # the last columns: they too reach a share of the pain
    answer: Float  # (B, Z, C) P(reading | share reached, tendency z); blocks, then treatments
    z_weights: Float  # (Z,)
    shares: tuple[float, float]  # beta of the split between sources
    order: Float  # (B, B) log likelihood ratio of a duration comparison, charged to the pair
    classes: Float  # (U, B) distinct coverages
    class_of: Int  # (P + 2,) index into classes

    @cached_property
    def singles(self) -> Float:
        """(U,) likelihood when a pattern of the class is the only source."""
        return self._mean(self.classes[None, :, :])

    @cached_property
    def pairs(self) -> Float:
        """(U, U) likelihood of two sources, averaged over how they share the pain."""
        nodes, _ = share_nodes(*self.shares)
        first, second = self.classes[:, None, :], self.classes[None, :, :]
        mixed = np.stack([s * first + (1 - s) * second for s in nodes])
        count = len(self.classes)
        table = self._mean(mixed.reshape(len(nodes), count * count, -1)).reshape(count, count)
        return (table + table.T) / 2  # left and right of the split are the same statement

    def triples(self, columns: Int) -> Float:
        """(T,) likelihood of (T, 3) columns as three sources, at equal and at lopsided shares."""
        count = len(self.classes)
        classes = np.sort(self.class_of[columns], axis=1)
        code = (classes[:, 0] * count + classes[:, 1]) * count + classes[:, 2]
        distinct, inverse = np.unique(code, return_inverse=True)
        return np.asarray(self._of_three(distinct)[inverse.reshape(-1)])

    def _of_three(self, code: Int) -> Float:
        count = len(self.classes)
        a, b, c = code // count**2, code // count % count, code % count
        parts = [(1 / 3, 1 / 3, 1 / 3), (0.6, 0.2, 0.2), (0.2, 0.6, 0.2), (0.2, 0.2, 0.6)]
        mixed = np.stack(
            [x * self.classes[a] + y * self.classes[b] + z * self.classes[c] for x, y, z in parts]
        )
        return self._mean(mixed)

    def most_with_a_third(self) -> Float:
        """(U, U) the most likely any third source can make the readings, given two."""
        count = len(self.classes)
        if count > _CLASSES_IN_FULL:
            return np.full((count, count), self.ceiling)
        a, b, c = np.meshgrid(*[np.arange(count)] * 3, indexing="ij")
        ordered = (a <= b) & (b <= c)
        a, b, c = a[ordered], b[ordered], c[ordered]
        value = self._of_three((a * count + b) * count + c)
        most = np.zeros((count, count))
        for x, y in ((a, b), (a, c), (b, c)):
            np.maximum.at(most, (x, y), value)
        return np.maximum(most, most.T)

    @cached_property
    def ceiling(self) -> float:
        """No set of sources makes the readings more likely than this."""
        best = self.answer.max(axis=2).prod(axis=0) @ self.z_weights
        return float(best * np.exp(np.maximum(self.order, 0).sum()))

    def _mean(self, coverage: Float) -> Float:
        """Average over the split (first axis) and the tendency; coverage is (N, M, B) -> (M,)."""
        position = np.clip(coverage, 0, 1) * (len(SHARES) - 1)
        low = np.minimum(position.astype(np.intp), len(SHARES) - 2)
        part = position - low
        likelihood = np.ones((*coverage.shape[:2], len(self.z_weights)))
        for b in range(coverage.shape[2]):
            table = self.answer[b].T  # (C, Z)
            at, w = low[:, :, b], part[:, :, b, None]
            likelihood *= (1 - w) * table[at] + w * table[at + 1]
        mean = (likelihood @ self.z_weights).mean(axis=0)
        for x, y in zip(*np.nonzero(self.order), strict=True):
            reached = np.minimum(coverage[:, :, x], coverage[:, :, y]).mean(axis=0)
            mean = mean * (1 + (np.exp(self.order[x, y]) - 1) * reached)
        return np.asarray(mean)


def read_blocks(
    frame: Frame, observed: ObservedFindings, knowledge: Knowledge
) -> tuple[ReadBlock, ...]:
    """The blocks that were done and answered."""
    return tuple(_read(frame, observed, knowledge))


def _read(frame: Frame, observed: ObservedFindings, knowledge: Knowledge) -> Iterator[ReadBlock]:
    for record in observed.blocks:
        reading = read_block(record.statement, knowledge)
        block = knowledge.blocks.get(record.statement.block)
        if reading is None or block is None:
            continue
        values = in_force(block.values, frame.on)
        yield ReadBlock(
            record=record,
            block=block,
            values=values,
            reading=reading,
            coverage=block_coverage(frame, block, values, record.statement),
            noted=stated_relief(record.statement, knowledge),
        )


def block_evidence(
    frame: Frame,
    blocks: tuple[ReadBlock, ...],
    knowledge: Knowledge,
    treatments: tuple[ReadTreatment, ...] = (),
    *,
    true_relief: tuple[float, float] | None = None,
    treatment_end: int = 0,
) -> BlockEvidence | None:
    """Tabulate the answers of blocks and the effects of treatments; None where there are none."""
    if not blocks and not treatments:
        return None
    response = knowledge.block_response
    z, weights = hermite(Z_NODES)
    effects = [
        np.broadcast_to(treatment_table(one, treatment_end), (len(z), len(SHARES)))
        for one in treatments
    ]
    answer = np.stack(
        [
            *(
                answer_table(
                    one.reading,
                    nonspecific=one.values.nonspecific.value,
                    shift=_sedation(one, knowledge),
                    failure=_failure(one, knowledge),
                    knowledge=knowledge,
                    true_relief=true_relief or response.true_relief_beta,
                    z=z,
                )
                for one in blocks
            ),
            *effects,
        ]
    )
    reach = [*(one.coverage for one in blocks), *(one.coverage for one in treatments)]
    coverage = np.stack(reach, axis=1)
    order = np.zeros((len(answer), len(answer)))
    order[: len(blocks), : len(blocks)] = _duration_order(blocks, knowledge)
    classes, class_of = np.unique(coverage.round(9), axis=0, return_inverse=True)
    return BlockEvidence(
        blocks=blocks,
        treatments=treatments,
        answer=answer,
        z_weights=weights,
        shares=response.shares_beta,
        order=order,
        classes=classes,
        class_of=class_of.reshape(-1),
    )


def of_treatments(evidence: BlockEvidence) -> BlockEvidence:
    """The same without the blocks: what the earlier treatments say by themselves."""
    count = len(evidence.blocks)
    return replace(
        evidence,
        blocks=(),
        answer=evidence.answer[count:],
        order=evidence.order[count:, count:],
        classes=evidence.classes[:, count:],
    )


def answer_table(
    reading: BlockReading,
    *,
    nonspecific: float,
    shift: float,
    failure: float,
    knowledge: Knowledge,
    true_relief: tuple[float, float],
    z: Float,
) -> Float:
    """(Z, C) P(reading | tendency, share reached).

    Source: shared response model; alpha is set so that the average over z gives the published
    nonspecific rate.
    """
    response = knowledge.block_response
    table = relief_table(response, true_relief)
    worked, failed = table.chance(reading.low, reading.high)
    sd = response.patient_sd
    alpha = logit(nonspecific) * np.sqrt(1 + sd**2 / 3.29) + shift
    s = logistic(alpha + sd * z)[:, None]
    if_worked = (1 - s) * worked[0][None, :] + s * worked[1][None, :]
    if_failed = (1 - s) * failed[0] + s * failed[1]
    return np.maximum((1 - failure) * if_worked + failure * if_failed, 1e-12)


def _sedation(one: ReadBlock, knowledge: Knowledge) -> float:
    sedated = one.record.statement.sedation == "opioid_or_benzodiazepine"
    return knowledge.block_response.sedation_shift.value if sedated else 0.0


def _failure(one: ReadBlock, knowledge: Knowledge) -> float:
    """The chance that the drug missed, by what contrast showed."""
    response = knowledge.block_response
    match one.record.statement.contrast:
        case "vascular":
            return response.technical_failure_vascular.value
        case "spread_elsewhere":
            return response.technical_failure_spread_elsewhere.value
        case _:
            usual = one.values.technical_failure or response.technical_failure
            return usual.value


def _duration_order(blocks: tuple[ReadBlock, ...], knowledge: Knowledge) -> Float:
    """Did the longer agent last longer? Weak evidence, once a pair of like blocks."""
    order = np.zeros((len(blocks), len(blocks)))
    response = knowledge.block_response
    for x, y in combinations(range(len(blocks)), 2):
        first, second = blocks[x], blocks[y]
        if first.block.id != second.block.id or not np.allclose(first.coverage, second.coverage):
            continue
        agents = [agent_of(one.record.statement, knowledge) for one in (first, second)]
        hours = [one.reading.hours for one in (first, second)]
        if None in agents or None in hours or not (first.is_positive and second.is_positive):
            continue
        expected = _sign(agents[0].duration_minutes[1] - agents[1].duration_minutes[1])  # type: ignore[union-attr]
        seen = _sign(hours[0] - hours[1])  # type: ignore[operator]
        if expected != 0 and seen != 0:
            ratio = (
                response.duration_in_order if expected == seen else response.duration_out_of_order
            )
            order[x, y] = np.log(ratio.value)
    return order


def _sign(x: float) -> int:
    return int(x > 0) - int(x < 0)
