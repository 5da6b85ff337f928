"""The parts of the body that pain is said of: kinds of structure, sites, nerves, zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal

from needlepoint.core.quantities import Share, Text


class Side(StrEnum):
    """Where a structure, a pain or a needle stands. The patient's own left and right."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    MIDLINE = "midline"

    @property
    def single(self) -> tuple[Side, ...]:
        """The sides that make it up: both is left and right."""
        return (Side.LEFT, Side.RIGHT) if self is Side.BOTH else (self,)

    @property
    def mirrored(self) -> Side:
        """The other side; both and midline mirror to themselves."""
        match self:
            case Side.LEFT:
                return Side.RIGHT
            case Side.RIGHT:
                return Side.LEFT
            case _:
                return self


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Site:
    """A structure at a place: the left L4-L5 facet joint."""

    kind: str
    segment: str | None = None
    side: Side = Side.MIDLINE

    def __str__(self) -> str:
        words = [self.kind.replace("_", " "), self.segment or ""]
        if self.side is not Side.MIDLINE:
            words.append(self.side.value)
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of structure that may generate pain, wherever in the body it occurs."""

    id: Text  # facet_joint
    label: Text  # facet joint
    synonyms: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()  # in anatomical order; empty where there is only one place
    paired: bool  # has a left and a right
    longest_run: int = 1  # how many neighbouring segments clinicians name and treat as one
    bilateral: bool = False  # may the left and the right be one pattern
    mechanism: Literal["nociceptive", "neuropathic", "mixed", "other"] = "nociceptive"
    treatable_here: bool = True  # False: a mimic that is referred on, not treated with a needle
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nerve:
    """A nerve that a needle can reach, at each of its levels."""

    id: Text  # medial_branch
    label: Text
    levels: tuple[str, ...] = ()  # L1 .. L4; empty where there is only one
    paired: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Which nerves carry pain from a site, and how much of it each."""

    kind: Text
    segment: str | None = None
    nerves: Mapping[str, Share]  # "medial_branch/L3": 0.5; shares of one site sum to at most 1
    rests_on: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A region of the skin on which pain is drawn.

    Referral tables speak of zones; a finer map divides a zone into parts (`part_of`), and painting
    a part paints the zone, so that a finer map never changes the answer.
    """

    id: Text
    label: Text
    label_es: Text
    paired: bool
    view: Literal["front", "back", "side"]
    part_of: str | None = None
    choir_left: tuple[int, ...] = ()  # CHOIR body map segment numbers
    choir_right: tuple[int, ...] = ()
    choir_midline: tuple[int, ...] = ()
    body_site: str | None = None  # plain text for a FHIR bodySite


@dataclass(frozen=True, kw_only=True)
class Anatomy:
    """All structures, nerves and zones, and what supplies what."""

    kinds: Mapping[str, Kind]
    nerves: Mapping[str, Nerve]
    supplies: tuple[Supply, ...]
    zones: Mapping[str, Zone]
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # region -> segments

    @cached_property
    def supply_of(self) -> dict[tuple[str, str | None], Supply]:
        """The supply of a kind at a segment, or of the kind wherever it is (segment None)."""
        return {(supply.kind, supply.segment): supply for supply in self.supplies}

    @cached_property
    def supplies_of_kind(self) -> dict[str, tuple[Supply, ...]]:
        """Every supply of a kind, segment by segment."""
        found: dict[str, list[Supply]] = {}
        for supply in self.supplies:
            found.setdefault(supply.kind, []).append(supply)
        return {kind: tuple(supplies) for kind, supplies in found.items()}

    def nerves_of(self, site: Site) -> Mapping[str, Share]:
        """Nerves of one site with the share of its pain each carries; empty if none is on file."""
        supply = self.supply_of.get((site.kind, site.segment)) or self.supply_of.get(
            (site.kind, None)
        )
        return supply.nerves if supply else {}

    def whole_zone(self, zone: str) -> str:
        """The referral zone that a zone, however fine, belongs to."""
        while (parent := self.zones[zone].part_of) is not None:
            zone = parent
        return zone
