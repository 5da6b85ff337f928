"""Where do the needles go: which nerves, structures or levels, on which side?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from needlepoint.core.anatomy import Anatomy, Kind, Side, Site
from needlepoint.core.chart import BlockTarget
from needlepoint.core.errors import RefusedPlan
from needlepoint.core.knowledge import Guidance, Knowledge, Landmark, Technique

_ORDER = tuple(Side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """One place that a needle goes to: a nerve at its level, a structure, or a level."""

    place: str  # medial_branch/L3, sacroiliac_joint, facet_joint/L4-L5, vertebra/L4
    side: Side
    serves: tuple[Site, ...]  # what is reached by it; empty where a nerve was named by itself
    landmark: Landmark | None

    def __str__(self) -> str:
        name, _, level = self.place.partition("/")
        words = [level, name.replace("_", " ")]
        if self.side is not Side.MIDLINE:
            words.insert(0, self.side.value)
        return " ".join(word for word in words if word)


def aim(
    technique: Technique, targets: tuple[BlockTarget, ...], knowledge: Knowledge
) -> tuple[Needle, ...]:
    """Every place that a needle goes to, each once, from above to below, left before right.

    A facet joint becomes the two nerves that the anatomy's supply gives it; a nerve shared by two
    joints is met once. Leads and refills have no needle of this kind.

    Raises:
        RefusedPlan: no target, no side, or a structure or level that the technique does not have.
    """
    if technique.targets in ("none", "lead"):
        return ()
    if not targets:
        example = _example(technique, knowledge.anatomy)
        raise RefusedPlan(f"{technique.label}: name the target, for example {example}.")
    met: dict[tuple[str, Side], Needle] = {}
    for target in targets:
        for needle in _needles(technique, target, knowledge):
            key = (needle.place, needle.side)
            known = met.get(key)
            served = dict.fromkeys((*(known.serves if known else ()), *needle.serves))
            met[key] = replace(needle, serves=tuple(served))
    return tuple(sorted(met.values(), key=lambda one: _rank(one, technique, knowledge.anatomy)))


def _needles(technique: Technique, target: BlockTarget, knowledge: Knowledge) -> Iterator[Needle]:
    if target.nerve is not None:
        places, site, paired = _named_nerve(technique, target, knowledge)
    else:
        kind = _kind(technique, target, knowledge)
        _check_level(technique, kind, target, knowledge)
        places = _places(technique, kind, target, knowledge)
        site, paired = Site(kind=kind.id, segment=target.segment), kind.paired
    for side in _sides(technique, target, paired):
        serves = (replace(site, side=side),) if site is not None else ()
        for place in places:
            mark = next((m for m in technique.landmarks if place in m.at), None)
            yield Needle(place=place, side=side, serves=serves, landmark=mark)


def _sides(technique: Technique, target: BlockTarget, paired: bool) -> tuple[Side, ...]:
    if not paired:
        return (Side.MIDLINE,)
    if not technique.sided:  # said or not: a needle in the midline may lean to the painful side
        return (target.side or Side.MIDLINE).single
    if target.side in (None, Side.MIDLINE):
        raise RefusedPlan(f"{technique.label}, {target}: add the side: left, right or both.")
    assert target.side is not None
    return target.side.single


# --- by structure ---------------------------------------------------------------------------------


def _kind(technique: Technique, target: BlockTarget, knowledge: Knowledge) -> Kind:
    anatomy = knowledge.anatomy
    if target.kind is None:
        fits = [
            k for k in technique.kinds if target.segment in (anatomy.kinds[k].segments or ("",))
        ]
        if not fits:
            raise RefusedPlan(
                f"{technique.label}: name the structure, for example "
                f"{_example(technique, anatomy)}."
            )
        return anatomy.kinds[fits[0]]
    if target.kind not in technique.kinds:
        done = ", ".join(anatomy.kinds[k].label for k in technique.kinds)
        what = target.kind.replace("_", " ")
        near = _for_target(target, knowledge.guidance)
        raise RefusedPlan(f"{technique.label} is done for: {done}. Not for a {what}.{near}")
    return anatomy.kinds[target.kind]


def _for_target(target: BlockTarget, guidance: Guidance) -> str:
    fits = [
        t.label
        for t in guidance.techniques.values()
        if target.kind in t.kinds and (not t.levels or target.segment in (None, *t.levels))
    ]
    return f" For that: {', '.join(fits[:3])}." if fits else ""


def _check_level(
    technique: Technique, kind: Kind, target: BlockTarget, knowledge: Knowledge
) -> None:
    """The level is one of the structure's, and one of the technique's."""
    level = target.segment
    if not kind.segments:
        return
    if level is None:
        usual = (technique.levels or kind.segments)[0]
        raise RefusedPlan(f"{technique.label}: a {kind.label} has a level. Add it, as in {usual}.")
    if level not in kind.segments:
        if "-" in level and "-" not in kind.segments[0]:
            upper, lower = level.split("-")
            raise RefusedPlan(
                f"{technique.label}: a {kind.label} has one number, not {level}. "
                f"Say {upper} or {lower}, whichever is meant."
            )
        raise RefusedPlan(f"There is no {level} {kind.label}. It has {_range(kind.segments)}.")
    if technique.levels and level not in technique.levels:
        fits = [
            t.id
            for t in knowledge.guidance.techniques.values()
            if t.route == technique.route and t.group == technique.group and level in t.levels
        ]
        near = f" For {level}: {', '.join(fits)}." if fits else ""
        here = [one for one in technique.levels if one in kind.segments]
        raise RefusedPlan(f"{technique.label} is not done at {level}, but at {_range(here)}.{near}")


def _places(
    technique: Technique, kind: Kind, target: BlockTarget, knowledge: Knowledge
) -> tuple[str, ...]:
    level = target.segment
    match technique.targets:
        case "nerves":
            return _supplied(technique, kind, level, knowledge)
        case "vertebrae" if level is not None:
            return tuple(f"vertebra/{one}" for one in level.split("-"))
        case "segment" if technique.entry is not None and level != technique.entry:
            if "-" not in (level or ""):
                return (f"{technique.kinds[0]}/{technique.entry}",)
            return (f"{kind.id}/{level}",)
        case _:
            return (f"{kind.id}/{level}" if level is not None else kind.id,)


def _supplied(
    technique: Technique, kind: Kind, level: str | None, knowledge: Knowledge
) -> tuple[str, ...]:
    """The nerves that carry the pain and that the technique reaches, by the anatomy's table."""
    site = Site(kind=technique.supply_of or kind.id, segment=level)
    carried = knowledge.anatomy.nerves_of(site)
    met = tuple(nerve for nerve in carried if nerve.partition("/")[0] in technique.nerves)
    if met:
        return met
    single = [n for n in technique.nerves if not knowledge.anatomy.nerves[n].levels]
    if len(single) == len(technique.nerves) == 1:
        return (single[0],)
    names = ", ".join(knowledge.anatomy.nerves[n].label for n in technique.nerves[:4])
    raise RefusedPlan(
        f"{technique.label}: no nerve is on file for the {kind.label}. Name the nerve with its "
        f"level: {names}."
    )


# --- by nerve -------------------------------------------------------------------------------------


def _named_nerve(
    technique: Technique, target: BlockTarget, knowledge: Knowledge
) -> tuple[tuple[str, ...], Site | None, bool]:
    assert target.nerve is not None
    anatomy = knowledge.anatomy
    nerve = anatomy.nerves.get(target.nerve)
    if nerve is None or target.nerve not in technique.nerves:
        reached = ", ".join(anatomy.nerves[n].label for n in technique.nerves) or "no nerve"
        raise RefusedPlan(
            f"{technique.label} does not go to the {target.nerve.replace('_', ' ')}, but to: "
            f"{reached}."
        )
    if not nerve.levels:
        return (nerve.id,), None, nerve.paired
    reached_levels = _reached_levels(technique, nerve.id, anatomy)
    if target.level is None:
        raise RefusedPlan(f"{technique.label}: {nerve.label} has levels. Add one, as in L3.")
    if target.level not in nerve.levels:
        raise RefusedPlan(
            f"There is no {target.level} {nerve.label}. It has {_range(nerve.levels)}."
        )
    if reached_levels and target.level not in reached_levels:
        raise RefusedPlan(
            f"{technique.label} does not reach the {target.level} {nerve.label}, but "
            f"{', '.join(reached_levels)}."
        )
    return (f"{nerve.id}/{target.level}",), None, nerve.paired


def _reached_levels(technique: Technique, nerve: str, anatomy: Anatomy) -> tuple[str, ...]:
    """Levels of one nerve that supply what the technique treats, at its own levels."""
    reached = {
        name.partition("/")[2]
        for kind in ((technique.supply_of,) if technique.supply_of else technique.kinds)
        for segment in (anatomy.kinds[kind].segments or (None,))
        if segment is None or not technique.levels or segment in technique.levels
        for name in anatomy.nerves_of(Site(kind=kind, segment=segment))
        if name.partition("/")[0] == nerve
    }
    return tuple(level for level in anatomy.nerves[nerve].levels if level in reached)


# --- words and order ------------------------------------------------------------------------------


def _rank(needle: Needle, technique: Technique, anatomy: Anatomy) -> tuple[int, int, int]:
    name, _, level = needle.place.partition("/")
    if name in technique.nerves:
        order, first = anatomy.nerves[name].levels, technique.nerves.index(name)
    else:
        known = anatomy.kinds.get(name)
        order, first = (known.segments if known else technique.levels), 0
    return first, order.index(level) if level in order else 0, _ORDER.index(needle.side)


def _range(levels: tuple[str, ...] | list[str]) -> str:
    return ", ".join(levels) if len(levels) <= 8 else f"{levels[0]} to {levels[-1]}"


def _example(technique: Technique, anatomy: Anatomy) -> str:
    """A target that would be understood."""
    if not technique.kinds:
        nerve = anatomy.nerves[technique.nerves[0]]
        return f"left {nerve.label}"
    kind = anatomy.kinds[technique.kinds[0]]
    levels = [level for level in technique.levels or kind.segments if "L6" not in level]
    words = ["left" if kind.paired and technique.sided else "", levels[-1] if levels else ""]
    return " ".join(word for word in (*words, kind.label) if word)
