"""Which studies of a chart can be looked at? Those with an entry that was not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from needlepoint.core.chart import Chart, Entry, ImagingStudy, Provenance, Role
from needlepoint.core.record import Said, fold
from needlepoint.store.models import EntryRow, ImageRow
from needlepoint.store.statements import statement_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study with images, and how many lie here; none if they lie in the archive."""

    uid: str
    modality: str
    region: str
    made_at: datetime
    images: int


def studies_with_images(said: tuple[Said[ImagingStudy], ...], chart: UUID) -> tuple[Study, ...]:
    """Studies that can be opened, the latest first; several entries about one are one study."""
    counts: dict[str, int] = {}
    for study in ImageRow.objects.filter(chart_id=chart).values_list("study", flat=True):
        counts[study] = counts.get(study, 0) + 1
    found: dict[str, Study] = {}
    for one in sorted(said, key=lambda s: s.occurred_at):
        uid = one.statement.study_uid
        if uid and uid not in found:
            found[uid] = Study(
                uid=uid, modality=one.statement.modality, region=one.statement.region or "",
                made_at=one.occurred_at, images=counts.get(uid, 0),
            )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda study: study.made_at, reverse=True))


def standing_uids(chart: UUID) -> frozenset[str]:
    """Numbers of the studies of a chart that may be shown, without reading the whole chart."""
    rows = EntryRow.objects.filter(chart_id=chart, kind__in=("imaging_study", "retraction"))
    entries = tuple(
        Entry(
            id=row.entry_id, occurred_at=row.occurred_at, recorded_at=row.recorded_at,
            author=row.author, role=Role(row.role), provenance=Provenance(row.provenance),
            statement=statement_of(row.statement),
        )
        for row in rows.order_by("sequence")
    )  # fmt: skip
    last = max((e.recorded_at for e in entries), default=datetime.min.replace(tzinfo=UTC))
    record = fold(Chart(id=str(chart), entries=entries), as_of=max(last, datetime.now(UTC)))
    return frozenset(s.statement.study_uid for s in record.studies if s.statement.study_uid)


__all__ = ["Study", "standing_uids", "studies_with_images"]
