"""How many are there, without looking at each? For pages that are asked every minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from needlepoint.store.models import ChartHead, EntryRow

MOST = 1_000  # counted one by one; beyond it nobody needs the exact number


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number and how it was come by: exactly, about (estimated), or more than (no further)."""

    number: int
    how: str = "exactly"

    def __str__(self) -> str:
        before = "" if self.how == "exactly" else f"{self.how} "
        return f"{before}{self.number:,}"

    def __bool__(self) -> bool:
        return self.number > 0


def up_to(rows: QuerySet[Any], most: int = MOST) -> Count:
    """Count rows, and stop when there are more than so many."""
    found = rows.order_by()[: most + 1].count()
    return Count(number=most, how="more than") if found > most else Count(number=found)


def charts() -> Count:
    """The charts of the whole database; of many, as the database itself estimates them."""
    counted = up_to(ChartHead.objects.all())
    if counted.how == "exactly" or connection.vendor != "postgresql":
        return counted
    with connection.cursor() as cursor:
        sql = "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)"
        cursor.execute(sql, [ChartHead._meta.db_table])
        row = cursor.fetchone()
    estimated = int(row[0]) if row else -1  # -1: never analysed
    return Count(number=estimated, how="about") if estimated > MOST else counted


def entries() -> Count:
    """The entries of the whole database, by the number of the last: none is ever taken away."""
    last = EntryRow.objects.aggregate(last=Max("pk"))["last"] or 0
    return Count(number=last, how="about") if last > MOST else up_to(EntryRow.objects.all())


__all__ = ["MOST", "Count", "charts", "entries", "up_to"]
