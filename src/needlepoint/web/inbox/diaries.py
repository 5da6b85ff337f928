"""Diaries that patients keep now and in which readings are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from needlepoint.accounts.models import User
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import fold
from needlepoint.store.models import Link, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.web.inbox.pages import DiaryLine
from needlepoint.web.links.diaries import diary_tally

_MOST = 50


def open_diaries(user: User, now: datetime) -> tuple[Link, ...]:
    """Links of diaries that have neither ended nor been withdrawn, of this user's own patients."""
    rows = Link.objects.filter(
        scope=Scope.DIARY, closed_at=None, ends_at__gt=now, patient__clinic_id=user.clinic_id,
        patient__care_teams__team__memberships__user=user,
    ).select_related("patient")  # fmt: skip
    return tuple(rows.distinct().order_by("-made_at")[:_MOST])


def missing_readings(
    links: Iterable[Link], names: Mapping[UUID, str], knowledge: Knowledge, *, now: datetime
) -> tuple[DiaryLine, ...]:
    """One line a block, the latest link first; none where nothing is missing."""
    found: dict[str, DiaryLine] = {}
    for link in links:
        for line in _line(link, names, knowledge, now):
            found.setdefault(line.block, line)
    return tuple(found.values())


def _line(
    link: Link, names: Mapping[UUID, str], knowledge: Knowledge, now: datetime
) -> Iterator[DiaryLine]:
    try:
        chart = chart_from_store(link.patient.chart_id)
        record = fold(chart, as_of=max(now, chart.as_of or now))
    except NeedlepointError:
        return  # one chart that cannot be read is a line of the board of what is due
    told = diary_tally(link.subject, record, knowledge, now=now)
    if told is not None and told.missed:
        at = next(e.occurred_at for e in record.entries if e.id == link.subject)
        yield DiaryLine(patient_id=link.patient_id, name=names.get(link.patient_id, ""),
                        block=link.subject, at=at, readings=str(told))  # fmt: skip


__all__ = ["missing_readings", "open_diaries"]
