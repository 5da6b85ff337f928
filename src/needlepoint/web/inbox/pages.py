"""What patients told and nobody has gone through, and what one patient told, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from needlepoint.core.chart import (
    Allergy,
    Complaint,
    Condition,
    EarlierTreatment,
    Entry,
    ImplantedDevice,
    Medication,
    Role,
    State,
    Symptom,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.medicines import resolve
from needlepoint.core.record import PatientRecord
from needlepoint.store.models import Intake
from needlepoint.web.story.sentences import sentence

_TITLES: Mapping[str, str] = {
    "complaint": "Complaints",
    "symptom": "Questions answered",
    "medication": "Medicines",
    "allergy": "Allergies",
    "condition": "Conditions",
    "implanted_device": "Implants",
    "earlier_treatment": "Treatments tried",
}
_WITH_STATE = Symptom | Medication | Allergy | Condition | ImplantedDevice
Confirmable = (
    Complaint | Symptom | Medication | Allergy | Condition | ImplantedDevice | EarlierTreatment
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One intake."""

    patient_id: UUID
    name: str
    state: str
    at: datetime
    is_raised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryLine:
    """A diary with missing readings whose link is still open."""

    patient_id: UUID
    name: str
    block: str  # its entry
    at: datetime
    readings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One statement of the patient that no clinician has confirmed or corrected."""

    entry: str
    says: str
    at: datetime
    asks: str  # what is not clear in it
    has_opposite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    lines: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPage:
    """Exactly what the page prints."""

    groups: tuple[Group, ...]
    count: int
    intakes: tuple[InboxRow, ...]


def inbox_rows(intakes: Iterable[Intake], names: Mapping[UUID, str]) -> tuple[InboxRow, ...]:
    """What cannot wait first, then what was handed in, then what is being answered."""
    rows = [_row(one, names.get(one.patient_id, "")) for one in intakes]
    return tuple(sorted(rows, key=lambda r: (not r.is_raised, r.state != "handed in", r.at)))


def _row(one: Intake, name: str) -> InboxRow:
    handed_in = one.submitted_at is not None
    return InboxRow(
        patient_id=one.patient_id, name=name,
        state="handed in" if handed_in else "being answered",
        at=one.submitted_at or one.changed_at,
        is_raised=one.raised_at is not None and one.seen_at is None,
    )  # fmt: skip


def told(record: PatientRecord, knowledge: Knowledge, intakes: tuple[InboxRow, ...]) -> ToldPage:
    """Everything that the patient said and that can be confirmed, by kind."""
    entries = unconfirmed(record)
    groups = [
        Group(title=title, lines=tuple(_told(e, knowledge) for e in entries
                                       if e.statement.kind == kind))
        for kind, title in _TITLES.items()
    ]  # fmt: skip
    shown = tuple(group for group in groups if group.lines)
    return ToldPage(groups=shown, count=len(entries), intakes=intakes)


def unconfirmed(record: PatientRecord) -> tuple[Entry, ...]:
    """Statements in the patient's own name that still stand."""
    return tuple(
        e for e in record.entries
        if e.role is Role.PATIENT and isinstance(e.statement, Confirmable)
    )  # fmt: skip


def _told(entry: Entry, knowledge: Knowledge) -> Told:
    one = entry.statement
    asks = ""
    if isinstance(one, Medication) and one.state is State.PRESENT:
        asks = resolve(one.name, knowledge.guidance.vocabulary).question or ""
    opposite = isinstance(one, _WITH_STATE) and one.state is not State.UNEXAMINED
    return Told(
        entry=entry.id, says=sentence(one, knowledge), at=entry.occurred_at, asks=asks,
        has_opposite=opposite and _name(one) not in ("none", "other"),  # of everything else
    )  # fmt: skip


def _name(one: object) -> str:
    return str(getattr(one, "name", "") or getattr(one, "substance", ""))


__all__ = [
    "DiaryLine", "Group", "InboxRow", "Told", "ToldPage", "inbox_rows", "told", "unconfirmed",
]  # fmt: skip
