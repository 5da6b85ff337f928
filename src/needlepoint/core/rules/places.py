"""Which places are aimed at: joints and not nerves, each with its side?

Payers count joints. The L4-L5 joint is reached by two nerves, so two needles may be one level, and
both sides of one joint are one level too.
"""

from __future__ import annotations

from collections.abc import Iterable

from needlepoint.core.anatomy import Anatomy, Side
from needlepoint.core.chart import BlockTarget

Place = tuple[str, str]  # L4-L5 or sacroiliac_joint; left, right, midline or nothing

_JOINT = "facet_joint"
_BRANCHES = ("medial_branch", "dorsal_ramus", "third_occipital_nerve")
_SACROILIAC = "sacroiliac_joint"
_AIMED_AT = {
    "lateral_branch": _SACROILIAC,
    "genicular_superomedial": "knee_joint",
    "genicular_superolateral": "knee_joint",
    "genicular_inferomedial": "knee_joint",
}


def places(targets: Iterable[BlockTarget], anatomy: Anatomy) -> frozenset[Place]:
    """Every place with each single side; branches are turned into the joints that they supply."""
    found: set[Place] = set()
    branches: dict[str, set[str]] = {}
    for target in targets:
        for side in _sides(target):
            if target.segment is None and target.nerve in _BRANCHES:
                name = f"{target.nerve}/{target.level}" if target.level else target.nerve
                branches.setdefault(side, set()).add(name)
            else:
                found.add((_place(target), side))
    for side, nerves in branches.items():
        if (_SACROILIAC, side) in found:
            nerves -= {"dorsal_ramus/L5"}  # it belongs to that joint then
        joints = _joints(nerves, anatomy)
        found |= {(place, side) for place in joints or sorted(nerves)}
    return frozenset(one for one in found if one[0])


def _sides(target: BlockTarget) -> tuple[str, ...]:
    return tuple(side.value for side in target.side.single) if target.side else ("",)


def _place(target: BlockTarget) -> str:
    nerve = target.nerve or ""
    return target.segment or _AIMED_AT.get(nerve) or target.level or target.kind or nerve


def _joints(nerves: set[str], anatomy: Anatomy) -> list[str]:
    """Joints all of whose nerves are reached; those of a transitional spine are named by hand."""
    return [
        supply.segment
        for supply in anatomy.supplies_of_kind.get(_JOINT, ())
        if supply.segment is not None
        and "L6" not in supply.segment
        and set(supply.nerves) <= nerves
    ]


def same_place(one: frozenset[Place], other: frozenset[Place]) -> bool | None:
    """Whether two procedures share a place; None where one does not say where it was.

    A side that was not said may be either.
    """
    if not one or not other:
        return None
    if one & other:
        return True
    unsided = {place for place, side in one | other if not side}
    shared = {place for place, _ in one} & {place for place, _ in other}
    return None if shared & unsided else False


def vertebrae(targets: Iterable[BlockTarget]) -> frozenset[str]:
    """The vertebral bodies at the levels aimed at."""
    found: set[str] = set()
    for target in targets:
        found |= set((target.segment or target.level or "").split("-"))
    return frozenset(found - {""})


def touch(segment: str, targets: Iterable[BlockTarget]) -> bool:
    """Whether a level shares a vertebra with any of those aimed at: L5 with L4-L5 and L5-S1."""
    return bool(set(segment.split("-")) & vertebrae(targets))


def rank(place: str) -> tuple[int, int]:
    """Where a level lies from head to foot."""
    digits = "".join(c for c in place.split("-")[0] if c.isdigit())
    return "CTLS".find(place[0].upper()), int(digits or 0)


def sides_fit(one: Side | None, other: Iterable[BlockTarget]) -> bool | None:
    """Whether a pain on one side is treated on that side; None where either is not said."""
    aimed = {side for target in other if target.side for side in target.side.single}
    if one is None or not aimed:
        return None
    wanted = set(one.single)
    if Side.MIDLINE in wanted or aimed == {Side.MIDLINE}:
        return True
    return bool(wanted & aimed) and aimed - {Side.MIDLINE} <= wanted
