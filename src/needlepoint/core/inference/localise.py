"""From what was observed to the probability of each generator, for one complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.blocks import BlockEvidence, block_evidence, read_blocks
from needlepoint.core.inference.drawing import zone_shares
from needlepoint.core.inference.evidence import factors_of
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.frame import Frame, frame_of
from needlepoint.core.inference.posterior import Evidence, Posterior, gather, infer
from needlepoint.core.inference.prior import Prior, prior_of
from needlepoint.core.inference.treatments import Unweighed, read_treatments
from needlepoint.core.knowledge import Knowledge, in_force
from needlepoint.core.quantities import Float


@dataclass(frozen=True, kw_only=True)
class Localisation:
    """The posterior of one complaint with all that went into it."""

    frame: Frame
    prior: Prior
    factors: tuple[Factor, ...]
    blocks: BlockEvidence | None
    evidence: Evidence
    posterior: Posterior
    unweighed: tuple[Unweighed, ...] = ()  # treatments on file that say nothing, and why

    @property
    def ranked_kinds(self) -> tuple[int, ...]:
        """Indices of the kinds, from the most to the least probable."""
        return tuple(int(k) for k in np.argsort(-self.posterior.kinds, kind="stable"))

    @property
    def leading_kind(self) -> str:
        """The kind that most probably is the source."""
        return self.frame.kinds[self.ranked_kinds[0]]


def localise(
    observed: ObservedFindings, knowledge: Knowledge, *, age: float | None, on: date
) -> Localisation:
    """Weigh every hypothesis by how well it explains what was observed.

    Args:
        observed: what is known of one complaint; unexamined findings add nothing.
        age: years, or None if unknown: then age says nothing.
        on: the values in force on this day are used.
    """
    frame, zones = compiled_frame(observed.presentation, knowledge, on, named_segments(observed))
    table = in_force(frame.presentation.values, frame.on)
    prior = prior_of(frame, table, knowledge, age=age, side=observed.side)
    factors = factors_of(frame, observed, knowledge, prior, age=age, zones=zones)
    treatments, unweighed = read_treatments(frame, observed, knowledge)
    blocks = block_evidence(frame, read_blocks(frame, observed, knowledge), knowledge, treatments)
    evidence = gather(prior, factors, blocks, knowledge.parameters.floor)
    posterior = infer(frame, prior, evidence, triple_patterns=knowledge.parameters.triple_patterns)
    return Localisation(
        frame=frame,
        prior=prior,
        factors=factors,
        blocks=blocks,
        evidence=evidence,
        posterior=posterior,
        unweighed=unweighed,
    )


def named_segments(observed: ObservedFindings) -> frozenset[str]:
    """Segments that the chart names: where they are unusual, they become places all the same."""
    found = {o.segment for o in observed.present}
    found |= {t.segment for block in observed.blocks for t in block.statement.targets}
    found |= {d.segment for said in observed.discograms for d in said.statement.levels}
    return frozenset(segment for segment in found if segment is not None)


def compiled_frame(
    presentation: str, knowledge: Knowledge, on: date, named: frozenset[str] = frozenset()
) -> tuple[Frame, Float]:
    """The frame of a complaint and its zone table, compiled once for each edition."""
    unusual = named - usual_segments(presentation, knowledge)
    key = (presentation, knowledge.edition(on), unusual)
    if key not in knowledge.compiled:
        frame = frame_of(knowledge.presentations[presentation], knowledge, on=key[1], named=unusual)
        knowledge.compiled[key] = (frame, zone_shares(frame, knowledge))
    compiled: tuple[Frame, Float] = knowledge.compiled[key]  # type: ignore[assignment]
    return compiled


def usual_segments(presentation: str, knowledge: Knowledge) -> frozenset[str]:
    """Segments to which the place tables of the complaint's region give a share."""
    region = knowledge.presentations[presentation].region
    key = ("segments", region)
    if key not in knowledge.compiled:
        knowledge.compiled[key] = frozenset(
            segment for t in knowledge.places if t.region == region for segment in t.segments
        )
    usual: frozenset[str] = knowledge.compiled[key]  # type: ignore[assignment]
    return usual
