"""Level and side, picked on the spine, ticked in a table or typed: what was meant?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from needlepoint.core.anatomy import Kind, Side
from needlepoint.core.chart import BlockTarget
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.files.targets import parse_target
from needlepoint.web.drawings import spine
from needlepoint.web.drawings.boxes import Box
from needlepoint.web.drawings.svg import Drawing, level_svg

_SPINE = {"lumbar": "lumbosacral", "sacral": "lumbosacral", "cervical": "cervical",
          "thoracic": "thoracic"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One level with its boxes: left and right, or one where the structure is not paired."""

    level: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindPicker:
    """One structure with its levels and sides."""

    name: str  # of the check boxes
    label: str
    figure: Drawing | None
    rows: tuple[LevelRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """Everything that a technique can be aimed at, and a line to type instead."""

    kinds: tuple[KindPicker, ...]
    example: str
    typed: str


def picker(
    technique: Technique,
    knowledge: Knowledge,
    chosen: Iterable[BlockTarget] = (),
    *,
    typed: str = "",
) -> Picker:
    """The boxes of a technique. What was chosen is ticked; for a second look nothing is."""
    ticked = each_side(chosen)
    kinds = tuple(_kind(technique, one, ticked, knowledge) for one in _kinds(technique, knowledge))
    return Picker(kinds=kinds, example=_example(technique, knowledge), typed=typed)


def targets_from(
    technique: Technique, posted: Mapping[str, Sequence[str]], knowledge: Knowledge
) -> tuple[BlockTarget, ...]:
    """Boxes and typed line together, each target once.

    Raises:
        NeedlepointError: what was typed names nothing; says what to write.
    """
    found: list[BlockTarget] = []
    for kind in _kinds(technique, knowledge):
        offered = {f"{level}:{side}" for level in _levels(technique, kind) for side in Side}
        for value in posted.get(_name(kind), ()):
            if value in offered:
                level, _, side = value.partition(":")
                where = None if side == "midline" else Side(side)
                found.append(BlockTarget(kind=kind.id, segment=level or None, side=where))
    for text in re.split(r"[;,\n]", " ; ".join(posted.get("typed", ()))):
        if text.strip():
            found.append(parse_target(text, knowledge))
    return tuple(dict.fromkeys(found))


def each_side(targets: Iterable[BlockTarget]) -> frozenset[BlockTarget]:
    """Targets with "both" taken apart, so that two ways of saying the same are the same."""
    return frozenset(one for target in targets for one in _sides(target))


def mismatch(planned: Collection[BlockTarget], entered: Collection[BlockTarget]) -> str | None:
    """Why a second entry of level and side is refused; None if it says what was planned."""
    meant, said = each_side(planned), each_side(entered)
    if meant == said:
        return None
    if not said:
        return "Enter level and side again: pick them or type them. Nothing has been written down."
    missing, extra = _said(meant - said), _said(said - meant)
    parts = [f"not entered: {missing}"] if missing else []
    parts += [f"not planned: {extra}"] if extra else []
    return (
        f"STOP. This is not what was planned ({'; '.join(parts)}). Look at the patient, the mark, "
        "the consent and the picture. Nothing has been written down."
    )


def _said(targets: Iterable[BlockTarget]) -> str:
    return ", ".join(sorted(str(target) for target in targets))


def _sides(target: BlockTarget) -> Iterator[BlockTarget]:
    if target.side is Side.BOTH:
        yield replace(target, side=Side.LEFT)
        yield replace(target, side=Side.RIGHT)
    else:
        yield replace(target, side=None) if target.side is Side.MIDLINE else target


def _kinds(technique: Technique, knowledge: Knowledge) -> list[Kind]:
    if technique.targets in ("none", "lead"):
        return []
    return [knowledge.anatomy.kinds[name] for name in technique.kinds]


def _levels(technique: Technique, kind: Kind) -> tuple[str, ...]:
    """The levels at which the technique is done; one without a name where there are none."""
    if not kind.segments:
        return ("",)
    here = tuple(s for s in kind.segments if not technique.levels or s in technique.levels)
    return here or tuple(kind.segments)


def _name(kind: Kind) -> str:
    return f"levels-{kind.id}"


def _kind(
    technique: Technique, kind: Kind, ticked: frozenset[BlockTarget], knowledge: Knowledge
) -> KindPicker:
    chosen = {
        (t.segment or "", (t.side or Side.MIDLINE).value) for t in ticked if t.kind == kind.id
    }
    sides = [Side.LEFT, Side.RIGHT] if kind.paired else []
    if not kind.paired or not technique.sided:
        sides.append(Side.MIDLINE)
    rows = tuple(
        LevelRow(level=level, boxes=tuple(_box(level, side, chosen) for side in sides))
        for level in _levels(technique, kind)
    )
    return KindPicker(
        name=_name(kind), label=kind.label, rows=rows, figure=_figure(technique, kind, chosen)
    )


def _box(level: str, side: Side, chosen: set[tuple[str, str]]) -> Box:
    word = side.value if side is not Side.MIDLINE else "midline"
    return Box(
        value=f"{level}:{side.value}", zone=level, side=side.value, label=word,
        is_checked=(level, side.value) in chosen,
    )  # fmt: skip


def _figure(technique: Technique, kind: Kind, chosen: set[tuple[str, str]]) -> Drawing | None:
    """The spine from behind, where it shows this structure, or joints at its levels and sides."""
    region = _SPINE.get(technique.region)
    if region is None or not kind.segments:
        return None
    shown = {site.segment for site in spine.panel(region, "back").sites if site.segment}
    named = any(site.kind == kind.id for site in spine.panel(region, "back").sites)
    if not named and not (kind.paired and set(_levels(technique, kind)) <= shown):
        return None
    label = f"{kind.label}: tap level and side; the table beside it says the same"
    return level_svg(region, kind.id, chosen, label=label)


def _example(technique: Technique, knowledge: Knowledge) -> str:
    kinds = _kinds(technique, knowledge)
    if not kinds:
        return ""
    kind = kinds[0]
    level = next((s for s in reversed(_levels(technique, kind)) if "L6" not in s), "")
    return " ".join(w for w in ("left" if kind.paired else "", level, kind.id) if w)


__all__ = ["KindPicker", "Picker", "each_side", "mismatch", "picker", "targets_from"]
