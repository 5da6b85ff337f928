"""How does an entry come into a chart? Through one function, at the end, for good."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from needlepoint.core.chart import Entry, Provenance, Retraction, Role, Statement
from needlepoint.core.errors import Fault, RefusedEntry
from needlepoint.core.knowledge import Knowledge
from needlepoint.files.meaning import entry_faults
from needlepoint.store.chain import beginning, entry_hash
from needlepoint.store.models import ChartHead, EntryRow, StaleChart
from needlepoint.store.reading import entries_of
from needlepoint.store.statements import statement_of, text_of

_TICK = timedelta(microseconds=1)
_SLACK = timedelta(minutes=1)  # between two clocks that both mean now


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry that is about to be written."""

    statement: Statement
    author: str  # an id, never a name
    role: Role
    provenance: Provenance
    occurred_at: datetime | None = None  # now, if not given
    recorded_at: datetime | None = None  # of an import; never before what the chart holds
    entry_id: str | None = None  # random, if not given
    once: str | None = None  # a key of the form: the same key again writes nothing


def open_chart(chart: UUID) -> None:
    """Begin an empty chart."""
    ChartHead.objects.create(
        chart_id=chart, hash=beginning(chart), files_hash=beginning(chart, "files")
    )


def append_entry(
    *,
    chart: UUID,
    statement: Statement,
    author: str,
    role: Role,
    provenance: Provenance,
    occurred_at: datetime | None = None,
    entry_id: str | None = None,
    once: str | None = None,
    knowledge: Knowledge | None = None,
    now: datetime | None = None,
) -> Entry:
    """Write one entry at the end of a chart. When this returns, it is on the disk.

    Args:
        once: a key of the submission. The same key with the same statement returns the entry that
            was written the first time; with another statement it is refused.
        knowledge: names are checked against it. Leave it out only for what was read by
            `read_chart`, which has checked them.

    Raises:
        RefusedEntry: it cannot be so; every fault beside its field.
    """
    draft = Draft(
        statement=statement, author=author, role=role, provenance=provenance,
        occurred_at=occurred_at, entry_id=entry_id, once=once,
    )  # fmt: skip
    return append_entries(chart=chart, drafts=(draft,), knowledge=knowledge, now=now)[0]


def append_entries(
    *,
    chart: UUID,
    drafts: Sequence[Draft],
    knowledge: Knowledge | None = None,
    now: datetime | None = None,
) -> tuple[Entry, ...]:
    """Write several entries, all or none, in this order.

    Two people may do this to one chart at the same moment: the second waits for the first.
    """
    texts = [text_of(draft.statement) for draft in drafts]
    with transaction.atomic():
        head = ChartHead.objects.select_for_update().get(chart_id=chart)
        written: list[Entry] = []
        rows: list[EntryRow] = []
        for draft, text in zip(drafts, texts, strict=True):
            earlier = _submitted(head, draft, text)
            if earlier is not None:
                written.append(earlier)
                continue
            row = _row(head, draft, text, now or datetime.now(UTC))
            rows.append(row)
            written.append(_entry(row))
        _refuse_what_cannot_be(head, written, rows, knowledge)
        EntryRow.objects.bulk_create(rows)
        head.save(update_fields=["sequence", "hash", "recorded_at"])
        if rows:
            # What is due is told anew from the whole chart, by who looks at the board next.
            StaleChart.objects.bulk_create([StaleChart(chart_id=chart)], ignore_conflicts=True)
    return tuple(written)


def retract(
    *, chart: UUID, entry: str, reason: str, author: str, role: Role, once: str | None = None
) -> Entry:
    """Take back an entry, with a reason. It stays to be read, but is not so any more."""
    return append_entry(
        chart=chart, statement=Retraction(entry=entry, reason=reason), author=author, role=role,
        provenance=Provenance.CLINICIAN_FOUND, once=once,
    )  # fmt: skip


def _submitted(head: ChartHead, draft: Draft, text: str) -> Entry | None:
    """The entry that this very submission wrote before."""
    if draft.once is None:
        return None
    row = EntryRow.objects.filter(chart_id=head.chart_id, once=draft.once).first()
    if row is None:
        return None
    if row.statement != text or row.author != draft.author:
        what = "this form was sent before with other content. Reload the page and enter it anew."
        raise RefusedEntry((Fault(where="the form", what=what),))
    return _entry(row)


def _row(head: ChartHead, draft: Draft, text: str, now: datetime) -> EntryRow:
    """The next row of the chain; the head moves on to it."""
    at = draft.recorded_at or now
    if head.recorded_at is not None:
        at = max(at, head.recorded_at + _TICK)  # a clock that was set back does not turn the order
    row = EntryRow(
        chart_id=head.chart_id,
        sequence=head.sequence + 1,
        entry_id=draft.entry_id or uuid.uuid4().hex,
        occurred_at=min(_with_zone(draft.occurred_at, at), at),
        recorded_at=at,
        author=draft.author,
        role=draft.role.value,
        provenance=draft.provenance.value,
        kind=draft.statement.kind,
        statement=text,
        once=draft.once,
        previous=head.hash,
    )
    row.hash = hash_of(row)
    head.sequence, head.hash, head.recorded_at = row.sequence, row.hash, at
    return row


def _with_zone(occurred_at: datetime | None, recorded_at: datetime) -> datetime:
    if occurred_at is None:
        return recorded_at
    if occurred_at.tzinfo is None:
        what = "the time has no time zone. Give one."
        raise RefusedEntry((Fault(where="occurred_at", what=what),))
    if occurred_at > recorded_at + _SLACK:
        what = "this lies in the future. Correct the date."
        raise RefusedEntry((Fault(where="occurred_at", what=what),))
    return occurred_at


def hash_of(row: EntryRow) -> str:
    """What the hash of this row must be."""
    return entry_hash(
        chart=row.chart_id, sequence=row.sequence, entry_id=row.entry_id,
        occurred_at=row.occurred_at, recorded_at=row.recorded_at, author=row.author,
        role=row.role, provenance=row.provenance, kind=row.kind, statement=row.statement,
        once=row.once, previous=row.previous,
    )  # fmt: skip


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=row.entry_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        author=row.author,
        role=Role(row.role),
        provenance=Provenance(row.provenance),
        statement=statement_of(row.statement),
    )


def _refuse_what_cannot_be(
    head: ChartHead, written: list[Entry], rows: list[EntryRow], knowledge: Knowledge | None
) -> None:
    new = {row.entry_id for row in rows}
    fresh = [entry for entry in written if entry.id in new]
    taken = _ids_among(head, [entry.id for entry in fresh])
    faults = [
        Fault(where="id", what=f"the chart has an entry {one!r} already. Give another id.")
        for one in sorted(taken)
    ]
    if len(new) < len(rows):
        faults.append(Fault(where="id", what="two entries have one id. Give each its own."))
    retractions = [e for e in fresh if isinstance(e.statement, Retraction)]
    if knowledge is not None:
        earlier = entries_of(head.chart_id)
        for n, entry in enumerate(fresh):
            faults += entry_faults(entry, (*earlier, *fresh[:n]), knowledge)
    elif retractions:
        named = {e.statement.entry for e in retractions if isinstance(e.statement, Retraction)}
        for one in sorted(named - new - _ids_among(head, sorted(named))):
            what = f"the chart has no entry {one!r} to take back. Reload the page."
            faults.append(Fault(where="entry", what=what))
    if faults:
        raise RefusedEntry(tuple(faults))


def _ids_among(head: ChartHead, ids: Sequence[str]) -> set[str]:
    found = EntryRow.objects.filter(chart_id=head.chart_id, entry_id__in=ids)
    return set(found.values_list("entry_id", flat=True))


__all__ = [
    "Draft",
    "append_entries",
    "append_entry",
    "hash_of",
    "open_chart",
    "retract",
]
