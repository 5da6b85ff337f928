"""The drawings hold every zone and site, on the right side."""

from __future__ import annotations

import re

import pytest

from needlepoint.core.anatomy import Side
from needlepoint.web.drawings.body import figure
from needlepoint.web.drawings.boxes import zone_boxes
from needlepoint.web.drawings.spine import on_body, panel
from needlepoint.web.drawings.svg import figure_svg, level_svg, shade
from needlepoint.web.shell.parts import knowledge

UNPAIRED = frozenset(z.id for z in knowledge().anatomy.zones.values() if not z.paired)
REGIONS = ("lumbosacral", "cervical", "thoracic")


def test_every_zone_can_be_painted_on_each_of_its_sides() -> None:
    """A zone that finer ones divide is painted through them."""
    anatomy = knowledge().anatomy
    drawn = {(z.zone, z.side) for view in ("front", "back") for z in figure(view, UNPAIRED).zones}
    divided = {z.part_of for z in anatomy.zones.values() if z.part_of}
    for zone in anatomy.zones.values():
        for side in ("left", "right") if zone.paired else ("midline",):
            assert (zone.id, side) in drawn or zone.id in divided, (zone.id, side)
    assert {zone for zone, _ in drawn} <= set(anatomy.zones)


def test_the_patients_left_is_on_our_right_only_from_the_front() -> None:
    for view, sign in (("front", 1), ("back", -1)):
        for zone in figure(view, UNPAIRED).zones:
            expected = {"left": sign, "right": -sign, "midline": 0}[zone.side]
            if expected:
                assert zone.centre[0] * expected > 0, (view, zone.zone, zone.side)
            else:
                assert abs(zone.centre[0]) < 1.5, zone.zone


def test_left_mirrors_right() -> None:
    for view in ("front", "back"):
        shapes = {(z.zone, z.side): z for z in figure(view, UNPAIRED).zones}
        for (zone, side), shape in shapes.items():
            if side == "left":
                other = shapes[zone, "right"].centre
                assert (-other[0], other[1]) == pytest.approx(shape.centre)


def test_the_list_of_boxes_says_all_that_the_figure_says() -> None:
    anatomy = knowledge().anatomy
    painted = [("groin", "left")]
    boxes = [b for g in zone_boxes(anatomy, painted) for z in g.zones for b in z.boxes]
    assert len(boxes) == len({b.value for b in boxes})
    assert {b.zone for b in boxes} == set(anatomy.zones)
    assert [b.value for b in boxes if b.is_checked] == ["groin:left"]
    picks = figure_svg(anatomy, {("groin", "left"): "painted"}, label="x", picks=True)
    drawn = set(re.findall(r'data-zone="(\w+)" data-side="(\w+)"', picks))
    assert drawn <= {(b.zone, b.side) for b in boxes}


def test_painting_a_whole_zone_paints_its_parts() -> None:
    svg = figure_svg(knowledge().anatomy, {("upper_buttock", "left"): "painted"}, label="x")
    assert set(re.findall(r'class="zone painted" data-zone="(\w+)"', svg)) == {
        "upper_inner_buttock", "upper_outer_buttock",
    }  # fmt: skip


def test_both_languages_say_whose_left_it_is() -> None:
    anatomy = knowledge().anatomy
    assert "your left" in figure_svg(anatomy, {}, label="x")
    assert "su izquierda" in figure_svg(anatomy, {}, label="x", language="es")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("view", ["front", "back"])
def test_sites_exist_in_the_anatomy_and_lie_on_their_side(region: str, view: str) -> None:
    anatomy = knowledge().anatomy
    sign = 1 if view == "front" else -1
    for site in panel(region, view).sites:  # type: ignore[arg-type]
        kind = anatomy.kinds[site.kind]
        if site.segment is not None:
            assert site.segment in kind.segments, site
        start = float(re.match(r"M(-?[\d.]+)", site.d).group(1))  # type: ignore[union-attr]
        if site.side is not Side.MIDLINE:
            assert kind.paired, site
            assert start * sign * (1 if site.side is Side.LEFT else -1) > 0, site


def test_every_kind_away_from_the_spine_exists() -> None:
    assert set(on_body()) <= set(knowledge().anatomy.kinds)


def test_a_deeper_shade_is_a_higher_probability() -> None:
    steps = [shade(p / 1000) for p in range(1001)]
    assert steps == sorted(steps) and steps[0] == 0 and steps[-1] == 7


def test_text_in_a_drawing_is_text() -> None:
    svg = figure_svg(knowledge().anatomy, {}, label='"><script>')
    assert "<script>" not in svg


@pytest.mark.parametrize(
    ("region", "kind"),
    [("lumbosacral", "facet_joint"), ("cervical", "facet_joint"), ("thoracic", "facet_joint"),
     ("lumbosacral", "pars_interarticularis"), ("lumbosacral", "interspinous")],
)  # fmt: skip
def test_the_level_picker_has_every_level_on_each_of_its_sides(region: str, kind: str) -> None:
    svg = level_svg(region, kind, [], label="x")
    drawn = set(re.findall(r'data-zone="([^"]+)" data-side="(\w+)"', svg))
    levels = {level for level, _ in drawn}
    sides = ("left", "right") if knowledge().anatomy.kinds[kind].paired else ("midline",)
    assert levels and drawn == {(level, side) for level in levels for side in sides}
    first = sorted(drawn)[0]
    assert level_svg(region, kind, [first], label="x").count("painted") == 1


def test_a_kind_without_levels_on_the_drawing_is_picked_by_its_facet_joints() -> None:
    assert "L4-L5" in level_svg("lumbosacral", "sacroiliac_joint", [], label="x")
