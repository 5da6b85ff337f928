"""The figure on which pain is drawn: front and back, every zone a path of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from needlepoint.web.drawings.curves import Point, capsule, path_of, rounded, smooth, x_at
from needlepoint.web.drawings.geometry import read_geometry

View = Literal["front", "back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePath:
    """The outline of a zone on one side of one view; `d` is an SVG path."""

    zone: str
    side: Literal["left", "right", "midline"]
    view: View
    d: str
    centre: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One view of the body, in units of `body.yaml` with the midline at x = 0."""

    view: View
    outlines: tuple[str, ...]
    zones: tuple[ZonePath, ...]
    lines: tuple[str, ...]


@cache
def figure(view: View, unpaired: frozenset[str]) -> Figure:
    """Build one view from the geometry file.

    Args:
        unpaired: zones that cross the midline and are one, not a left and a right.
    """
    data = geometry()
    parts = {name: _Part.of(shape) for name, shape in data["parts"].items()}
    zones = tuple(_zones(view, data, parts, unpaired))
    return Figure(
        view=view,
        outlines=tuple(
            path_of(sided)
            for name in data["order"][view]
            for sided in _both_sides(parts[name].outline, view)
        ),
        zones=zones,
        lines=tuple(
            path_of(smooth(sided), closed=False)
            for line in data["lines"][view]
            for sided in _both_sides([(x, y) for x, y in line], view)
        ),
    )


@cache
def geometry() -> Mapping[str, Any]:
    """The figure and its zones, read once."""
    return read_geometry("body")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of the body between two contours, or a finger."""

    outline: list[Point]
    out: list[Point]
    inner: list[Point]

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> _Part:
        if "capsule" in shape:
            return cls(outline=capsule(shape["capsule"], shape["widths"]), out=[], inner=[])
        out = smooth([(x, y) for x, y in shape["out"]])
        inner = smooth([(x, y) for x, y in shape["in"]])
        return cls(outline=[*out, *reversed(inner)], out=out, inner=inner)

    def polygon(self, corners: Any) -> list[Point]:
        """The zone's outline; an edge between two corners on a contour follows it."""
        if corners == "whole":
            return self.outline
        points: list[Point] = []
        for here, there in pairwise([*corners, corners[0]]):
            points.append(self._at(here))
            if here[0] == there[0] and here[0] in ("out", "in"):
                points += self._along(here[0], here[1], there[1])
        return points

    def _at(self, corner: Any) -> Point:
        x, y = corner
        return (x_at(self._contour(x), y) if isinstance(x, str) else float(x), float(y))

    def _along(self, which: str, start: float, end: float) -> list[Point]:
        contour = self._contour(which)
        low, high = sorted((start, end))
        between = [p for p in contour if low + 0.5 < p[1] < high - 0.5]
        return between if start < end else between[::-1]

    def _contour(self, which: str) -> list[Point]:
        return self.out if which == "out" else self.inner


def _zones(
    view: View, data: Mapping[str, Any], parts: Mapping[str, _Part], unpaired: frozenset[str]
) -> Iterator[ZonePath]:
    for zone, pieces in data[view].items():
        halves = [parts[part].polygon(corners) for part, corners in pieces.items()]
        sides = [_both_sides(half, view) for half in halves]
        if zone in unpaired:
            shape = [_joined(half, view) for half in halves]
            yield _path(zone, "midline", view, shape)
        else:
            for n, side in enumerate(("left", "right")):
                yield _path(zone, side, view, [pair[n] for pair in sides])


def _path(zone: str, side: Any, view: View, shape: list[list[Point]]) -> ZonePath:
    every = [point for piece in shape for point in piece]
    centre = (sum(x for x, _ in every) / len(every), sum(y for _, y in every) / len(every))
    d = "".join(path_of(rounded(piece)) for piece in shape)
    return ZonePath(zone=zone, side=side, view=view, d=d, centre=centre)


def _both_sides(half: list[Point], view: View) -> tuple[list[Point], list[Point]]:
    """The patient's left, then right: seen from the front, the left is on the viewer's right."""
    mirrored = [(-x, y) for x, y in half]
    return (half, mirrored) if view == "front" else (mirrored, half)


def _joined(half: list[Point], view: View) -> list[Point]:
    """A half that lies on the midline, made whole; the seam itself is left out."""
    body = [p for p in half if p[0] > 0.05]
    seam = [p for p in half if p[0] <= 0.05]
    if not seam:
        return half
    start = next(n for n, p in enumerate(half) if p[0] <= 0.05)
    turned = half[start:] + half[:start]
    body = [p for p in turned if p[0] > 0.05]
    top, bottom = min(seam, key=lambda p: p[1]), max(seam, key=lambda p: p[1])
    first, last = (top, bottom) if body[0][1] <= body[-1][1] else (bottom, top)
    return [first, *body, last, *[(-x, y) for x, y in reversed(body)]]


__all__ = ["Figure", "View", "ZonePath", "figure", "geometry"]
