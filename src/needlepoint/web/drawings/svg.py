"""The drawings as SVG text: figure, spine, bars. All that is in them comes from our own files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape

from needlepoint.core.anatomy import Anatomy, Side
from needlepoint.web.drawings import body, spine

_SAID = {
    "en": ("front", "back", "your left", "your right"),
    "es": ("por delante", "por detrás", "su izquierda", "su derecha"),
}
_STEPS = (0.01, 0.03, 0.07, 0.15, 0.3, 0.5, 0.75)  # where one shade gives way to the next
_X = {"front": 205, "back": 625}


class Drawing(str):
    """SVG that templates print as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A structure marked on the whole figure."""

    kind: str
    side: Side
    probability: float
    title: str


def shade(probability: float) -> int:
    """0 is too little to draw, 7 the deepest."""
    return sum(probability >= step for step in _STEPS)


def figure_svg(
    anatomy: Anatomy,
    painted: Mapping[tuple[str, str], str],
    *,
    label: str,
    language: str = "en",
    picks: bool = False,
    dots: Iterable[Dot] = (),
    you: bool = True,
    part: tuple[float, float, float, float] = (0, 0, 830, 1056),
) -> Drawing:
    """Front and back.

    Args:
        painted: zone and side to the classes it is drawn with (`painted`, `faded`, `worst`).
        label: what the picture shows, for those who do not see it.
        picks: whether zones are to be tapped; then each carries its name.
        you: "your left" for patients; plain "left" and "right" for clinicians.
        part: what of the figure is shown: x, y, width, height.
    """
    unpaired = frozenset(z.id for z in anatomy.zones.values() if not z.paired)
    classes = _with_parts(anatomy, painted)
    marked = tuple(dots)
    box = " ".join(f"{n:g}" for n in part)
    parts = [
        f'<svg class="figure {"picks" if picks else "seen"}" viewBox="{box}" role="img" '
        f'aria-label="{escape(label)}">'
    ]
    for view in ("front", "back"):
        parts.append(f'<g transform="translate({_X[view]} 0)">')
        parts.append(_skin(view, unpaired))
        parts += _zones(view, unpaired, anatomy, classes, picks, language)
        parts.append(_form(view, unpaired))
        parts += _dots(view, marked)
        parts.append("</g>")
        parts += _words(view, language, you, part)
    parts.append("</svg>")
    return Drawing("".join(parts))


def _with_parts(
    anatomy: Anatomy, painted: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """Painting a zone paints the finer zones that divide it."""
    classes = dict(painted)
    for zone in anatomy.zones.values():
        for side in ("left", "right", "midline"):
            if zone.part_of and (zone.part_of, side) in painted:
                classes.setdefault((zone.id, side), painted[zone.part_of, side])
    return classes


@cache
def _skin(view: body.View, unpaired: frozenset[str]) -> str:
    figure = body.figure(view, unpaired)
    paths = [f'd="{d}"/>' for d in figure.outlines]
    edges = "".join(f'<path class="edge" {p}' for p in paths)
    return edges + "".join(f'<path class="skin" {p}' for p in paths)


@cache
def _form(view: body.View, unpaired: frozenset[str]) -> str:
    lines = body.figure(view, unpaired).lines
    return "".join(f'<path class="form" d="{d}"/>' for d in lines)


def _zones(
    view: body.View,
    unpaired: frozenset[str],
    anatomy: Anatomy,
    classes: Mapping[tuple[str, str], str],
    picks: bool,
    language: str,
) -> list[str]:
    said = []
    for zone in body.figure(view, unpaired).zones:
        extra = classes.get((zone.zone, zone.side), "")
        if not (picks or extra):
            continue  # a figure to look at carries only what is painted
        title = f"<title>{escape(zone_label(anatomy, zone.zone, zone.side, language))}</title>"
        said.append(
            f'<path class="zone {extra}" data-zone="{zone.zone}" data-side="{zone.side}" '
            f'data-whole="{anatomy.zones[zone.zone].part_of or ""}" '
            f'd="{zone.d}">{title}</path>'
        )
    return said


def zone_label(anatomy: Anatomy, zone: str, side: str, language: str = "en") -> str:
    """A zone and its side in words: Groin, left."""
    known = anatomy.zones[zone]
    words = known.label_es if language == "es" else known.label
    sides = {"en": ("left", "right"), "es": ("izquierda", "derecha")}[language]
    if side == "midline":
        return words
    return f"{words}, {sides[0] if side == 'left' else sides[1]}"


def _dots(view: body.View, dots: tuple[Dot, ...]) -> list[str]:
    said = []
    for dot in dots:
        place = spine.on_body().get(dot.kind)
        if place is None or place[0] != view or shade(dot.probability) == 0:
            continue
        _, x, y, radius = place
        left_is_right = (dot.side is Side.LEFT) == (view == "front")
        at = 0 if x == 0 else x if left_is_right else -x
        said.append(
            f'<circle class="dot site s{shade(dot.probability)}" cx="{at}" cy="{y}" r="{radius}">'
            f"<title>{escape(dot.title)}</title></circle>"
        )
    return said


def _words(
    view: body.View, language: str, you: bool, part: tuple[float, float, float, float]
) -> list[str]:
    front, back, left, right = _SAID[language]
    if not you:
        left, right = ("izquierda", "derecha") if language == "es" else ("left", "right")
    x = _X[view]
    near, far = (right, left) if view == "front" else (left, right)
    title = front if view == "front" else back
    _, top, _, height = part
    said_y = 900 if top > 400 else 120  # beside the feet where the head is not shown
    title_y = {"front": 940.0, "back": 985.0}[view]
    return [
        f'<text class="said" x="{x - 128}" y="{said_y:g}">{near}</text>',
        f'<text class="said" x="{x + 128}" y="{said_y:g}">{far}</text>',
        f'<text class="title" x="{x}" y="{min(title_y, top + height - 8):g}">{title}</text>',
    ]


def spine_svg(
    region: str,
    view: spine.View,
    probability: Mapping[tuple[str, str | None, Side], float],
    *,
    label: str,
    names: Mapping[str, str],
    open_kind: str | None = None,
) -> Drawing:
    """One view with each site shaded by its probability.

    Args:
        probability: of each site, by kind, segment and side.
        names: what each kind is called.
        open_kind: the kind whose ledger is open; its sites get an outline.
    """
    panel = spine.panel(region, view)
    x, y, w, h = panel.box
    parts = [
        f'<svg class="anatomy" viewBox="{x:g} {y:g} {w:g} {h + 22:g}" role="img" '
        f'aria-label="{escape(label)}">',
        _bones(region, view),
    ]
    for site in panel.sites:
        p = probability.get((site.kind, site.segment, site.side), 0.0)
        step = shade(p)
        if step == 0:
            continue
        line = f' stroke-width="{site.width:g}"' if site.width else ""
        parts.append(
            f'<path class="site s{step}{" line" if site.width else ""}'
            f'{" open" if site.kind == open_kind and not site.width else ""}"{line} d="{site.d}" '
            f'data-kind="{site.kind}"><title>{_site_title(site, names, p)}</title></path>'
        )
    parts += [
        f'<text class="level" x="{mark.x:g}" y="{mark.y + 3:g}">{mark.text}</text>'
        for mark in panel.labels
    ]
    near, far = ("left", "right") if view == "back" else ("right", "left")
    title = "from behind" if view == "back" else "from the front"
    parts += [
        f'<text class="said" x="{x + w * 0.2:g}" y="{y + h + 16:g}">{near}</text>',
        f'<text class="title" x="{x + w / 2:g}" y="{y + h + 16:g}">{title}</text>',
        f'<text class="said" x="{x + w * 0.8:g}" y="{y + h + 16:g}">{far}</text>',
        "</svg>",
    ]
    return Drawing("".join(parts))


def level_svg(
    region: str, kind: str, chosen: Collection[tuple[str, str]], *, label: str
) -> Drawing:
    """The spine from behind with every site of one kind to be tapped: which level, which side.

    Args:
        kind: drawn at each of its levels; facet joints where the drawing does not show the kind.
        chosen: level and side; the side of an unpaired structure is midline.
    """
    panel = spine.panel(region, "back")
    named = [site for site in panel.sites if site.kind == kind and site.segment]
    sites = named or [site for site in panel.sites if site.kind == "facet_joint"]
    x, y, w, h = panel.box
    parts = [
        f'<svg class="anatomy picks" viewBox="{x:g} {y:g} {w:g} {h + 22:g}" role="img" '
        f'aria-label="{escape(label)}">',
        _bones(region, "back"),
    ]
    for site in sites:
        painted = " painted" if (site.segment, site.side.value) in chosen else ""
        line = f' stroke-width="{site.width:g}"' if site.width else ""
        parts.append(
            f'<path class="pick{painted}{" line" if site.width else ""}"{line} d="{site.d}" '
            f'data-zone="{site.segment}" data-side="{site.side.value}">'
            f"<title>{site.segment} {site.side.value}</title></path>"
        )
    parts += [
        f'<text class="level" x="{mark.x:g}" y="{mark.y + 3:g}">{mark.text}</text>'
        for mark in panel.labels
    ]
    parts += [
        f'<text class="said" x="{x + w * 0.2:g}" y="{y + h + 16:g}">left</text>',
        f'<text class="said" x="{x + w * 0.8:g}" y="{y + h + 16:g}">right</text>',
        "</svg>",
    ]
    return Drawing("".join(parts))


def _site_title(site: spine.SiteShape, names: Mapping[str, str], p: float) -> str:
    side = "" if site.side is Side.MIDLINE else f" {site.side.value}"
    return escape(f"{names[site.kind]} {site.segment or ''}{side}: {p:.2f}".replace("  ", " "))


@cache
def _bones(region: str, view: spine.View) -> str:
    panel = spine.panel(region, view)
    said = [f'<path class="rib" d="{d}"/>' for d in panel.ribs]
    said += [f'<path class="bone" d="{d}"/>' for d in panel.bones]
    said += [f'<path class="hole" d="{d}"/>' for d in panel.holes]
    return "".join(said)


def shown_kinds(region: str) -> frozenset[str]:
    """Kinds that a spine drawing shows in either view."""
    return frozenset(
        site.kind for view in ("back", "front") for site in spine.panel(region, view).sites
    )


def bar_svg(value: float, interval: tuple[float, float] | None) -> Drawing:
    """A probability as a bar from 0 to 1, with its interval as a thin line."""
    span = ""
    if interval is not None:
        low, high = (100 * end for end in interval)
        span = (
            f'<path class="span" d="M{low:.1f} 5H{high:.1f}M{low:.1f} 2.5V7.5M{high:.1f} 2.5V7.5"/>'
        )
    return Drawing(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="10"/>'
        f'<rect class="fill" width="{100 * value:.1f}" height="10"/>{span}</svg>'
    )


def fall_svg(before: float, after: float, *, total: bool = False) -> Drawing:
    """One bar of a waterfall: filled where the chance rose, hollow where it fell."""
    low, high = sorted((before, after))
    kind = "total" if total else "up" if after >= before else "down"
    width = max(0.8, 100 * (high - low))
    return Drawing(
        '<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="ground" d="M0 0V12M25 0V12M50 0V12M75 0V12M100 0V12"/>'
        f'<rect class="{kind}" x="{100 * low:.1f}" y="2" width="{width:.1f}" height="8"/></svg>'
    )


__all__ = [
    "Dot",
    "Drawing",
    "bar_svg",
    "fall_svg",
    "figure_svg",
    "level_svg",
    "shade",
    "shown_kinds",
    "spine_svg",
    "zone_label",
]
