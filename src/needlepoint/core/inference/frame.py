"""The hypotheses of one complaint, laid out as arrays once and shared by every patient.

A hypothesis is none nameable, one pattern, or two patterns of different kinds. Columns 0..P-1 are
patterns; column P stands for "none nameable", column P+1 for "no further pattern".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from needlepoint.core.anatomy import Anatomy, Kind, Side, Site
from needlepoint.core.inference.patterns import Pattern, patterns_of, place_table
from needlepoint.core.knowledge import Knowledge, Presentation, in_force
from needlepoint.core.quantities import Bool, Float, Int


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Patterns, hypotheses and what belongs to what, for one complaint."""

    presentation: Presentation
    on: date  # the values in force on this day are used
    anatomy: Anatomy
    kinds: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    kind_of: Int  # (P + 2,) index into kinds; -1 for none and for no further pattern
    first: Int  # (H,) column of the first pattern of each hypothesis
    second: Int  # (H,) column of the second
    sites: tuple[Site, ...]
    pattern_sites: Float  # (P, S) 1 where the pattern contains the site

    @property
    def none(self) -> int:
        """The column of "none nameable"."""
        return len(self.patterns)

    @property
    def nothing(self) -> int:
        """The column of "no further pattern"."""
        return len(self.patterns) + 1

    @property
    def columns(self) -> int:
        return len(self.patterns) + 2

    @cached_property
    def pair_columns(self) -> Int:
        """(H, 3) the columns of each hypothesis of up to two kinds."""
        third = np.full(len(self.first), self.nothing)
        return np.stack([self.first, self.second, third], axis=1)

    @cached_property
    def kinds_of_pairs(self) -> Int:
        """(H - P - 1,) both kinds of each hypothesis of two, as an index into a flat (K, K)."""
        pairs = slice(1 + len(self.patterns), None)
        first, second = self.kind_of[self.first[pairs]], self.kind_of[self.second[pairs]]
        return np.asarray(first * len(self.kinds) + second)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The patterns as clinicians say them."""
        return tuple(str(pattern) for pattern in self.patterns)

    @cached_property
    def sizes(self) -> Int:
        """(P,) how many sites each pattern has."""
        return np.asarray(self.pattern_sites.sum(axis=1), dtype=np.intp)

    @cached_property
    def column_of(self) -> Mapping[Pattern, int]:
        """The column of each pattern."""
        return {pattern: column for column, pattern in enumerate(self.patterns)}

    @cached_property
    def memory(self) -> dict[object, Any]:
        """Where what depends on this frame and the knowledge alone is kept."""
        return {}

    @cached_property
    def one_hot_kind(self) -> Float:
        """(P + 2, K) 1 where the column is of the kind."""
        return np.asarray(self.kind_of[:, None] == np.arange(len(self.kinds)), dtype=float)

    @cached_property
    def includes_left(self) -> Bool:
        """(P + 2,) whether the pattern takes in the left; a midline pattern takes in both."""
        return self._includes(Side.LEFT)

    @cached_property
    def includes_right(self) -> Bool:
        return self._includes(Side.RIGHT)

    def _includes(self, side: Side) -> Bool:
        inside = np.zeros(self.columns, dtype=bool)
        inside[: self.none] = [p.side in (side, Side.BOTH, Side.MIDLINE) for p in self.patterns]
        return inside

    @cached_property
    def columns_of_kind(self) -> Mapping[str, Int]:
        return {kind: np.flatnonzero(self.kind_of == k) for k, kind in enumerate(self.kinds)}


def frame_of(
    presentation: Presentation,
    knowledge: Knowledge,
    *,
    on: date,
    named: frozenset[str] = frozenset(),
) -> Frame:
    """Lay out every hypothesis of up to two kinds; 174 patterns make some 13,000."""
    kinds = tuple(in_force(presentation.values, on).kinds)
    anatomy = knowledge.anatomy
    patterns: list[Pattern] = []
    kind_of: list[int] = []
    for k, name in enumerate(kinds):
        kind: Kind = anatomy.kinds[name]
        here = patterns_of(kind, place_table(name, presentation.region, knowledge), named)
        patterns += here
        kind_of += [k] * len(here)
    kind_index = np.array([*kind_of, -1, -1])
    count = len(patterns)
    first, second = np.triu_indices(count, k=1)
    different = kind_index[first] != kind_index[second]
    none, nothing = count, count + 1
    sites = tuple(sorted({site for p in patterns for site in p.sites}, key=str))
    where = {site: s for s, site in enumerate(sites)}
    pattern_sites = np.zeros((count, len(sites)))
    for row, pattern in enumerate(patterns):
        pattern_sites[row, [where[site] for site in pattern.sites]] = 1
    return Frame(
        presentation=presentation,
        on=on,
        anatomy=anatomy,
        kinds=kinds,
        patterns=tuple(patterns),
        kind_of=kind_index,
        first=np.concatenate([[none], np.arange(count), first[different]]),
        second=np.concatenate([[nothing], np.full(count, nothing), second[different]]),
        sites=sites,
        pattern_sites=pattern_sites,
    )
