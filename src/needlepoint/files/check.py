"""Is the knowledge base sound, and how much of it still rests on nothing we read?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import Estimate, Grounds, Knowledge, is_verified
from needlepoint.files.guidance_state import FolderState, StopState, folder_states, stop_state
from needlepoint.files.knowledge import KnowledgeFiles, read_knowledge
from needlepoint.files.references import all_estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """A number that no source or abstract we read supports, and why."""

    file: str
    field: str
    value: float
    why: str  # judged, recalled, secondary


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeReport:
    """Everything worth knowing about the state of the knowledge."""

    knowledge: Knowledge | None
    faults: tuple[tuple[str, Fault], ...]
    unverified: tuple[Unverified, ...]
    overdue: tuple[tuple[str, date], ...]  # file, when its review was due
    gaps: tuple[str, ...]
    numbers: int
    guidance: tuple[FolderState, ...] = ()
    stops: StopState | None = None
    technique_stops: StopState | None = None
    pump_stops: StopState | None = None


def check_knowledge(files: KnowledgeFiles, *, today: date) -> KnowledgeReport:
    """Read everything and report every fault, unverified value, overdue review and gap at once."""
    read = read_knowledge(files)
    knowledge = read.knowledge
    if knowledge is None:
        return KnowledgeReport(
            knowledge=None, faults=tuple(read.faults), unverified=(), overdue=(), gaps=(), numbers=0
        )
    estimates = list(all_estimates(knowledge))
    return KnowledgeReport(
        knowledge=knowledge,
        faults=tuple(read.faults),
        unverified=tuple(
            Unverified(file=file, field=path, value=e.value, why=_why(e, knowledge))
            for file, path, e in estimates
            if not is_verified(e, knowledge)
        ),
        overdue=tuple(_overdue(knowledge, today)),
        gaps=tuple(_gaps(knowledge)),
        numbers=len(estimates),
        guidance=folder_states(knowledge),
        stops=stop_state(knowledge),
        technique_stops=stop_state(knowledge, "technique"),
        pump_stops=stop_state(knowledge, "neuromodulation"),
    )


def _why(estimate: Estimate, knowledge: Knowledge) -> str:
    if estimate.judged or not estimate.rests_on:
        return "judged"
    seen = {knowledge.extracts[r].seen.value for r in estimate.rests_on if r in knowledge.extracts}
    return " and ".join(sorted(seen))


def _overdue(knowledge: Knowledge, today: date) -> Iterator[tuple[str, date]]:
    dated: list[tuple[str, Grounds]] = []
    for group in (
        knowledge.presentations,
        knowledge.findings,
        knowledge.blocks,
        knowledge.therapies,
    ):
        for item in group.values():
            dated += [(item.source_file, values) for values in item.values.values()]
    for referral in knowledge.referrals:
        dated += [(referral.source_file, values) for values in referral.values.values()]
    for file, values in dated:
        if values.review_by < today:
            yield file, values.review_by


def _gaps(knowledge: Knowledge) -> Iterator[str]:
    """Structures that nothing says enough about."""
    with_prior = {
        kind
        for presentation in knowledge.presentations.values()
        for table in presentation.values.values()
        for kind in table.kinds
    }
    supplied = {
        (supply.kind, nerve.split("/")[0])
        for supply in knowledge.anatomy.supplies
        for nerve in supply.nerves
    }
    blocked = {kind for block in knowledge.blocks.values() for kind in block.structures}
    blocked |= {
        kind
        for block in knowledge.blocks.values()
        for kind, nerve in supplied
        if nerve in block.nerves
    }
    found = {
        kind
        for finding in knowledge.findings.values()
        for tables in finding.values.values()
        for table in (*tables.grades.values(), *((tables.table,) if tables.table else ()))
        for kind in table.kinds
    }
    treated = {kind for therapy in knowledge.therapies.values() for kind in therapy.kinds}
    referred = {referral.kind for referral in knowledge.referrals}
    for kind in sorted(knowledge.anatomy.kinds.values(), key=lambda k: k.id):
        missing = [
            word
            for word, known in (
                ("prior", with_prior), ("finding", found), ("referral table", referred),
                ("block", blocked if kind.treatable_here else {kind.id}),
                ("therapy", treated if kind.treatable_here else {kind.id}),
            )
            if kind.id not in known
        ]  # fmt: skip
        if missing:
            yield f"{kind.id} has no {', no '.join(missing)}"
