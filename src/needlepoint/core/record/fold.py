"""What still stands of all that was written, as of a moment?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from needlepoint.core.chart import (
    Allergy,
    Chart,
    Complaint,
    Condition,
    Decision,
    Demographics,
    DiagnosticBlock,
    DiaryReading,
    Discogram,
    EarlierTreatment,
    Entry,
    ExamFinding,
    ImagingFinding,
    ImagingStudy,
    ImplantedDevice,
    Medication,
    PainDrawing,
    Procedure,
    Questionnaire,
    Retraction,
    Symptom,
    Trial,
)
from needlepoint.core.record.model import BlockRecord, ComplaintRecord, PatientRecord, Said


class _OfPain(Protocol):
    """A statement that may name the complaint it is about."""

    @property
    def complaint(self) -> str | None: ...


T = TypeVar("T")
P = TypeVar("P", bound=_OfPain)
Finding = Symptom | ExamFinding | ImagingFinding


def fold(chart: Chart, *, as_of: datetime) -> PatientRecord:
    """Say what is true of the patient as of a moment.

    Only what had happened and had been written down by then counts. The later statement about the
    same thing wins; among statements of the same moment the order in the file does not matter.
    """
    entries = _standing(chart, as_of)
    said: tuple[Said[Finding], ...] = _of(entries, Symptom, ExamFinding, ImagingFinding)
    findings = _latest(said, _finding_key)
    questionnaires = _latest(
        _of(entries, Questionnaire), lambda said: (said.instrument, said.complaint)
    )
    blocks = _blocks(entries)
    drawings = _of(entries, PainDrawing)
    discograms = _of(entries, Discogram)
    treatments: tuple[Said[EarlierTreatment | Procedure], ...] = _of(
        entries, EarlierTreatment, Procedure
    )
    said_complaints = _of(entries, Complaint)
    complaints = _latest(said_complaints, lambda said: said.name)
    since = {said.statement.name: said.occurred_at for said in reversed(said_complaints)}
    return PatientRecord(
        as_of=as_of,
        demographics=_demographics(_of(entries, Demographics)),
        complaints=tuple(
            ComplaintRecord(
                complaint=(one := said.statement),
                findings=_about(findings, one.name),
                questionnaires=_about(questionnaires, one.name),
                drawing=next(iter(reversed(_about(drawings, one.name, since))), None),
                blocks=_about(blocks, one.name, since),
                discograms=_about(discograms, one.name, since),
                treatments=_about(treatments, one.name, since),
            )
            for said in complaints
        ),
        findings=findings,
        questionnaires=questionnaires,
        studies=_of(entries, ImagingStudy),
        conditions=_latest(_of(entries, Condition), lambda said: said.name.lower()),
        medications=_latest(_of(entries, Medication), lambda said: said.name.lower()),
        allergies=_latest(_of(entries, Allergy), lambda said: said.substance.lower()),
        devices=_latest(
            _of(entries, ImplantedDevice), lambda said: (said.device.lower(), said.site, said.side)
        ),
        treatments=_of(entries, EarlierTreatment),
        procedures=_of(entries, Procedure),
        trials=_of(entries, Trial),
        decisions=_latest(_of(entries, Decision), lambda said: said.about),
        entries=entries,
    )


def _standing(chart: Chart, as_of: datetime) -> tuple[Entry, ...]:
    """Entries known by then and not taken back, in an order that depends on content alone."""
    known = [e for e in chart.entries if e.occurred_at <= as_of and e.recorded_at <= as_of]
    taken_back = _taken_back(known)
    standing = [
        e for e in known if e.id not in taken_back and not isinstance(e.statement, Retraction)
    ]
    return tuple(sorted(standing, key=lambda e: (e.occurred_at, e.recorded_at, repr(e.statement))))


def _taken_back(known: Iterable[Entry]) -> set[str]:
    """Entries with a retraction that was not itself taken back, in whatever order they stand."""
    open_ = {e.id: e.statement.entry for e in known if isinstance(e.statement, Retraction)}
    taken_back: set[str] = set()
    while open_:
        questioned = set(open_.values())
        sure = [one for one in open_ if one not in questioned] or list(open_)  # or a circle
        taken_back |= {open_[one] for one in sure if one not in taken_back}
        for one in sure:
            del open_[one]
        open_ = {one: meant for one, meant in open_.items() if one not in taken_back}
    return taken_back


def _of(entries: Iterable[Entry], *types: type[T]) -> tuple[Said[T], ...]:
    return tuple(
        Said(entry=e.id, occurred_at=e.occurred_at, statement=e.statement)
        for e in entries
        if isinstance(e.statement, types)
    )


def _latest(said: Iterable[Said[T]], key: Callable[[T], Hashable]) -> tuple[Said[T], ...]:
    """The last word on each subject, in order of first mention."""
    last: dict[Hashable, Said[T]] = {}
    for one in said:
        last[key(one.statement)] = one
    return tuple(last.values())


def _finding_key(finding: Finding) -> tuple[object, ...]:
    return (finding.name, finding.side, finding.segment, finding.complaint)


def _about(
    said: Iterable[Said[P]], complaint: str, since: Mapping[str, datetime] | None = None
) -> tuple[Said[P], ...]:
    """Statements about this complaint, and those that name none.

    Args:
        since: when each complaint was first told. What names none then belongs to a complaint only
            if it was the only one of its time; without it, to every complaint.
    """
    return tuple(
        one
        for one in said
        if one.statement.complaint == complaint
        or (
            one.statement.complaint is None
            and (since is None or _sole(since, one.occurred_at) == complaint)
        )
    )


def _sole(since: Mapping[str, datetime], at: datetime) -> str | None:
    """The only complaint that had been told by then; None where there were several."""
    known = [name for name, first in since.items() if first <= at] or list(since)
    return known[0] if len(known) == 1 else None


def unplaced(record: PatientRecord) -> tuple[Entry, ...]:
    """Drawings, blocks and discograms that name none of several complaints: they weigh nothing."""
    said = (e for e in record.entries if isinstance(e.statement, Complaint))
    since: dict[str, datetime] = {}
    for one in said:
        assert isinstance(one.statement, Complaint)
        since.setdefault(one.statement.name, one.occurred_at)
    return tuple(
        entry
        for entry in record.entries
        if isinstance(entry.statement, PainDrawing | DiagnosticBlock | Discogram)
        and entry.statement.complaint is None
        and since
        and _sole(since, entry.occurred_at) is None
    )


def _demographics(said: Iterable[Said[Demographics]]) -> Demographics:
    """Field by field, the last value that was given."""
    merged = Demographics()
    for one in said:
        given = {
            f.name: value
            for f in dataclasses.fields(one.statement)
            if (value := getattr(one.statement, f.name)) not in (None, "unknown")
        }
        merged = dataclasses.replace(merged, **given)
    return merged


def _blocks(entries: tuple[Entry, ...]) -> tuple[BlockRecord, ...]:
    diaries: dict[str, list[DiaryReading]] = {}
    for said in _of(entries, DiaryReading):
        diaries.setdefault(said.statement.block_entry, []).append(said.statement)
    return tuple(
        Said(
            entry=said.entry,
            occurred_at=said.occurred_at,
            statement=dataclasses.replace(
                said.statement,
                diary=tuple(
                    sorted(
                        [*said.statement.diary, *(d.reading for d in diaries.get(said.entry, ()))],
                        key=lambda reading: (reading.minutes, reading.nrs),
                    )
                ),
            ),
        )
        for said in _of(entries, DiagnosticBlock)
    )
