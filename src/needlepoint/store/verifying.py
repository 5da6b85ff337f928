"""Is everything that was written still there, unchanged and in order? Proved from the hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from needlepoint.core.chart import Decision
from needlepoint.core.errors import DamagedStore
from needlepoint.store.attachments import file_fault
from needlepoint.store.chain import attachment_hash, beginning
from needlepoint.store.guards import faults_of_guards
from needlepoint.store.models import (
    Access,
    Attachment,
    ChartHead,
    DecisionSnapshot,
    EntryRow,
    GlassBreak,
    ImageRow,
    Outcome,
)
from needlepoint.store.statements import statement_of
from needlepoint.store.writing import hash_of

DICOM = "application/dicom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was checked, and every place where it is not as it was written."""

    charts: int
    entries: int
    attachments: int
    damage: tuple[str, ...]
    heads: dict[str, tuple[int, str]] = field(repr=False)  # chart -> length and last hash

    @property
    def checkpoint(self) -> str:
        """One number for the whole store: kept elsewhere, it shows a store rewritten as a whole."""
        text = json.dumps(sorted(self.heads.items()), separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def raise_if_damaged(self) -> None:
        """Say every damage at once."""
        if self.damage:
            raise DamagedStore("\n".join(self.damage))


def verify(
    *,
    with_files: bool = False,
    against: dict[str, tuple[int, str]] | None = None,
    image_fault: Callable[[ImageRow], str] | None = None,
) -> Proof:
    """Compute every chain anew and compare it with what is stored.

    Args:
        with_files: read every attachment as well and compare it with its hash.
        against: the heads of an earlier proof, kept outside the database. A store whose chains
            were all computed anew by someone who could is found out by it.
        image_fault: reads the file of an image and says where the index is not as the file is;
            asked only with files.
    """
    heads = {head.chart_id: head for head in ChartHead.objects.iterator()}
    damage = list(faults_of_guards())
    counted, chains = 0, {}
    passed: dict[str, str] = {}
    for chart, rows in _grouped(EntryRow):
        found, length, last, at = _follow(chart, rows, (against or {}).get(str(chart)))
        damage += found
        counted += length
        chains[chart] = (length, last)
        if at is not None:
            passed[str(chart)] = at
    for chart, head in heads.items():
        damage += _end(chart, head, *chains.get(chart, (0, beginning(chart))))
    damage += _earlier(against or {}, passed)
    files, found = _files(heads, with_files)
    damage += found
    damage += _snapshots()
    damage += _images(image_fault if with_files else None)
    damage += _emergencies()
    return Proof(
        charts=len(heads),
        entries=counted,
        attachments=files,
        damage=tuple(damage),
        heads={str(chart): (head.sequence, head.hash) for chart, head in heads.items()},
    )


def _grouped(model: Any) -> Iterator[tuple[UUID, Iterator[Any]]]:
    rows = model.objects.order_by("chart_id", "sequence", "pk").iterator(chunk_size=2000)
    return groupby(rows, key=lambda row: row.chart_id)


def _follow(
    chart: UUID, rows: Iterable[EntryRow], earlier: tuple[int, str] | None
) -> tuple[list[str], int, str, str | None]:
    """Walk one chain: faults, length, last hash, and the hash at the length it once had."""
    damage: list[str] = []
    expected, previous, at = 1, beginning(chart), None
    for row in rows:
        where = f"chart {chart}, entry {row.sequence}"
        if row.sequence != expected:
            damage.append(f"{where}: entry {expected} is missing.")
            expected = row.sequence
        if row.previous != previous:
            damage.append(f"{where}: it does not follow the entry before it.")
        if hash_of(row) != row.hash:
            damage.append(f"{where}: it is not as it was written.")
        if earlier is not None and row.sequence == earlier[0]:
            at = row.hash
        previous, expected = row.hash, expected + 1
    return damage, expected - 1, previous, at


def _end(chart: UUID, head: ChartHead, length: int, last: str) -> Iterator[str]:
    if head.sequence != length:
        yield f"chart {chart}: {head.sequence} entries were written, {length} are there."
    elif head.hash != last:
        yield f"chart {chart}: its last entry is not the one that was written last."


def _earlier(against: dict[str, tuple[int, str]], passed: dict[str, str]) -> Iterator[str]:
    for chart, (length, last) in sorted(against.items()):
        if length and passed.get(chart) != last:
            yield f"chart {chart}: entry {length} is not the one of the earlier proof."


def _files(heads: dict[UUID, ChartHead], read: bool) -> tuple[int, list[str]]:
    damage: list[str] = []
    counted = 0
    ends: dict[UUID, tuple[int, str]] = {}
    for chart, rows in _grouped(Attachment):
        length, previous = 0, beginning(chart, "files")
        for row in rows:
            length += 1
            where = f"chart {chart}, attachment {row.sequence}"
            if row.sequence != length or row.previous != previous:
                damage.append(f"{where}: it does not follow the one before it.")
            if attachment_row_hash(row) != row.hash:
                damage.append(f"{where}: it is not as it was written.")
            fault = file_fault(row.sha256, row.size, read=read)
            if fault:
                damage.append(f"{where}: {fault}")
            previous = row.hash
        counted += length
        ends[chart] = (length, previous)
    for chart, head in heads.items():
        if ends.get(chart, (0, beginning(chart, "files"))) != (head.files, head.files_hash):
            damage.append(f"chart {chart}: its attachments are not those that were kept.")
    return counted, damage


def attachment_row_hash(row: Attachment) -> str:
    """What the hash of this row must be."""
    return attachment_hash(
        chart=row.chart_id, sequence=row.sequence, attachment=row.id, sha256=row.sha256,
        size=row.size, media_type=row.media_type, label=row.label, recorded_at=row.recorded_at,
        author=row.author, previous=row.previous,
    )  # fmt: skip


def _snapshots() -> Iterator[str]:
    """Each signed decision names the hash of the answer that was signed, inside the chain."""
    kept = {(s.chart_id, s.entry_id): s for s in DecisionSnapshot.objects.iterator()}
    for row in EntryRow.objects.filter(kind="decision").iterator():
        where = f"chart {row.chart_id}, decision {row.sequence}"
        snapshot = kept.pop((row.chart_id, row.entry_id), None)
        try:
            decision = statement_of(row.statement)
        except DamagedStore:
            continue  # said already: its hash does not match
        signed = decision.assessment_sha256 if isinstance(decision, Decision) else None
        if snapshot is None:
            if signed is not None:
                yield f"{where}: the answer that was signed is missing."
        elif not hashlib.sha256(snapshot.assessment.encode()).hexdigest() == (
            snapshot.assessment_sha256
        ) == signed:  # fmt: skip
            yield f"{where}: the answer that was signed is not as it was."
    for chart, _ in kept:
        yield f"chart {chart}: an answer is kept for a decision that is not in the chart."


def _images(fault_of: Callable[[ImageRow], str] | None) -> Iterator[str]:
    """Each image of the index is a file of the same chart, and each such file has its image."""
    indexed = ImageRow.objects.select_related("attachment").order_by("pk")
    for row in indexed.iterator(chunk_size=500):
        where, file = f"chart {row.chart_id}, image {row.pk}", row.attachment
        if row.chart_id != file.chart_id or file.media_type != DICOM:
            yield f"{where}: its file is not one of this chart's images."
        elif row.pixels_at + row.pixels_length > file.size:
            yield f"{where}: it is longer than its file."
        elif fault_of is not None and (fault := fault_of(row)):
            yield f"{where}: {fault}"
    for file in Attachment.objects.filter(media_type=DICOM, image=None).iterator():
        yield f"chart {file.chart_id}, attachment {file.sequence}: it is missing among the images."


def _emergencies() -> Iterator[str]:
    """Whoever broke the glass stands in the access log at the same moment."""
    logged = Access.objects.filter(
        outcome=Outcome.BROKE_GLASS, at=OuterRef("opened_at"), user_id=OuterRef("user_id"),
        patient_id=OuterRef("patient_id"),
    )  # fmt: skip
    for broken in GlassBreak.objects.filter(~Exists(logged)).iterator():
        yield f"emergency {broken.pk}: the log of accesses does not have it."
