"""Which patterns of sites may be the source, and how likely is each place before any finding?

A pattern is a run of one to three neighbouring sites of one kind, on the left, the right or both
sides, that clinicians name and treat as one: bilateral L4-S1 facet pain.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from needlepoint.core.anatomy import Kind, Side, Site
from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.knowledge import InferenceParameters, Knowledge, PlaceTable
from needlepoint.core.quantities import Float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Sites of one kind, named and treated as one."""

    kind: str
    segments: tuple[str, ...]  # empty where the kind has only one place
    side: Side  # midline for kinds without sides

    @property
    def segment(self) -> str | None:
        """The run as clinicians say it: L4-L5 and L5-S1 together are L4-S1."""
        if not self.segments:
            return None
        first, last = self.segments[0], self.segments[-1]
        if first == last:
            return first
        if "-" in first:
            return f"{first.split('-')[0]}-{last.split('-')[1]}"
        return f"{first} to {last}"

    @property
    def sites(self) -> tuple[Site, ...]:
        return tuple(
            Site(kind=self.kind, segment=segment, side=side)
            for segment in (self.segments or (None,))
            for side in self.side.single
        )

    @property
    def size(self) -> int:
        """How many sites it has."""
        return max(len(self.segments), 1) * len(self.side.single)

    def __str__(self) -> str:
        side = {Side.BOTH: "bilateral ", Side.LEFT: "left ", Side.RIGHT: "right "}
        place = f"{self.segment} " if self.segment else ""
        return f"{side.get(self.side, '')}{place}{self.kind.replace('_', ' ')}"


def place_table(kind: str, region: str, knowledge: Knowledge) -> PlaceTable | None:
    """Where a kind of source sits in a region, if that is on file."""
    return knowledge.places_by_kind_and_region.get((kind, region))


def patterns_of(
    kind: Kind, places: PlaceTable | None, named: frozenset[str] = frozenset()
) -> tuple[Pattern, ...]:
    """Every pattern of a kind: runs of neighbouring segments, by side.

    `named` are segments that the chart itself names: a sixth lumbar vertebra, an S1-S2 disc.
    """
    runs: list[tuple[str, ...]] = [()]
    if kind.segments and places and places.segments:
        here = [
            segment for segment in kind.segments if segment in places.segments or segment in named
        ]
        runs = [
            tuple(here[start : start + length])
            for length in range(1, kind.longest_run + 1)
            if places.runs.get(length, 1.0 if length == 1 else 0.0) > 0
            for start in range(len(here) - length + 1)
        ]
    elif kind.segments:
        raise UnknownKnowledge(f"No place table says where {kind.id} occurs in this region.")
    sides: tuple[Side, ...] = (Side.MIDLINE,)
    if kind.paired:
        bilateral = kind.bilateral and places is not None and places.bilateral > 0
        sides = (Side.LEFT, Side.RIGHT, Side.BOTH) if bilateral else (Side.LEFT, Side.RIGHT)
    return tuple(Pattern(kind=kind.id, segments=run, side=side) for run in runs for side in sides)


def place_shares(
    patterns: tuple[Pattern, ...],
    places: PlaceTable | None,
    stated_side: Side | None,
    parameters: InferenceParameters,
) -> Float:
    """P(pattern | its kind is the source), (P,), summing to one within the kind.

    The side the patient states weighs the sides within each kind, never one kind against another.
    """
    runs = _run_shares(patterns, places)
    weights = np.array(
        [
            runs[pattern.segments] * _side_weight(pattern, places, stated_side, parameters)
            for pattern in patterns
        ]
    )
    return np.asarray(weights / weights.sum())


def _run_shares(
    patterns: tuple[Pattern, ...], places: PlaceTable | None
) -> dict[tuple[str, ...], float]:
    """P(run of segments), a length having its share and its runs dividing it."""
    runs = list(dict.fromkeys(pattern.segments for pattern in patterns))
    if places is None or not places.segments or runs == [()]:
        return dict.fromkeys(runs, 1.0)
    order = list(dict.fromkeys(segment for run in runs for segment in run))
    listed = [segment for segment in order if segment in places.segments]

    def share_of(segment: str) -> float:
        """Its share, or that of the nearest listed segment where only the chart names it."""
        at = order.index(segment)
        nearest = min(listed, key=lambda other: abs(order.index(other) - at))
        return places.segments[nearest].value

    alone = {segment: share_of(segment) for segment in order}
    weight = {run: prod(alone[s] for s in run) ** (1 / len(run)) for run in runs}
    shares: dict[tuple[str, ...], float] = {}
    for length in sorted({len(run) for run in runs}):
        alike = [run for run in runs if len(run) == length]
        share = places.runs.get(length, 0.0 if places.runs else 1.0)
        total = sum(weight[run] for run in alike)
        shares |= {run: share * weight[run] / total for run in alike}
    return shares


def _side_weight(
    pattern: Pattern,
    places: PlaceTable | None,
    stated: Side | None,
    parameters: InferenceParameters,
) -> float:
    if pattern.side is Side.MIDLINE:
        return 1.0
    bilateral = places.bilateral if places else 0.0
    share = bilateral if pattern.side is Side.BOTH else (1 - bilateral) / 2
    if stated is None:
        return share
    return share * parameters.complaint_side[stated.value].get(pattern.side.value, 0.0)
