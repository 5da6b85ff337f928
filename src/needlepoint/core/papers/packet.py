"""The payer packet: every criterion met, unmet or missing, with the entry that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from needlepoint.core.chart import DiagnosticBlock, EarlierTreatment, Entry, Procedure
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
from needlepoint.core.papers.patient import planned_at
from needlepoint.core.papers.words import places
from needlepoint.core.plan import Standing
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.eligibility import (
    CriterionLine,
    Eligibility,
    ToDocument,
    to_document,
)
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
    wanted = to_document(policies)
    number = {line: n for n, what in enumerate(wanted, start=1) for line in what.lines}
    planned = one.planned
    where, at = places(planned.targets), planned_at(one, record)
    day = f"planned for {at:%d %B %Y}" if at else "the day is not fixed"
    what = f"{planned.technique.label}{f': {where}' if where else ''}; {day}."
    asked = from_chart(what, planned.entry) if planned.entry else computed(what)
    proofs = _proofs(policies, record)
    sections = [
        Section(heading="Requested", sentences=(asked, *_marked(policies))),
        *(_policy(e, number, proofs) for e in policies),
    ]
    if not policies:
        none = computed("No policy on file speaks about this procedure.")
        sections.append(Section(heading="Policies", sentences=(none,)))
    if wanted:
        lines = tuple(_to_document(n, what) for n, what in enumerate(wanted, start=1))
        sections.append(Section(heading="Document this", sentences=lines))
    sections.append(Section(heading="Earlier treatment", sentences=tuple(_history(record))))
    if proofs:
        entries = {e.id: e for e in record.entries}
        told = tuple(_entry(n, entries[e]) for e, n in proofs.items())
        sections.append(Section(heading="Chart entries that prove it", sentences=told))
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


def _marked(policies: Iterable[Eligibility]) -> Iterator[Sentence]:
    if any(not line.verified for e in policies for line in e.lines):
        yield computed("* the criterion was not read in its own document: compare before use.")


Numbers = Mapping[tuple[str, str], int]  # policy and criterion: its line under Document this


def _to_document(n: int, what: ToDocument) -> Sentence:
    """One thing, and the criteria of each authority that wait for it."""
    for_whom = "; ".join(f"{name} ({', '.join(says)})" for name, says in what.serves)
    return missing(f"{n}. {what.says.rstrip('.')}. For {for_whom}.")


def _proofs(policies: Iterable[Eligibility], record: PatientRecord) -> dict[str, int]:
    """Every entry that proves something, numbered in the order first met."""
    standing = {e.id for e in record.entries}
    met = (e for one in policies for line in one.lines for e in line.entries if e in standing)
    return {entry: n for n, entry in enumerate(dict.fromkeys(met), start=1)}


def _entry(n: int, e: Entry) -> Sentence:
    """Day, author, what kind of entry it is, and its id in the chart."""
    one = e.statement
    named = next((v for f in _NAMES if isinstance(v := getattr(one, f, None), str)), "")
    what = f"{one.kind.replace('_', ' ')}{f', {named}' if named else ''}".replace("_", " ")
    return from_chart(f"E{n}. {e.occurred_at:%Y-%m-%d}, {e.author}: {what} (entry {e.id}).", e.id)


_NAMES = ("name", "block", "treatment", "technique", "instrument", "device", "about", "substance")


def _policy(e: Eligibility, number: Numbers, proofs: Mapping[str, int]) -> Section:
    return Section(
        heading=f"{e.policy.authority}: {e.policy.title} ({_SAID[e.standing]})",
        columns=("Criterion", "Standing", "In the chart"),
        rows=tuple(_row(line, proofs, number.get((e.policy.id, line.id))) for line in e.lines),
        widths=(5, 2, 5),
    )


_SAID = {Met.MET: "met", Met.UNMET: "not met", Met.MISSING: "to be documented",
         Met.INFORMS: "informs"}  # fmt: skip


def _row(
    line: CriterionLine, proofs: Mapping[str, int], number: int | None
) -> tuple[Sentence, ...]:
    mark = "" if line.verified else " *"
    is_open = line.standing is Met.MISSING and number is None
    standing = "not on file" if is_open else _SAID[line.standing]
    return (
        cited(f"{line.says}{mark}", line.rests_on),
        computed(f"{standing}{' (advice)' if line.advisory else ''}"),
        _proof(line, proofs, number),
    )


def _proof(line: CriterionLine, proofs: Mapping[str, int], number: int | None) -> Sentence:
    """The value and the entries that prove it, or the line that says what is to be documented."""
    if number is not None:
        return computed(f"Document this, line {number}.")
    if line.standing is Met.MISSING:  # another of its group decides, or it only informs
        return computed("Not needed for the decision.")
    entries = [entry for entry in line.entries if entry in proofs]
    value = "" if line.value in (None, "yes", "no") else str(line.value)
    if not entries:
        return computed(value or "From the chart as a whole.")
    told = ", ".join(f"E{proofs[entry]}" for entry in entries)
    return from_chart(f"{value} [{told}]".strip(), *entries)


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
                    places(one.targets) or None,
                    f"{e.occurred_at:%Y-%m-%d}",
                    f"{one.relief_percent:g} % relief" if one.relief_percent is not None else None,
                    f"for {one.relief_weeks:g} weeks" if one.relief_weeks is not None else None,
                ]
            case DiagnosticBlock() if one.performed:
                relief = one.relief.percent if one.relief else None
                parts = [
                    one.block.replace("_", " ").capitalize(),
                    places(one.targets),
                    f"{e.occurred_at:%Y-%m-%d}",
                    f"{relief:g} % relief" if relief is not None else None,
                ]
            case _:
                continue
        found = True
        yield from_chart(f"{', '.join(part for part in parts if part)}.", e.id)
    if not found:
        yield missing("No earlier treatment is recorded.")
