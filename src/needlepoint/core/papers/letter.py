"""The letter to the referring clinician: what was found, how sure it is, what is planned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.chart import Decision
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.papers.model import (
    Identity,
    Paper,
    Section,
    Sentence,
    cited,
    computed,
    from_chart,
    full_sources,
    missing,
)
from needlepoint.core.papers.patient import is_held, planned_at
from needlepoint.core.papers.words import chance, places, side_words
from needlepoint.core.plan import Standing, Tier
from needlepoint.core.rules import Outcome, lowered

_SOURCES, _LEAST = 4, 0.05  # sources named, and the least probability worth a line
# Signing a paper or going on in spite of a hold is no decision about treatment.
_BITS = re.compile(r"; tells [0-9.]+ bits")  # a measure for the clinic, not for a letter
_NO_ANSWERS = ("paper:", "hold:")


def letter(result: Assessment, identity: Identity, knowledge: Knowledge) -> Paper:
    """Say what the chart supports saying, complaint by complaint."""
    sections = [Section(heading="Red flags", sentences=tuple(_flags(result)))]
    for one in result.complaints:
        sections += _complaint(one, result, knowledge)
    if result.planned:
        told = tuple(_planned(plan, result) for plan in result.planned)
        sections.append(Section(heading="Planned", sentences=told))
    sections.append(Section(heading="Decisions", sentences=tuple(_decisions(result))))
    return Paper(
        kind="letter",
        title="Letter to the referring clinician",
        language="en",
        identity=identity,
        as_of=result.as_of,
        sections=tuple(sections),
        sign=("Physician",),
        sources=full_sources(sections, knowledge),
        knowledge_version=result.knowledge_version,
    )


def _flags(result: Assessment) -> Iterator[Sentence]:
    raised = [v for v in result.verdicts if v.outcome is Outcome.HOLD]
    for v in raised:
        says = " ".join(reason.says for reason in v.reasons)
        rests_on = [name for reason in v.reasons for name in reason.rests_on]
        entries = [entry for reason in v.reasons for entry in reason.entries]
        yield cited(f"{v.label}: {says} {v.do or ''}".strip(), rests_on, *entries)
    unknown = [lowered(v.label) for v in result.verdicts if v.outcome is Outcome.CANNOT_TELL]
    if unknown:
        yield missing(f"Not yet asked for: {', '.join(unknown)}.")
    if not raised and not unknown:
        yield computed("All were asked for, and none is raised.")


def _complaint(
    one: ComplaintAssessment, result: Assessment, knowledge: Knowledge
) -> Iterator[Section]:
    label = knowledge.presentations[one.observed.presentation].label
    side = f", {side_words(one.observed.side)}" if one.observed.side else ""
    yield Section(heading=f"{label}{side}", sentences=tuple(_findings(one, knowledge)))
    yield Section(
        heading="Most probable sources",
        columns=("Source", "Probability", "Interval", "Place"),
        rows=tuple(_sources(one)),
    )
    yield Section(heading="Next", sentences=tuple(_next(one)))


def _findings(one: ComplaintAssessment, knowledge: Knowledge) -> Iterator[Sentence]:
    for state, observations in (("Present", one.observed.present), ("Absent", one.observed.absent)):
        named = []
        entries: list[str] = []
        for o in observations:
            finding = knowledge.findings.get(o.name)
            label = lowered(finding.label if finding else o.name.replace("_", " "))
            side = side_words(o.side) if o.side else None
            where = ", ".join(str(part) for part in (side, o.segment, o.grade) if part)
            named.append(f"{label}{f' ({where})' if where else ''}")
            entries += o.entries
        if named and entries:
            yield from_chart(f"{state}: {'; '.join(named)}.", *dict.fromkeys(entries))
    for block in one.where.blocks.blocks if one.where.blocks else ():
        where = places(block.record.statement.targets)
        yield from_chart(
            f"{block.block.label}, {where}, {block.record.occurred_at:%d %B %Y}: {block.answer}.",
            block.record.entry,
        )


def _sources(one: ComplaintAssessment) -> Iterator[tuple[Sentence, ...]]:
    frame, posterior = one.where.frame, one.where.posterior
    order = sorted(range(len(frame.kinds)), key=lambda k: -posterior.kinds[k])
    for k in order[:_SOURCES]:
        if posterior.kinds[k] < _LEAST:
            continue
        columns = frame.columns_of_kind[frame.kinds[k]]
        best = frame.patterns[int(columns[posterior.patterns[columns].argmax()])]
        interval = one.intervals.kinds[k] if one.intervals else None
        yield (
            computed(_capital(frame.anatomy.kinds[frame.kinds[k]].label)),
            computed(chance(posterior.kinds[k])),
            computed(f"{interval[0]:.2f} to {interval[1]:.2f}" if interval is not None else "-"),
            computed(f"{best.segment or ''} {side_words(best.side)}".strip()),
        )
    yield (
        computed("None nameable"),
        computed(chance(posterior.none)),
        computed("{:.2f} to {:.2f}".format(*one.intervals.none) if one.intervals else "-"),
        computed("-"),
    )


def _capital(label: str) -> str:
    return label[0].upper() + label[1:]


def _next(one: ComplaintAssessment) -> Iterator[Sentence]:
    steps = [step for step in one.plan.steps if step.tier is not Tier.SAFETY]
    for step in steps[:1]:
        target = f", {step.target}" if step.target else ""
        look = step.tier in (Tier.EXAMINE, Tier.IMAGE)
        what = f"Look for {lowered(step.label)}" if look else step.label
        yield computed(f"{what}{target}. {_BITS.sub('', step.why)}")
    if not steps:
        yield computed("No further test is worth its burden.")


def _planned(plan: Standing, result: Assessment) -> Sentence:
    """What is going to be done, where and when, and whether something holds it."""
    planned, at = plan.planned, planned_at(plan, result.record)
    where = places(planned.targets)
    day = f", planned for {at:%d %B %Y}" if at else ", the day is not fixed"
    held = " Something on file holds it." if is_held(plan) else ""
    says = f"{planned.technique.label}{f': {where}' if where else ''}{day}.{held}"
    return from_chart(says, planned.entry) if planned.entry else computed(says)


def _decisions(result: Assessment) -> Iterator[Sentence]:
    found = False
    for entry in result.record.entries:
        one = entry.statement
        if isinstance(one, Decision) and not one.about.startswith(_NO_ANSWERS):
            found = True
            word = "Accepted" if one.accepted else "Not accepted"
            reason = f": {one.reason.rstrip('.')}" if one.reason else ""
            about = one.about.replace("_", " ")
            yield from_chart(f"{word}, {entry.occurred_at:%d %B %Y}: {about}{reason}.", entry.id)
    if not found:
        yield missing("No decision is recorded yet.")
