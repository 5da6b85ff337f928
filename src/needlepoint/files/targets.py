"""A target as it is typed: "left L4-L5 facet joint", "right L3 medial_branch", "hip left"."""

from __future__ import annotations

import re

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.files.typed import closest

_SIDES = {"l": "left", "r": "right", "b": "both", "bilateral": "both"}
_PLACE = re.compile(r"^[ctls]\d{1,2}(?:[-/][ctls]?\d{1,2})?$", re.IGNORECASE)


def parse_target(text: str, knowledge: Knowledge) -> BlockTarget:
    """Read a structure or a nerve with its level and side, in any order.

    Raises:
        NeedlepointError: a word names nothing, or a side or level is missing; says which.
    """
    side: Side | None = None
    place: str | None = None
    words: list[str] = []
    for word in text.lower().replace(",", " ").split():
        if (said := _SIDES.get(word, word)) in tuple(Side):
            side = Side(said)
        elif _PLACE.match(word):
            place = _written(word)
        else:
            words.append(word)
    name = "_".join(words)
    anatomy = knowledge.anatomy
    if name in anatomy.kinds:
        kind = anatomy.kinds[name]
        _check(text, name, place, kind.segments, side, paired=kind.paired)
        return BlockTarget(kind=name, segment=place, side=side)
    if name in anatomy.nerves:
        nerve = anatomy.nerves[name]
        _check(text, name, place, nerve.levels, side, paired=nerve.paired)
        return BlockTarget(nerve=name, level=place, side=side)
    known = (*anatomy.kinds, *anatomy.nerves)
    raise NeedlepointError(
        f"{text!r}: {name or 'nothing'!r} is no structure or nerve.{closest(name, known)} "
        "Write for example: left L4-L5 facet_joint."
    )


def _written(place: str) -> str:
    """L4-5 and L4/L5 are L4-L5."""
    first, _, second = place.upper().replace("/", "-").partition("-")
    if not second:
        return first
    return f"{first}-{second if second[0].isalpha() else first[0] + second}"


def _check(
    text: str,
    name: str,
    place: str | None,
    places: tuple[str, ...],
    side: Side | None,
    paired: bool,
) -> None:
    if places and place is None:
        raise NeedlepointError(f"{text!r}: a {name} has a level. Add one, for example {places[0]}.")
    if place is not None and place not in places:
        known = closest(place, places) or (f" It has {', '.join(places)}." if places else "")
        raise NeedlepointError(f"{text!r}: a {name} has no level {place}.{known}")
    if paired and side in (None, Side.MIDLINE):
        raise NeedlepointError(f"{text!r}: add the side: left, right or both.")
