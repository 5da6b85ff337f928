"""The list of check boxes that says the same as a drawing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from needlepoint.core.anatomy import Anatomy
from needlepoint.web.drawings.body import geometry

_SIDES = {"en": ("left", "right"), "es": ("izquierda", "derecha")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One check box: `value` is zone and side, as the form sends it."""

    value: str
    zone: str
    side: str
    label: str
    is_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneBoxes:
    """One zone with its left and right, or once where it lies on the midline."""

    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    label: str
    zones: tuple[ZoneBoxes, ...]


def zone_boxes(
    anatomy: Anatomy, painted: Collection[tuple[str, str]], *, language: str = "en"
) -> tuple[Group, ...]:
    """Every zone of the figure, by part of the body. Zones that no group names come last."""
    groups = [(g[language], list(g["zones"])) for g in geometry()["groups"]]
    named = {zone for _, zones in groups for zone in zones}
    rest = [zone for zone in anatomy.zones if zone not in named]
    if rest:
        groups.append(({"en": "Elsewhere", "es": "Otras partes"}[language], rest))
    return tuple(
        Group(
            label=label,
            zones=tuple(
                _boxes(anatomy, zone, painted, language) for zone in zones if zone in anatomy.zones
            ),
        )
        for label, zones in groups
    )


def _boxes(
    anatomy: Anatomy, zone: str, painted: Collection[tuple[str, str]], language: str
) -> ZoneBoxes:
    known = anatomy.zones[zone]
    words = _SIDES[language]
    sides = zip(("left", "right"), words) if known.paired else (("midline", ""),)
    return ZoneBoxes(
        label=known.label_es if language == "es" else known.label,
        boxes=tuple(
            Box(
                value=f"{zone}:{side}",
                zone=zone,
                side=side,
                label=word,
                is_checked=(zone, side) in painted,
            )
            for side, word in sides
        ),
    )


__all__ = ["Box", "Group", "ZoneBoxes", "zone_boxes"]
