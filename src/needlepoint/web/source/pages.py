"""What the pain source page prints, as one frozen type built by one pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.chart import State
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import NextStep, Option, Tier, first_steps
from needlepoint.core.plan.proposed import chances
from needlepoint.core.plan.unexamined import study_label
from needlepoint.core.units import say_chance
from needlepoint.web.drawings.svg import Drawing
from needlepoint.web.source.changes import Difference, difference
from needlepoint.web.source.complaints import complaint_label, complaint_of
from needlepoint.web.source.course import Course, pain_course
from needlepoint.web.source.differential import (
    Differential,
    differential,
)
from needlepoint.web.source.ledger import Ledger, ledger
from needlepoint.web.source.pictures import OffDrawing, Spine, pain_drawing, spine_of
from needlepoint.web.source.verdicts import VerdictPanel, verdict_panel

_UNKNOWN = 8  # questions shown; the examination page has them all
_STEPS = 4
_HOPEFUL = 0.25  # a chance of response that is worth a line before its blocks are done


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One complaint to choose."""

    name: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A finding that nobody looked for, what it would tell, and what was supposed of it."""

    name: str
    label: str
    how: str
    bits: str
    supposed: str  # "", present or absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do next."""

    tier: str
    label: str
    target: str
    why: str
    worth: str
    expected: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A treatment that waits for diagnostic blocks."""

    label: str
    blocks: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """Everything about the complaint that is shown."""

    label: str
    drawing: Drawing | None
    drawing_note: str
    course: Course | None
    spine: Spine
    off_drawing: tuple[OffDrawing, ...]
    differential: Differential
    ledger: Ledger
    unknown: tuple[Unknown, ...]
    steps: tuple[Step, ...]
    waiting: tuple[Waiting, ...]
    not_proposed: tuple[tuple[str, str], ...]
    mechanism: tuple[tuple[str, str], ...]
    difference: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentPage:
    """Exactly what the template prints."""

    verdicts: VerdictPanel
    choices: tuple[Choice, ...]
    current: str  # name of the complaint; empty if the chart has none
    pain: Pain | None
    is_elsewhere: bool  # another complaint was asked for than is shown
    is_supposed: bool
    as_of: datetime
    knowledge_version: str


def assessment_page(
    result: Assessment,
    knowledge: Knowledge,
    *,
    complaint: str = "",
    why: str = "",
    supposed: Mapping[str, State] | None = None,
    earlier: Assessment | None = None,
) -> AssessmentPage:
    """Lay an assessment out for the page.

    Args:
        complaint: which pain; the first if there is none of this name.
        why: the kind whose ledger is open; the most probable one if it is not on the list.
        supposed: findings that were supposed, not recorded; the page says so.
        earlier: the same chart as of an earlier day, for the difference.
    """
    chosen = complaint_of(result, complaint)
    return AssessmentPage(
        verdicts=verdict_panel(result.verdicts),
        choices=tuple(
            Choice(
                name=one.observed.complaint,
                label=complaint_label(one, knowledge),
                is_current=one is chosen,
            )
            for one in result.complaints
        ),
        current=chosen.observed.complaint if chosen else "",
        pain=_pain(result, chosen, knowledge, why, supposed or {}, earlier) if chosen else None,
        is_elsewhere=bool(complaint and chosen and chosen.observed.complaint != complaint),
        is_supposed=bool(supposed and chosen),
        as_of=result.as_of,
        knowledge_version=result.knowledge_version,
    )


def _pain(
    result: Assessment,
    one: ComplaintAssessment,
    knowledge: Knowledge,
    why: str,
    supposed: Mapping[str, State],
    earlier: Assessment | None,
) -> Pain:
    opened = why if why in one.where.frame.kinds else one.where.leading_kind
    before = next(
        (c for c in (earlier.complaints if earlier else ())
         if c.observed.complaint == one.observed.complaint),
        None,
    )  # fmt: skip
    spine, off = spine_of(one, opened)
    said = next(c for c in result.record.complaints if c.complaint.name == one.observed.complaint)
    drawing, note = pain_drawing(result.record, said, knowledge)
    return Pain(
        label=complaint_label(one, knowledge),
        drawing=drawing,
        drawing_note=note,
        course=pain_course(result.record, said, knowledge),
        spine=spine,
        off_drawing=off,
        differential=differential(one, opened),
        ledger=ledger(one, opened, knowledge),
        unknown=_unknown(one, knowledge, supposed),
        steps=_steps(one.plan.steps),
        waiting=_waiting(one),
        not_proposed=_not_proposed(one, knowledge),
        mechanism=tuple((k, say_chance(p)) for k, p in one.mechanism.probability.items())
        if one.mechanism.contributions
        else (),
        difference=difference(before, one) if before else None,
    )


def _unknown(
    one: ComplaintAssessment, knowledge: Knowledge, supposed: Mapping[str, State]
) -> tuple[Unknown, ...]:
    """What was supposed stays on the list, so that it can be taken back."""
    asked = sorted(
        (s for s in one.plan.steps if s.tier is Tier.EXAMINE and s.action in knowledge.findings),
        key=lambda s: -s.information_bits,
    )
    bits = {s.action: f"{s.information_bits:.2f} bit" for s in asked}
    names = [*supposed, *(name for name in bits if name not in supposed)]
    return tuple(
        Unknown(
            name=name,
            label=knowledge.findings[name].label,
            how=knowledge.findings[name].how,
            bits=bits.get(name, ""),
            supposed=supposed[name].value if name in supposed else "",
        )
        for name in names[: max(_UNKNOWN, len(supposed) + 4)]
        if name in knowledge.findings
    )


def _steps(steps: tuple[NextStep, ...]) -> tuple[Step, ...]:
    """The first of each tier, in the order in which to do them."""
    shown = first_steps(steps)
    return tuple(
        Step(
            tier=step.tier.value,
            label=step.label,
            target=step.target or "",
            why=step.why,
            worth="" if step.tier is Tier.SAFETY else f"{step.value:.3f}",
            expected=tuple((outcome, f"{p:.0%}") for outcome, p in chances(step)),
        )
        for step in shown[: max(_STEPS, sum(s.tier is Tier.SAFETY for s in shown) + 2)]
    )


def _waiting(one: ComplaintAssessment) -> tuple[Waiting, ...]:
    """What a positive block would open: the best of each kind, and nothing that is ruled out."""
    gated: dict[str, Option] = {}
    for option in one.plan.options:
        if option.blocks_missing and not option.is_closed and option.expected_response >= _HOPEFUL:
            gated.setdefault(option.category.value, option)
    return tuple(
        Waiting(
            label=option.therapy.label,
            blocks=f"{option.blocks_missing} positive diagnostic "
            f"{'block' if option.blocks_missing == 1 else 'blocks'}",
            expected=f"{option.expected_response:.0%}",
        )
        for option in list(gated.values())[:2]
    )


def _not_proposed(one: ComplaintAssessment, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """What was left out because the chart stands against it; not what would merely tell little."""
    places: dict[tuple[str, str], list[str]] = {}
    for left in one.plan.not_proposed:
        if not left.why.startswith("Whatever it showed"):
            named = places.setdefault((_action_label(left.action, knowledge), left.why), [])
            named += [left.target] if left.target else []
    told = [(f"{label}{_placed(where)}", why) for (label, why), where in places.items()]
    return tuple(told[:6])


def _placed(targets: list[str]) -> str:
    """The same test at several places is one line."""
    if not targets:
        return ""
    more = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    return f", {targets[0]}{more}"


def _action_label(action: str, knowledge: Knowledge) -> str:
    known = (
        knowledge.blocks.get(action)
        or knowledge.findings.get(action)
        or knowledge.therapies.get(action)
    )
    return known.label if known else study_label(action)


__all__ = ["AssessmentPage", "Pain", "Step", "Unknown", "assessment_page"]
