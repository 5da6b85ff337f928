"""Follow-ups on the board: one row a patient, because one link asks for all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from needlepoint.core.plan.due import DueKind
from needlepoint.store.models import DueRow
from needlepoint.web.boards.places import first_of
from needlepoint.web.links.asked import sent_to, sent_words

HURRY = timedelta(days=7)  # before the end of its window a follow-up is marked


def once_a_patient(rows: QuerySet[DueRow], today: date) -> QuerySet[DueRow]:
    """Of the follow-ups of a patient the one that has been open longest; none that is not open."""
    others = _open(DueRow.objects.filter(patient_id=OuterRef("patient_id")), today)
    longer = others.filter(Q(on__lt=OuterRef("on")) | Q(on=OuterRef("on"), pk__lt=OuterRef("pk")))
    closed = Q(kind=DueKind.FOLLOW_UP) & (Q(on__gt=today) | Q(until__lt=today))
    return rows.exclude(closed).exclude(Q(kind=DueKind.FOLLOW_UP) & Exists(longer))


def asked_again(
    rows: QuerySet[DueRow], shown: Iterable[DueRow], today: date
) -> dict[int, dict[str, Any]]:
    """By row: what the patient's open follow-ups say together, how far the link is, what to do."""
    wanted = {row.patient_id: row for row in shown if row.kind == DueKind.FOLLOW_UP}
    if not wanted:
        return {}
    found: dict[Any, list[DueRow]] = {}
    together = _open(DueRow.objects.filter(patient_id__in=wanted), today)
    for one in together.order_by("on", "pk"):
        found.setdefault(one.patient_id, []).append(one)
    sent = sent_to(wanted, timezone.now())
    return {
        row.pk: _said(row, found[patient], sent.get(patient, ()), today)
        for patient, row in wanted.items()
    }


def _open(rows: QuerySet[DueRow], today: date) -> QuerySet[DueRow]:
    return rows.filter(kind=DueKind.FOLLOW_UP, on__lte=today, until__gte=today)


def _said(row: DueRow, together: list[DueRow], sent: Any, today: date) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    # The latest to open decides: a link that was made before it did not ask for it.
    link, was_sent = sent_words(sent, max(one.on for one in together), zone)
    until = min(one.until for one in together if one.until is not None)
    says = " ".join(one.says for one in together)
    days = (until - today).days
    left = "last day" if not days else f"{days} day{'' if days == 1 else 's'} left"
    action = {"action": "Call", "address": f"{first_of(('progress', (row.patient_id,)))}#h-score"}
    if not was_sent:
        action = {"action": "Send link", "address": first_of(("links", (row.patient_id,)))}
    return {
        **action, "gives_link": not was_sent, "when": left,
        "is_late": until - today <= HURRY,
        "says": f"{says} {link[:1].upper()}{link[1:]}. Counts until {until}.",
    }  # fmt: skip


__all__ = ["asked_again", "once_a_patient"]
