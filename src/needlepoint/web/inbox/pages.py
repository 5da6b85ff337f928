"""What patients told and nobody has gone through, and what one patient told, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from needlepoint.core.plan.earlier import therapy_words
from needlepoint.core.record import PatientRecord
from needlepoint.core.words import plain
from needlepoint.store.models import Intake
from needlepoint.web.phone.words import LISTS, two_languages
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
    has_name: bool  # a medicine, a substance or a treatment may be called by its right name
    reads: str = ""  # as which medicine it is read
    typed: str = ""  # the right name as it was typed, where the form is shown again
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    lines: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPage:
    """Exactly what the page prints."""

    groups: tuple[Group, ...]
    count: int
    questions: int  # lines that are not clear
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


def told(
    record: PatientRecord, knowledge: Knowledge, intakes: tuple[InboxRow, ...],
    typed: Mapping[str, tuple[str, str]] | None = None,
) -> ToldPage:  # fmt: skip
    """Everything that the patient said and that can be confirmed, by kind.

    Args:
        typed: entry id to the name that was typed for it and what is wrong with that.
    """
    entries, shown_again = unconfirmed(record), typed or {}
    groups = [
        Group(title=title, lines=tuple(_with(_told(e, knowledge), shown_again) for e in entries
                                       if e.statement.kind == kind))
        for kind, title in _TITLES.items()
    ]  # fmt: skip
    shown = tuple(group for group in groups if group.lines)
    questions = sum(bool(line.asks) for group in shown for line in group.lines)
    return ToldPage(groups=shown, count=len(entries), questions=questions, intakes=intakes)


def _with(line: Told, typed: Mapping[str, tuple[str, str]]) -> Told:
    name, error = typed.get(line.entry, ("", ""))
    return replace(line, typed=name, error=error)


def unconfirmed(record: PatientRecord) -> tuple[Entry, ...]:
    """Statements in the patient's own name that still stand."""
    return tuple(
        e for e in record.entries
        if e.role is Role.PATIENT and isinstance(e.statement, Confirmable)
    )  # fmt: skip


def _told(entry: Entry, knowledge: Knowledge) -> Told:
    one = entry.statement
    opposite = isinstance(one, _WITH_STATE) and one.state is not State.UNEXAMINED
    return Told(
        entry=entry.id, says=sentence(one, knowledge), at=entry.occurred_at,
        asks=question(entry, knowledge), has_name=has_name(one), reads=_reads(entry, knowledge),
        has_opposite=opposite and _name(one) not in ("none", "other"),  # of everything else
    )  # fmt: skip


def _reads(entry: Entry, knowledge: Knowledge) -> str:
    """As what a name is read, where it is called otherwise."""
    one = entry.statement
    if not isinstance(one, Medication | Allergy):
        return ""
    meant = resolve(_name(one), knowledge.guidance.vocabulary, one.not_meant)
    names = [name.replace("_", " ") for name in meant.ingredients]
    return ", ".join(name for name in names if name not in _name(one).lower())


def question(entry: Entry, knowledge: Knowledge) -> str:
    """What must be asked before the line can be confirmed; empty where it is clear."""
    one, vocabulary = entry.statement, knowledge.guidance.vocabulary
    if isinstance(one, Medication) and one.state is State.PRESENT:
        return resolve(one.name, vocabulary, one.not_meant).question or ""
    if isinstance(one, Allergy) and one.state is State.PRESENT:
        meant = resolve(one.substance, vocabulary, one.not_meant)  # what is no medicine is clear
        return (meant.question or "") if meant.candidates or meant.not_meant else ""
    if isinstance(one, EarlierTreatment) and not _is_known(one.treatment, knowledge):
        return f"{one.treatment!r} is not a treatment we know. Ask what was done, and where."
    return ""


def has_name(one: object) -> bool:
    """Whether it is called by a name that a clinician may put right."""
    if isinstance(one, EarlierTreatment):
        return True
    named = isinstance(one, Medication | Allergy) and one.state is State.PRESENT
    return named and _name(one) not in ("none", "other")


def _is_known(treatment: str, knowledge: Knowledge) -> bool:
    name = plain(treatment)
    fact = knowledge.guidance.safety.facts.get("conservative/treatments")
    listed = fact.value if fact is not None and isinstance(fact.value, tuple) else ()
    known = {plain(word) for one in knowledge.earlier_treatments.treatments
             for word in one.names}  # fmt: skip
    asked = {plain(word) for word in two_languages(LISTS)["treatments"]}
    return name in known | asked | {plain(str(word)) for word in listed} or name in therapy_words(
        knowledge
    )


def _name(one: object) -> str:
    return str(getattr(one, "name", "") or getattr(one, "substance", ""))


__all__ = [
    "DiaryLine", "Group", "InboxRow", "Told", "ToldPage", "inbox_rows", "told", "unconfirmed",
]  # fmt: skip
