"""The payer packet: every criterion met, unmet or missing, with the entry that proves it."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import DiagnosticBlock, EarlierTreatment, Procedure
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
from needlepoint.core.plan import Standing
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.eligibility import CriterionLine, Eligibility
from needlepoint.core.rules.eligibility import Standing as Met


def payer_packet(
    one: Standing,
    record: PatientRecord,
    identity: Identity,
    knowledge: Knowledge,
    *,
    policy: str | None = None,
) -> Paper:
    """What each authority asks for before one procedure, and what the chart answers.

    Args:
        policy: only this authority's; all of them, side by side, if not given.
    """
    policies = [e for e in one.coverage if policy in (None, e.policy.id)]
    planned = one.planned
    where = "; ".join(str(target) for target in planned.targets)
    what = f"{planned.technique.label}{f': {where}' if where else ''}, {planned.at:%d %B %Y}."
    asked = from_chart(what, planned.entry) if planned.entry else computed(what)
    sections = [
        Section(heading="Requested", sentences=(asked,)),
        *(_policy(e, record) for e in policies),
    ]
    if not policies:
        none = computed("No policy on file speaks about this procedure.")
        sections.append(Section(heading="Policies", sentences=(none,)))
    sections.append(Section(heading="Earlier treatment", sentences=tuple(_history(record))))
    return Paper(
        kind="packet",
        title=f"Request: {planned.technique.label}",
        language="en",
        identity=identity,
        as_of=record.as_of,
        sections=tuple(sections),
        sign=("Physician",),
        sources=full_sources(sections, knowledge),
        knowledge_version=knowledge.version,
    )


def _policy(e: Eligibility, record: PatientRecord) -> Section:
    return Section(
        heading=f"{e.policy.authority}: {e.policy.title} ({e.standing.value})",
        columns=("Criterion", "Standing", "In the chart"),
        rows=tuple(_row(line, record) for line in e.lines),
    )


def _row(line: CriterionLine, record: PatientRecord) -> tuple[Sentence, ...]:
    mark = "" if line.verified else " *"
    return (
        cited(f"{line.says}{mark}", line.rests_on),
        computed(f"{line.standing.value}{' (advice)' if line.advisory else ''}"),
        _proof(line, record),
    )


def _proof(line: CriterionLine, record: PatientRecord) -> Sentence:
    """The value and the entries that prove it, or what is to be documented."""
    if line.standing is Met.MISSING:
        return missing(line.document or "Not recorded.")
    dated = [
        f"{e.id}, {e.occurred_at:%Y-%m-%d}, {e.author}"
        for e in record.entries
        if e.id in line.entries
    ]
    value = line.value or ""
    if not dated:
        return computed(value or "From the chart as a whole.")
    return from_chart(f"{value} [{'; '.join(dated)}]".strip(), *line.entries)


def _history(record: PatientRecord) -> Iterator[Sentence]:
    found = False
    for e in record.entries:
        one = e.statement
        match one:
            case EarlierTreatment():
                parts = [
                    one.treatment.replace("_", " ").capitalize(),
                    f"from {one.started:%Y-%m-%d}" if one.started else "not dated",
                    f"{one.duration_weeks:g} weeks" if one.duration_weeks is not None else None,
                    f"{one.relief_percent:g} % relief" if one.relief_percent is not None else None,
                    one.reason_stopped,
                ]
            case Procedure():
                parts = [
                    one.name.replace("_", " ").capitalize(),
                    "; ".join(str(t) for t in one.targets) or None,
                    f"{e.occurred_at:%Y-%m-%d}",
                    f"{one.relief_percent:g} % relief" if one.relief_percent is not None else None,
                    f"for {one.relief_weeks:g} weeks" if one.relief_weeks is not None else None,
                ]
            case DiagnosticBlock() if one.performed:
                relief = one.relief.percent if one.relief else None
                parts = [
                    one.block.replace("_", " ").capitalize(),
                    "; ".join(str(t) for t in one.targets),
                    f"{e.occurred_at:%Y-%m-%d}",
                    f"{relief:g} % relief" if relief is not None else None,
                ]
            case _:
                continue
        found = True
        yield from_chart(f"{', '.join(part for part in parts if part)}.", e.id)
    if not found:
        yield missing("No earlier treatment is recorded.")
