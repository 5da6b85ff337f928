"""Smooth lines through given points, and their SVG paths."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import atan2, cos, dist, hypot, pi, sin
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
_PARTS = 4  # points between two given ones
_SHARP = 0.35  # radians; a bend less than this is part of a curve


def smooth(points: Sequence[Point]) -> list[Point]:
    """A Catmull-Rom line through every point, ends kept."""
    if len(points) < 3:
        return list(points)
    padded = [points[0], *points, points[-1]]
    line: list[Point] = []
    for n in range(len(points) - 1):
        four = padded[n : n + 4]
        line += [_catmull_rom(four, step / _PARTS) for step in range(_PARTS)]
    return [*line, points[-1]]


def _catmull_rom(four: Sequence[Point], t: float) -> Point:
    a, b, c, d = four
    x, y = (
        0.5
        * (
            2 * b[i]
            + (c[i] - a[i]) * t
            + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t**2
            + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3
        )
        for i in (0, 1)
    )
    return (x, y)


def x_at(contour: Sequence[Point], y: float) -> float:
    """How far out a contour stands at a height; it must run downwards."""
    heights = [p[1] for p in contour]
    n = min(max(bisect_left(heights, y), 1), len(contour) - 1)
    (x0, y0), (x1, y1) = contour[n - 1], contour[n]
    share = 0.0 if y1 == y0 else min(1.0, max(0.0, (y - y0) / (y1 - y0)))
    return x0 + share * (x1 - x0)


def capsule(axis: Sequence[Sequence[float]], widths: Sequence[float]) -> list[Point]:
    """A finger: a line with a width at each of its points and a round tip."""
    spine = smooth([(x, y) for x, y in axis])
    total = len(spine) - 1
    left: list[Point] = []
    right: list[Point] = []
    for n, (x, y) in enumerate(spine):
        ux, uy = _direction(spine, n)
        half = _width(widths, n / total) / 2
        left.append((x + uy * half, y - ux * half))
        right.append((x - uy * half, y + ux * half))
    return [*left, *_tip(spine, widths[-1] / 2), *reversed(right)]


def _tip(spine: Sequence[Point], radius: float) -> list[Point]:
    (x, y), (ux, uy) = spine[-1], _direction(spine, len(spine) - 1)
    angles = [pi / 2 - pi * n / 8 for n in range(1, 8)]
    return [
        (
            x + radius * (ux * cos(a) + uy * sin(a)),
            y + radius * (uy * cos(a) - ux * sin(a)),
        )
        for a in angles
    ]


def _direction(spine: Sequence[Point], n: int) -> Point:
    (x0, y0), (x1, y1) = spine[max(0, n - 1)], spine[min(len(spine) - 1, n + 1)]
    length = hypot(x1 - x0, y1 - y0)
    return ((x1 - x0) / length, (y1 - y0) / length)


def _width(widths: Sequence[float], share: float) -> float:
    place = share * (len(widths) - 1)
    n = min(int(place), len(widths) - 2)
    return widths[n] + (place - n) * (widths[n + 1] - widths[n])


def rounded(corners: Sequence[Point], radius: float = 3.0) -> list[Point]:
    """A polygon with its sharp corners cut softly; corners of a smooth contour stay as they are."""
    line: list[Point] = []
    for n, here in enumerate(corners):
        before, after = corners[n - 1], corners[(n + 1) % len(corners)]
        cut = min(radius, dist(before, here) / 2, dist(here, after) / 2)
        if cut < 0.5 or _turn(before, here, after) < _SHARP:
            line.append(here)
            continue
        start, end = _towards(here, before, cut), _towards(here, after, cut)
        line += [_bezier(start, here, end, t) for t in (0.0, 0.33, 0.67, 1.0)]
    return line


def _turn(before: Point, here: Point, after: Point) -> float:
    first = atan2(here[1] - before[1], here[0] - before[0])
    second = atan2(after[1] - here[1], after[0] - here[0])
    return abs((second - first + pi) % (2 * pi) - pi)


def _towards(here: Point, there: Point, by: float) -> Point:
    share = by / dist(here, there)
    return (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))


def _bezier(a: Point, b: Point, c: Point, t: float) -> Point:
    u = 1 - t
    return (
        u * u * a[0] + 2 * u * t * b[0] + t * t * c[0],
        u * u * a[1] + 2 * u * t * b[1] + t * t * c[1],
    )


def thinned(points: Sequence[Point], tolerance: float = 0.12) -> list[Point]:
    """The same line with the points left out that nobody would miss (Douglas and Peucker)."""
    if len(points) < 3:
        return list(points)
    first, last = points[0], points[-1]
    apart = [_distance(p, first, last) for p in points[1:-1]]
    far = max(range(len(apart)), key=apart.__getitem__)
    if apart[far] <= tolerance:
        return [first, last]
    middle = far + 1
    return [
        *thinned(points[: middle + 1], tolerance)[:-1],
        *thinned(points[middle:], tolerance),
    ]


def _distance(p: Point, a: Point, b: Point) -> float:
    length = dist(a, b)
    if length == 0:
        return dist(p, a)
    return abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / length


def path_of(points: Sequence[Point], *, closed: bool = True) -> str:
    """An SVG path, to a tenth of a unit, in steps from point to point to keep it short."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in thinned(points)]
    parts = [f"M{_n(tenths[0][0])} {_n(tenths[0][1])}l"]
    for (x0, y0), (x1, y1) in pairwise(tenths):
        if (x0, y0) != (x1, y1):
            parts.append(f"{_n(x1 - x0)} {_n(y1 - y0)} ")
    return "".join(parts).rstrip() + ("z" if closed else "")


def _n(tenths: int) -> str:
    return f"{tenths / 10:g}"


__all__ = ["Point", "capsule", "path_of", "rounded", "smooth", "thinned", "x_at"]
