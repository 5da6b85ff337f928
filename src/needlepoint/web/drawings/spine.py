"""Spine, pelvis and hips with every site a shape that can be shaded by its probability."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, pi, radians, sin
from typing import Any, Literal

from needlepoint.core.anatomy import Side
from needlepoint.web.drawings.curves import Point, path_of, smooth
from needlepoint.web.drawings.geometry import read_geometry

View = Literal["front", "back"]
_RIB = ((1.5, -0.3), (3.2, -0.34), (5.2, 0.1), (6.9, 0.9), (7.4, 1.7))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteShape:
    """A structure at a place, as an SVG path; a line has a width, an area has none."""

    kind: str
    segment: str | None
    side: Side
    d: str
    width: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One view of one region: bones behind, sites before, levels named."""

    region: str
    view: View
    box: tuple[float, float, float, float]
    bones: tuple[str, ...]
    holes: tuple[str, ...]
    ribs: tuple[str, ...]
    sites: tuple[SiteShape, ...]
    labels: tuple[Label, ...]


@cache
def panel(region: str, view: View) -> Panel:
    """Build one view of `lumbosacral`, `cervical` or `thoracic`."""
    data = _geometry()
    here = data["regions"][region]
    shapes = data["templates"][here["template"]]
    return Panel(
        region=region,
        view=view,
        box=tuple(here["box"]),
        bones=tuple(_bones(here, shapes, view)),
        holes=tuple(
            path_of(_blob(x, y, rx, ry, 0.0, s)) for x, y, rx, ry in here["holes"] for s in (1, -1)
        ),
        ribs=tuple(_ribs(here)),
        sites=(*_fixed(here["fixed"][view], view), *_levels(here, shapes, view)),
        labels=tuple(_labels(here)),
    )


@cache
def on_body() -> Mapping[str, tuple[View, float, float, float]]:
    """Where structures away from the spine lie on the whole figure: view, x, y, radius."""
    return {kind: tuple(place) for kind, place in _geometry()["on_body"].items()}


@cache
def focus(region: str) -> tuple[float, float, float, float]:
    """The part of the whole figure to show for a region of complaints: x, y, width, height."""
    whole = (0.0, 0.0, 830.0, 1056.0)
    return tuple(_geometry()["focus"].get(region, whole))


@cache
def region_of(region: str) -> str | None:
    """Which spine drawing shows a region of complaints; None where the whole figure does."""
    return {
        "lumbosacral": "lumbosacral", "hip": "lumbosacral", "pelvis": "lumbosacral",
        "cervical": "cervical", "head": "cervical",
        "thoracic": "thoracic", "abdomen": "thoracic",
    }.get(region)  # fmt: skip


@cache
def _geometry() -> Mapping[str, Any]:
    return read_geometry("spine")


def _bones(here: Mapping[str, Any], shapes: Mapping[str, Any], view: View) -> Iterator[str]:
    yield from _vertebrae(here, shapes, view, first=("wing",))
    for bone in here[view]:
        yield from _mirrored(bone["d"], whole=bone.get("whole", False))
    yield from _vertebrae(here, shapes, view, first=("body",) if view == "front" else ())
    if view == "back":
        yield from _vertebrae(here, shapes, view, first=("arch", "spine"))


def _vertebrae(
    here: Mapping[str, Any], shapes: Mapping[str, Any], view: View, *, first: tuple[str, ...]
) -> Iterator[str]:
    for y, w, h in here["vertebrae"].values():
        for part in first:
            points = [(x * w, y + dy * h) for x, dy in shapes[part]]
            yield from _mirrored(points, whole=part != "wing")


def _mirrored(points: Any, *, whole: bool) -> Iterator[str]:
    half = [(float(x), float(y)) for x, y in points]
    other = [(-x, y) for x, y in half]
    if whole:
        yield path_of(_round([*half, *reversed(other)]))
    else:
        yield path_of(_round(half))
        yield path_of(_round(other))


def _round(points: list[Point]) -> list[Point]:
    """A closed smooth line."""
    n = len(points)
    line = smooth([points[-1], *points, points[0], points[1]])
    per = (len(line) - 1) // (n + 2)
    return line[per:-per]


def _ribs(here: Mapping[str, Any]) -> Iterator[str]:
    for y, w, h in list(here["vertebrae"].values())[: here.get("ribs", 0)]:
        for sign in (1, -1):
            grown = [(sign * x * w, y + dy * h) for x, dy in _RIB]
            yield path_of(smooth(grown), closed=False)


def _labels(here: Mapping[str, Any]) -> Iterator[Label]:
    for name, (y, _, _) in here["vertebrae"].items():
        yield Label(text=name, x=float(here["label_x"]), y=y)


def _fixed(sites: Mapping[str, Any], view: View) -> Iterator[SiteShape]:
    for kind, shape in sites.items():
        yield from _sided(kind, None, shape, 0.0, 1.0, 1.0, view)


def _levels(here: Mapping[str, Any], shapes: Mapping[str, Any], view: View) -> Iterator[SiteShape]:
    order = list({**here["vertebrae"], **here["below"]}.items())
    for kind in here["levels"][view]:
        if kind == "nerve_root":
            yield from _roots(here, shapes, view)
        elif kind in ("vertebral_fracture", "pars_interarticularis") or (
            here["template"] == ("thoracic")
            and kind not in ("facet_joint", "disc", "central_canal")
        ):
            for name, (y, w, h) in here["vertebrae"].items():
                yield from _sided(kind, name, shapes[kind], y, w, h, view)
        else:
            for (upper, (y0, w0, h0)), (lower, (y1, w1, _)) in pairwise(order):
                if lower in here["vertebrae"] or lower == "S1":
                    segment, at = (
                        f"{upper}-{lower}",
                        y0 + h0 / 2 if lower == "S1" else (y0 + y1) / 2,
                    )
                    yield from _sided(kind, segment, shapes[kind], at, (w0 + w1) / 2, h0, view)


def _roots(here: Mapping[str, Any], shapes: Mapping[str, Any], view: View) -> Iterator[SiteShape]:
    levels = {**here["vertebrae"], **here["below"]}
    for root in here["roots"]:
        y, w, h = levels["T1" if root == "C8" else root]
        if root == "T1" and here["template"] == "cervical":
            y, w, h = levels["T2"]
        shape = shapes["sacral_root" if root in ("S1", "S2") else "nerve_root"]
        yield from _sided("nerve_root", root, shape, y, w, h, view)


def _sided(
    kind: str,
    segment: str | None,
    shape: Mapping[str, Any],
    y: float,
    w: float,
    h: float,
    view: View,
) -> Iterator[SiteShape]:
    """The shape on both sides, or once where it lies on the midline."""
    if segment in shape.get("skip", ()):
        return  # no such structure at this level
    midline = _is_midline(shape)
    for sign in (1,) if midline else (1, -1):
        left = (sign > 0) == (view == "front")  # from the front, the patient's left is on our right
        side = Side.MIDLINE if midline else Side.LEFT if left else Side.RIGHT
        d, width = _drawn(shape, y, w, h, sign)
        yield SiteShape(kind=kind, segment=segment, side=side, d=d, width=width)


def _is_midline(shape: Mapping[str, Any]) -> bool:
    if "blob" in shape:
        return bool(shape["blob"][0] == 0)
    points = shape.get("poly") or shape["line"]
    return bool(min(x for x, _ in points) < 0)


def _drawn(
    shape: Mapping[str, Any], y: float, w: float, h: float, sign: int
) -> tuple[str, float | None]:
    if "blob" in shape:
        x, dy, rx, ry = shape["blob"]
        turn = shape.get("turn", 0.0)
        return path_of(_blob(x * w, y + dy * h, rx * w, ry * h, turn, sign)), None
    if "poly" in shape:
        return path_of(_round([(sign * x * w, y + dy * h) for x, dy in shape["poly"]])), None
    lines = [shape["line"]]
    if "twin" in shape:
        lines.append([[x, dy + shape["twin"]] for x, dy in shape["line"]])
    placed = [smooth([(sign * x * w, y + dy * h) for x, dy in line]) for line in lines]
    return "".join(path_of(line, closed=False) for line in placed), shape["width"]


def _blob(
    x: float, y: float, rx: float, ry: float, turn: float = 0.0, sign: int = 1
) -> list[Point]:
    """An ellipse; a turn leans its top away from the midline."""
    a = radians(turn)
    ring = [2 * pi * n / 24 for n in range(24)]
    return [
        (
            sign * (x + rx * cos(t) * cos(a) - ry * sin(t) * sin(a)),
            y + rx * cos(t) * sin(a) + ry * sin(t) * cos(a),
        )
        for t in ring
    ]


__all__ = ["Label", "Panel", "SiteShape", "View", "focus", "on_body", "panel", "region_of"]
