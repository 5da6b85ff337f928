"""The grid of findings: levels by sides, each cell with what can be read there and what was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from needlepoint.core.anatomy import Side
from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.chart import ImagingFinding, State
from needlepoint.core.findings.observe import knowledge_of
from needlepoint.core.knowledge import FindingKnowledge, Knowledge, in_force
from needlepoint.core.record import Said
from needlepoint.web.source.complaints import complaint_of
from needlepoint.web.source.suppose import finding_name

SIDES = ("left", "", "right")  # columns; the middle one is of what has no side
_VERTEBRAE = tuple(
    f"{part}{n}" for part, last in (("C", 8), ("T", 12), ("L", 6), ("S", 5))
    for n in range(1, last + 1)
)  # fmt: skip
_COLUMN = {"left": "left", "": "midline", "right": "right"}
_NAMES = {"mri": "MRI", "ct": "CT", "spect": "SPECT", "bone_scan": "bone scan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding in one cell."""

    key: str  # name, level and side, as the form sends it
    name: str
    segment: str
    side: str
    label: str
    how: str
    state: str  # present, absent, or empty: not read
    grade: str
    grades: tuple[str, ...]
    when: date | None
    bits: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What can be read at one level on one side."""

    column: str
    items: tuple[Item, ...]
    present: tuple[str, ...]  # in words, with grade
    absent: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One level, or the region as a whole."""

    level: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Exactly what the grid prints."""

    complaint: str
    label: str
    choices: tuple[tuple[str, str, bool], ...]
    modality: str
    modalities: tuple[tuple[str, str, bool], ...]
    rows: tuple[Row, ...]
    elsewhere: tuple[str, ...]  # standing statements that fit no cell, in words
    read: int
    total: int


def grid_of(
    result: Assessment,
    knowledge: Knowledge,
    *,
    complaint: str,
    modality: str,
    bits: Mapping[str, float],
    typed: Mapping[str, str] | None = None,
) -> Grid | None:
    """Lay out the findings of one complaint and one kind of image; None without a complaint.

    Args:
        bits: what reading a finding would tell, by name.
        typed: what a refused form held: it is shown instead of what stands.
    """
    one = complaint_of(result, complaint)
    if one is None:
        return None
    known = readable(one, knowledge)
    modalities = tuple(dict.fromkeys(f.modality or "mri" for f in known))
    modality = modality if modality in modalities else (*modalities, "mri")[0]
    standing = findings_of(result, one)
    items = tuple(
        _item(f, segment, side, standing, bits, typed)
        for f in known
        if (f.modality or "mri") == modality
        for segment, side in places(f, one)
    )
    return Grid(
        complaint=one.observed.complaint,
        label=knowledge.presentations[one.observed.presentation].label,
        choices=tuple(
            (c.observed.complaint, knowledge.presentations[c.observed.presentation].label, c is one)
            for c in result.complaints
        ),
        modality=modality,
        modalities=tuple((m, modality_label(m), m == modality) for m in modalities),
        rows=tuple(_rows(items)),
        elsewhere=tuple(_elsewhere(standing, items, knowledge)),
        read=sum(bool(item.state) for item in items),
        total=len(items),
    )


def readable(one: ComplaintAssessment, knowledge: Knowledge) -> tuple[FindingKnowledge, ...]:
    """What an image can show in this complaint."""
    return tuple(
        f for f in knowledge_of(one.observed.presentation, knowledge) if f.station == "imaging"
    )


def findings_of(result: Assessment, one: ComplaintAssessment) -> tuple[Said[ImagingFinding], ...]:
    """What stands about images of this complaint."""
    name = one.observed.complaint
    record = next(c for c in result.record.complaints if c.complaint.name == name)
    return tuple(
        Said(entry=said.entry, occurred_at=said.occurred_at, statement=said.statement)
        for said in record.findings
        if isinstance(said.statement, ImagingFinding)
        and said.statement.state is not State.UNEXAMINED
    )


def places(finding: FindingKnowledge, one: ComplaintAssessment) -> tuple[tuple[str, str], ...]:
    """Cells of a finding: level and side, each empty where the finding has none."""
    levels = _levels(finding, one) if finding.levelled else ("",)
    sides = ("left", "right") if finding.sided else ("",)
    return tuple((level, side) for level in levels for side in sides)


def covering(
    standing: Iterable[Said[ImagingFinding]], name: str, segment: str, side: str
) -> Said[ImagingFinding] | None:
    """The statement that speaks for a cell: of the cell itself, or of more than it.

    Absent without a level is absent at every level. Present without one is present somewhere, which
    speaks for no cell.
    """
    mine = [said for said in standing if said.statement.name == name]
    exact = [s for s in mine if place_of(s.statement) == (segment, side)]
    if exact:
        return exact[-1]
    wider = [s for s in mine if _speaks_for(s.statement, segment, side)]
    return wider[-1] if wider else None


def place_of(finding: ImagingFinding) -> tuple[str, str]:
    """Level and side as a cell has them."""
    side = finding.side
    return (finding.segment or "", side.value if side in (Side.LEFT, Side.RIGHT) else "")


def _speaks_for(finding: ImagingFinding, segment: str, side: str) -> bool:
    absent = finding.state is State.ABSENT
    level = (finding.segment or "") == segment or (absent and finding.segment is None)
    both = finding.side is Side.BOTH or (finding.side is None and absent)
    return level and (both or place_of(finding)[1] == side)


def modality_label(modality: str) -> str:
    return _NAMES.get(modality, modality.replace("_", " "))


def grades_of(finding: FindingKnowledge) -> tuple[str, ...]:
    """The grades that the knowledge tells apart."""
    tables = in_force(finding.values, date.max) if finding.values else None
    return tuple(tables.grades) if tables else ()


def _levels(finding: FindingKnowledge, one: ComplaintAssessment) -> tuple[str, ...]:
    """Segments between vertebrae where the finding's structures have them, or else vertebrae."""
    frame = one.where.frame
    tables = in_force(finding.values, date.max) if finding.values else None
    kinds: set[str] = set()
    if tables is not None:
        for table in (tables.table, *tables.grades.values()):
            kinds |= set(table.kinds) if table else set()
    mine = {s.segment for s in frame.sites if s.kind in kinds and s.segment}
    every = {s.segment for s in frame.sites if s.segment}
    between = {s for s in mine if "-" in s} or mine or {s for s in every if "-" in s}
    return tuple(sorted(between, key=_height))


def _height(segment: str) -> float:
    """From the head down; a segment lies below its upper vertebra."""
    upper, dash, _ = segment.partition("-")
    place = _VERTEBRAE.index(upper) if upper in _VERTEBRAE else len(_VERTEBRAE)
    return place + (0.5 if dash else 0.0)


def _item(
    f: FindingKnowledge,
    segment: str,
    side: str,
    standing: tuple[Said[ImagingFinding], ...],
    bits: Mapping[str, float],
    typed: Mapping[str, str] | None,
) -> Item:
    name = finding_name(f)
    key = f"{name}.{segment}.{side}"
    said = covering(standing, name, segment, side)
    state = said.statement.state.value if said else ""
    grade = (said.statement.grade or "") if said else ""
    if typed is not None:
        state, grade = typed.get(f"s.{key}", state), typed.get(f"g.{key}", grade)
    return Item(
        key=key,
        name=name,
        segment=segment,
        side=side,
        label=short(f.label),
        how=f.how,
        state=state,
        grade=grade,
        grades=grades_of(f),
        when=said.occurred_at.date() if said else None,
        bits=bits.get(name),
    )


def short(label: str) -> str:
    """A finding's name without the kind of image, which stands above the grid."""
    for tail in (" on CT or MRI", " on MRI", " on CT", " on a radiograph", " on SPECT/CT",
                 " on SPECT", " on bone scan", " on a bone scan", " on imaging"):  # fmt: skip
        label = label.removesuffix(tail)
    return label


def _rows(items: tuple[Item, ...]) -> Iterable[Row]:
    levels = sorted({item.segment for item in items if item.segment}, key=_height)
    for level in ("", *levels):
        here = [item for item in items if item.segment == level]
        if here:
            yield Row(
                level=level or "Region",
                cells=tuple(_cell(side, [i for i in here if i.side == side]) for side in SIDES),
            )


def _cell(side: str, items: list[Item]) -> Cell:
    ordered = sorted(items, key=lambda i: (-(i.bits or 0.0), i.label))
    return Cell(
        column=_COLUMN[side],
        items=tuple(ordered),
        present=tuple(
            f"{i.label}, {i.grade}" if i.grade else i.label for i in items if i.state == "present"
        ),
        absent=sum(i.state == "absent" for i in items),
        unread=sum(not i.state for i in items),
    )


def _elsewhere(
    standing: tuple[Said[ImagingFinding], ...], items: tuple[Item, ...], knowledge: Knowledge
) -> Iterable[str]:
    """Present without a level or a side: said, and not lost."""
    names = {item.name for item in items}
    cells = {(item.name, item.segment, item.side) for item in items}
    for said in standing:
        one = said.statement
        if one.name not in names or (one.name, *place_of(one)) in cells:
            continue
        if one.state is State.ABSENT or one.side is Side.BOTH:
            continue
        words = (short(knowledge.findings[one.name].label), one.segment, one.grade)
        yield ", ".join(word for word in words if word)


__all__ = [
    "Cell",
    "Grid",
    "Item",
    "Row",
    "covering",
    "findings_of",
    "grades_of",
    "grid_of",
    "modality_label",
    "place_of",
    "places",
    "readable",
    "short",
]
