"""What can be done to learn more, and how much would each answer tell?"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.patterns import Pattern
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


def targets_of(pattern: Pattern) -> tuple[BlockTarget, ...]:
    """The sites of a pattern as a block aims at them."""
    return tuple(
        BlockTarget(kind=site.kind, segment=site.segment, side=site.side) for site in pattern.sites
    )


def on_one_side(frame: Frame, columns: Int, side: Side | None) -> Int:
    """Without the patterns of both sides where all of the pain is on one, if any other is left."""
    if side is None:
        return columns
    if "both sides" not in frame.memory:
        frame.memory["both sides"] = np.array([p.side is Side.BOTH for p in frame.patterns])
    kept: Int = columns[~frame.memory["both sides"][columns]]
    return kept if len(kept) else columns


def information_bits(likelihood: Float, probability: Float) -> Float:
    """(...) bits of (..., O, N) outcomes about hypotheses: I = H(o) - sum_h P(h) H(o | h)."""
    outcome = likelihood @ probability
    within = -xlog2(likelihood).sum(axis=-2) @ probability
    return np.asarray(np.maximum(-xlog2(outcome).sum(axis=-1) - within, 0.0))


def xlog2(p: Float) -> Float:
    """p log2 p, and 0 at 0."""
    found = np.maximum(p, 1e-300)
    np.log2(found, out=found)
    found *= p
    return np.asarray(found)
