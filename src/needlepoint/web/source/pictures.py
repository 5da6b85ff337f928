"""The two pictures of a complaint: where it hurts, and where it may come from."""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.anatomy import Side
from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.chart import PainDrawing
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import ComplaintRecord, PatientRecord
from needlepoint.core.rules import lowered
from needlepoint.core.units import say_chance
from needlepoint.web.drawings.spine import View, focus, region_of
from needlepoint.web.drawings.svg import (
    Dot,
    Drawing,
    figure_svg,
    shade,
    shown_kinds,
    spine_svg,
    zone_label,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spine:
    """Spine from behind and from the front; or the whole figure where the spine has no part."""

    back: Drawing | None
    front: Drawing | None
    figure: Drawing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffDrawing:
    """A source that no place on the drawing shows."""

    label: str
    chance: str


def spine_of(one: ComplaintAssessment, opened: str) -> tuple[Spine, tuple[OffDrawing, ...]]:
    """Shade every site by the probability that it is a source."""
    frame, posterior = one.where.frame, one.where.posterior
    probability = {
        (site.kind, site.segment, site.side): float(p)
        for site, p in zip(frame.sites, posterior.sites, strict=True)
    }
    names = {kind: frame.anatomy.kinds[kind].label for kind in frame.anatomy.kinds}
    region = region_of(frame.presentation.region)
    if region is None:
        figure = figure_svg(
            frame.anatomy, {}, label="Where the sources lie, shaded by probability", you=False,
            part=focus(frame.presentation.region),
            dots=(
                Dot(
                    kind=kind,
                    side=side,
                    probability=p,
                    title=f"{names[kind]} {side.value}: {p:.2f}",
                )
                for (kind, _, side), p in probability.items()
            ),
        )  # fmt: skip
        return Spine(back=None, front=None, figure=figure), ()
    views: tuple[tuple[View, str], ...] = (("back", "behind"), ("front", "the front"))
    back, front = (
        spine_svg(
            region, view, probability, names=names, open_kind=opened,
            label=f"Spine and pelvis from {words}, sites shaded by probability",
        )
        for view, words in views
    )  # fmt: skip
    return Spine(back=back, front=front, figure=None), _off(one, region)


def _off(one: ComplaintAssessment, region: str) -> tuple[OffDrawing, ...]:
    """Kinds of some probability that this drawing does not show."""
    frame, posterior = one.where.frame, one.where.posterior
    shown = shown_kinds(region)
    left = [
        (float(p), kind)
        for kind, p in zip(frame.kinds, posterior.kinds, strict=True)
        if kind not in shown and shade(float(p)) > 0
    ]
    return tuple(
        OffDrawing(label=frame.anatomy.kinds[kind].label, chance=say_chance(p))
        for p, kind in sorted(left, reverse=True)
    )


def pain_drawing(
    record: PatientRecord, complaint: ComplaintRecord, knowledge: Knowledge
) -> tuple[Drawing | None, str]:
    """What was painted last, over what was painted before; None if nothing was ever drawn."""
    if complaint.drawing is None:
        return None, ""
    earlier = [
        entry.statement
        for entry in record.entries
        if isinstance(entry.statement, PainDrawing)
        and entry.id != complaint.drawing.entry
        and entry.statement.complaint in (None, complaint.complaint.name)
    ]
    last = complaint.drawing.statement
    classes = {place: "faded" for drawing in earlier for place in places_of(drawing, knowledge)}
    painted = places_of(last, knowledge)
    classes |= {place: "painted" for place in painted}
    words = sorted(lowered(zone_label(knowledge.anatomy, zone, side)) for zone, side in painted)
    label = f"Painted: {'; '.join(words)}." if words else "Nothing is painted."
    note = "" if last.complete else " Not finished, so blank zones say nothing."
    if any(name == "faded" for name in classes.values()):
        note += " Pale: painted earlier."
    return figure_svg(knowledge.anatomy, classes, label=label, you=False), f"{label}{note}"


def places_of(drawing: PainDrawing, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """Zone and side of every mark; a paired zone without a side stands for both."""
    marks = (*drawing.marks, *((drawing.worst,) if drawing.worst else ()))
    places: dict[tuple[str, str], None] = {}
    for mark in marks:
        zone = knowledge.anatomy.zones.get(mark.zone)
        if zone is None:
            continue
        sides = (mark.side or Side.BOTH).single if zone.paired else (Side.MIDLINE,)
        places |= {(zone.id, side.value): None for side in sides}
    return tuple(places)


__all__ = ["OffDrawing", "Spine", "pain_drawing", "places_of", "spine_of"]
