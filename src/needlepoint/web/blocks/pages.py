"""What the list of blocks and the page of one block print."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from django.utils.timezone import localtime

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.chart import Chart, DiagnosticBlock, DiscLevel, Discogram, Entry
from needlepoint.core.errors import RefusedPlan
from needlepoint.core.inference.diary import readings_of
from needlepoint.core.inference.discography import is_disc_positive
from needlepoint.core.inference.reading import read_block
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import Tier, first_steps
from needlepoint.core.record import BlockRecord, PatientRecord, Said
from needlepoint.core.rules import situation
from needlepoint.core.technique.sheet import compare, sheet_of
from needlepoint.web.blocks.diary import Diary, State, diary_of, state_of
from needlepoint.web.blocks.effect import Moved, chosen, effect_of
from needlepoint.web.blocks.unseen import unseen
from needlepoint.web.links.diaries import diary_tally
from needlepoint.web.procedures.pages import complications
from needlepoint.web.procedures.plans import (
    came_from,
    label_of,
    performed,
    plans,
    reasons_of,
    targets_of,
)
from needlepoint.web.source.complaints import complaint_label

_WORDS = {"performed": "performed, no reading yet", "diary": "diary running", "read": "read"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """One line of the list."""

    entry: str
    label: str
    targets: str
    when: str
    state: str
    answer: str
    readings: str = ""  # of its diary: how many, and which are missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A block that the assessment would do next, and why."""

    name: str
    complaint: str
    pain: str  # which pain it asks about; empty where there is one
    label: str
    target: str
    why: str
    expected: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlocksPage:
    """Exactly what the list prints."""

    planned: tuple[BlockRow, ...]
    done: tuple[BlockRow, ...]
    proposals: tuple[Proposal, ...]
    others: tuple[tuple[str, str], ...]  # name and label of every block that fits a complaint
    has_complaint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscRow:
    """One disc under pressure, and the verdict of the criteria."""

    segment: str
    facts: tuple[tuple[str, str], ...]
    is_positive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the answer is."""

    relief: str
    hours: str
    within: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPage:
    """Exactly what the page of a performed block or discogram prints."""

    entry: str
    label: str
    targets: str
    when: str
    state: State
    is_discogram: bool
    facts: tuple[tuple[str, str], ...]
    differences: tuple[str, ...]
    reasons: tuple[str, ...]  # why it differs, as it was said
    has_plan: bool
    diary: Diary | None
    discs: tuple[DiscRow, ...]
    control: str
    read: Read | None
    readings: str  # how many, and which are missing
    unseen: str  # what the missing ones leave open
    moved: tuple[Moved, ...]
    next: tuple[str, str, str] | None  # tier, what, why
    complications: int
    complaint: str


def blocks_page(
    result: Assessment, knowledge: Knowledge, *, with_link: Collection[str] = ()
) -> BlocksPage:
    """Planned first, then performed, the latest first; then what the engine would do.

    Args:
        with_link: blocks whose diary the patient was given a link for.
    """
    record = result.record
    pending = [p for p in plans(record, knowledge) if p.is_block and p.done is None]
    several = len(result.complaints) > 1
    return BlocksPage(
        planned=tuple(
            BlockRow(
                entry=p.entry.id, label=p.label,
                targets=", ".join(str(t) for t in p.planned.targets),
                when=_when(p.entry, knowledge), state="planned", answer="",
            )
            for p in pending
        ),
        done=tuple(
            reversed(
                [row for e in performed(record) for row in _row(e, record, knowledge, with_link)]
            )
        ),
        proposals=tuple(
            p
            for one in result.complaints
            for p in _proposals(one, complaint_label(one, knowledge) if several else "")
        ),
        others=_others(result, knowledge),
        has_complaint=bool(result.complaints),
    )  # fmt: skip


def _when(e: Entry, knowledge: Knowledge) -> str:
    at = getattr(e.statement, "at", None)
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else "no day yet"


def _row(
    e: Entry, record: PatientRecord, knowledge: Knowledge, with_link: Collection[str]
) -> Iterator[BlockRow]:
    one, readings = e.statement, ""
    if isinstance(one, DiagnosticBlock):
        block = block_record(record, e.id)
        assert block is not None, "a performed block stands in the record"
        state = state_of(block, knowledge, record.as_of)
        read = _read(block, knowledge)
        word, answer = _WORDS[state], read.relief if read else ""
        if block.statement.diary or e.id in with_link:
            readings = str(diary_tally(e.id, record, knowledge, now=record.as_of) or "")
    elif isinstance(one, Discogram):
        positive = [d.segment for d in one.levels if is_disc_positive(d, knowledge)]
        word = "read"
        answer = f"positive: {', '.join(positive)}" if positive else "no disc positive"
    else:
        return
    yield BlockRow(
        entry=e.id, label=label_of(e, knowledge),
        targets=", ".join(str(t) for t in targets_of(e)),
        when=f"{localtime(e.occurred_at):%Y-%m-%d}", state=word, answer=answer, readings=readings,
    )  # fmt: skip


def block_record(record: PatientRecord, entry: str) -> BlockRecord | None:
    """The block with its diary; also one that belongs to no complaint."""
    for complaint in record.complaints:
        for block in complaint.blocks:
            if block.entry == entry:
                return block
    for e in record.entries:
        if e.id == entry and isinstance(e.statement, DiagnosticBlock):
            said = replace(e.statement, diary=readings_of(e.id, e.statement, record))
            return Said(entry=e.id, occurred_at=e.occurred_at, statement=said)
    return None


def _proposals(one: ComplaintAssessment, pain: str) -> Iterator[Proposal]:
    steps = [s for s in first_steps(one.plan.steps) if s.tier is Tier.BLOCK]
    for step in steps:
        yield Proposal(
            name=step.action, complaint=one.observed.complaint, pain=pain, label=step.label,
            target=step.target or "", why=step.why,
            expected=tuple((outcome, f"{p:.0%}") for outcome, p in step.expected),
        )  # fmt: skip


def _others(result: Assessment, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    here = {one.observed.presentation for one in result.complaints}
    found = {
        block.name: block.label
        for block in knowledge.blocks.values()
        if here & set(block.presentations) and block.name in knowledge.guidance.technique_of
    }
    regions = {knowledge.presentations[name].region for name in here}
    usual = {"lumbosacral": "lumbar", "cervical": "cervical", "thoracic": "thoracic"}
    wanted = {usual[region] for region in regions if region in usual}
    for technique in knowledge.guidance.techniques.values():
        if technique.group == "discography" and technique.region in wanted:
            found[technique.id] = technique.label
    return tuple(sorted(found.items(), key=lambda one: one[1]))


# --- one block ------------------------------------------------------------------------------------


def block_page(
    chart: Chart, result: Assessment, e: Entry, knowledge: Knowledge, *, has_link: bool = False
) -> BlockPage:
    """A performed block or discogram in the state it has reached.

    Args:
        has_link: whether the patient was given a link for its diary.
    """
    one, record = e.statement, result.record
    assert isinstance(one, DiagnosticBlock | Discogram), "a treatment has a page of its own"
    block = block_record(record, e.id) if isinstance(one, DiagnosticBlock) else None
    state: State = state_of(block, knowledge, record.as_of) if block else "read"
    complaint = chosen(result, one.complaint)
    asked = block is not None and (has_link or bool(block.statement.diary))
    told = diary_tally(e.id, record, knowledge, now=record.as_of) if asked else None
    plan = came_from(record, e, knowledge)
    return BlockPage(
        entry=e.id,
        label=label_of(e, knowledge),
        targets=", ".join(str(t) for t in targets_of(e)),
        when=f"{localtime(e.occurred_at):%Y-%m-%d %H:%M}",
        state=state,
        is_discogram=isinstance(one, Discogram),
        facts=_facts(one),
        differences=_differences(e, record, knowledge),
        reasons=reasons_of(record, e, knowledge),
        has_plan=plan is not None,
        diary=diary_of(block, knowledge) if block else None,
        discs=_discs(one, knowledge) if isinstance(one, Discogram) else (),
        control=_control(one, knowledge) if isinstance(one, Discogram) else "",
        read=_read(block, knowledge) if block else None,
        readings=str(told) if told else "",
        unseen=unseen(told, read_block(block.statement, knowledge)) if told and block else "",
        moved=effect_of(chart, result, e.id, one.complaint, knowledge),
        next=_next(complaint),
        complications=len(complications(record, knowledge, of=e.id)),
        complaint=complaint.observed.complaint if complaint else "",
    )


def _facts(one: DiagnosticBlock | Discogram) -> tuple[tuple[str, str], ...]:
    if isinstance(one, Discogram):
        return (("Sedation", one.sedation.replace("_", " ")),)
    agent = one.agent
    said = "not recorded"
    if agent is not None:
        strength = f" {agent.concentration_percent:g} %" if agent.concentration_percent else ""
        volume = f", {agent.volume_ml:g} ml a place" if agent.volume_ml else ""
        said = f"{agent.name}{strength}{volume}"
    return (
        ("Agent", said),
        *((("Steroid", one.steroid),) if one.steroid else ()),
        ("Contrast", one.contrast.replace("_", " ")),
        ("Guidance", one.guidance),
        ("Sedation", one.sedation.replace("_", " ")),
        ("Pain before", "not recorded" if one.nrs_before is None else f"{one.nrs_before:g}/10"),
    )


def _differences(e: Entry, record: PatientRecord, knowledge: Knowledge) -> tuple[str, ...]:
    """What was done differently from the sheet of the plan it came from."""
    plan = came_from(record, e, knowledge)
    if plan is None or not isinstance(e.statement, DiagnosticBlock):
        return ()
    try:
        sheet = sheet_of(
            situation(record, plan.planned, knowledge),
            diagnostic=plan.is_block,
        )
        return tuple(str(one) for one in compare(sheet, e.statement, knowledge))
    except RefusedPlan as refused:
        return (str(refused),)


def _read(block: BlockRecord, knowledge: Knowledge) -> Read | None:
    reading = read_block(block.statement, knowledge)
    if reading is None:
        return None
    low, high = max(reading.low, 0.0), min(reading.high, 1.0)
    one = block.statement
    from_diary = one.nrs_before is not None and bool(one.diary)
    return Read(
        relief=f"at least {low:.0%} relief"
        if reading.is_least
        else f"{reading.middle:.0%} relief ({low:.0%} to {high:.0%})",
        hours="" if reading.hours is None else f"half of it lasted {reading.hours:.2g} hours",
        within="From the readings within the agent's time."
        if from_diary
        else "As it was reported; no reading within the agent's time is on file.",
    )


def _discs(one: Discogram, knowledge: Knowledge) -> tuple[DiscRow, ...]:
    return tuple(
        DiscRow(
            segment=disc.segment, facts=tuple(_disc(disc)),
            is_positive=is_disc_positive(disc, knowledge),
        )
        for disc in one.levels
    )  # fmt: skip


def _disc(disc: DiscLevel) -> Iterator[tuple[str, str]]:
    yield "Pain", f"{disc.intensity:g}/10, {disc.concordance}"
    for name, value, unit in (
        ("Opening", disc.opening_pressure_psi, "psi"), ("At the pain", disc.pressure_psi, "psi"),
        ("Volume", disc.volume_ml, "ml"), ("Annular grade", disc.annular_grade, ""),
    ):  # fmt: skip
        yield name, "not recorded" if value is None else f"{value:g} {unit}".strip()


def _control(one: Discogram, knowledge: Knowledge) -> str:
    quiet = [d.segment for d in one.levels if not is_disc_positive(d, knowledge)]
    if quiet:
        return f"Control: {', '.join(quiet)} stayed negative."
    return "No control level stayed negative: what was provoked weighs less."


def _next(one: ComplaintAssessment | None) -> tuple[str, str, str] | None:
    steps = [s for s in first_steps(one.plan.steps) if s.tier is not Tier.SAFETY] if one else []
    if not steps:
        return None
    step = steps[0]
    return step.tier.value, f"{step.label}{f', {step.target}' if step.target else ''}", step.why


__all__ = ["BlockPage", "BlocksPage", "block_page", "block_record", "blocks_page"]
