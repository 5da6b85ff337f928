"""Which discs are injected, which are the controls, and what makes a disc positive?"""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.technique.sheet.aim import Needle


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscographyProtocol:
    """How a provocation is done and read."""

    discs: tuple[str, ...]  # suspected
    controls: tuple[str, ...]  # neighbours to inject as well; at least one must stay painless
    intensity_min: float  # pain, 0 to 10, and concordant
    pressure_above_opening_psi_max: float | None  # of the loin; None where no limit is published
    volume_ml_max: float | None
    annular_grade_min: int
    rests_on: tuple[str, ...]


def protocol(
    technique: Technique, needles: tuple[Needle, ...], knowledge: Knowledge
) -> DiscographyProtocol | None:
    """None unless the technique is a discography."""
    if technique.group != "discography":
        return None
    model = knowledge.discography
    discs = tuple(needle.place.partition("/")[2] for needle in needles)
    lumbar = technique.region == "lumbar"
    return DiscographyProtocol(
        discs=discs,
        controls=controls(discs, technique.levels),
        intensity_min=model.intensity_min,
        pressure_above_opening_psi_max=model.pressure_above_opening_psi_max if lumbar else None,
        volume_ml_max=model.volume_ml_max if lumbar else None,
        annular_grade_min=model.annular_grade_min,
        rests_on=model.rests_on,
    )


def controls(discs: tuple[str, ...], levels: tuple[str, ...]) -> tuple[str, ...]:
    """The nearest disc above and below that is not itself suspected.

    A sixth lumbar vertebra and a disc within the sacrum count only where the targets name them.
    """
    row = [level for level in levels if level in discs or not _is_odd(level)]
    if any("L6" in disc for disc in discs):
        row = [level for level in levels if level != "L5-S1" and level != "S1-S2"]
    places = [row.index(disc) for disc in discs if disc in row]
    if not places:
        return ()
    above = [level for level in row[: min(places)]][-1:]
    below = [level for level in row[max(places) + 1 :]][:1]
    found = above + below
    if len(found) < 2 and min(places) >= 2 and not below:
        found = row[min(places) - 2 : min(places)]
    return tuple(found)


def _is_odd(level: str) -> bool:
    return "L6" in level or level == "S1-S2"
