"""What does the store hold of one chart? The same type that files are read into."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from needlepoint.core.chart import Chart, Entry, Provenance, Role
from needlepoint.store.models import EntryRow
from needlepoint.store.statements import statement_of

_FIELDS = (
    "entry_id", "occurred_at", "recorded_at", "author", "role", "provenance", "statement",
)  # fmt: skip
_ROLES = {role.value: role for role in Role}
_PROVENANCES = {provenance.value: provenance for provenance in Provenance}


def chart_from_store(chart: UUID, *, now: datetime | None = None) -> Chart:
    """Read a whole chart in the order in which it was recorded.

    `as_of` is the present, or the moment of the last entry where the clock has been set back since:
    what was written last is never hidden.
    """
    entries = entries_of(chart)
    moment = now or datetime.now(UTC)
    last = entries[-1].recorded_at if entries else moment
    return Chart(id=str(chart), entries=entries, as_of=max(moment, last))


def entries_of(chart: UUID) -> tuple[Entry, ...]:
    """Every entry of a chart, also those that were retracted."""
    rows = EntryRow.objects.filter(chart_id=chart).order_by("sequence").values_list(*_FIELDS)
    return tuple(
        Entry(
            id=entry_id,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            author=author,
            role=_ROLES[role],
            provenance=_PROVENANCES[provenance],
            statement=statement_of(statement),
        )
        for entry_id, occurred_at, recorded_at, author, role, provenance, statement in rows
    )
