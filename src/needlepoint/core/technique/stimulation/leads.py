"""Where must a lead lie to reach the pain that this patient drew?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from needlepoint.core.anatomy import Anatomy, Side
from needlepoint.core.chart import PainDrawing
from needlepoint.core.knowledge import Knowledge, LeadCoverage
from needlepoint.core.rules.facts import number

Place = tuple[str, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPlace:
    """One place for a lead, with what it is expected to reach of the drawing."""

    of: Literal["scs", "drg", "pns"]
    levels: tuple[str, ...]
    sides: tuple[Side, ...]  # of the painted areas that it reaches
    share: float  # of the painted areas, 0 to 1
    reached: tuple[Place, ...]
    missed: tuple[Place, ...]
    enough: bool
    grounds: LeadCoverage


def lead_places(drawing: PainDrawing, knowledge: Knowledge) -> tuple[LeadPlace, ...]:
    """Every level, ganglion and nerve that reaches something, widest reach first.

    Painted areas count once each, on each side; a fine zone counts as the zone it is part of. The
    areas are those of published maps: paraesthesia or relief in the patient decides.
    """
    painted = _painted(drawing, knowledge.anatomy)
    wanted = number(knowledge.guidance.neuromodulation.facts["stimulation/coverage_wanted"])
    found = []
    for row in knowledge.guidance.neuromodulation.coverage:
        reached = tuple(place for place in painted if place[0] in row.zones)
        if not reached:
            continue
        share = len(reached) / len(painted)
        found.append(
            LeadPlace(
                of=row.of,
                levels=row.levels,
                sides=tuple(dict.fromkeys(side for _, side in reached)),
                share=share,
                reached=reached,
                missed=tuple(place for place in painted if place not in reached),
                enough=share >= wanted,
                grounds=row,
            )
        )
    return tuple(sorted(found, key=lambda p: (-p.share, len(p.grounds.zones), p.of, p.levels)))


def _painted(drawing: PainDrawing, anatomy: Anatomy) -> tuple[Place, ...]:
    """Whole zones on single sides; a paired zone without a side counts for both."""
    places: dict[Place, None] = {}
    for mark in drawing.marks:
        zone = anatomy.zones.get(mark.zone)
        if zone is None:
            continue
        whole = zone.part_of or zone.id
        if not zone.paired:
            places[(whole, Side.MIDLINE)] = None
            continue
        for side in (mark.side or Side.BOTH).single:
            places[(whole, side)] = None
    return tuple(places)
