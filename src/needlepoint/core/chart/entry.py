"""One statement, by one author, about one moment; and the chart that collects them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from needlepoint.core.chart.statements import Statement
from needlepoint.core.quantities import Text


class Provenance(StrEnum):
    """How the author came to know."""

    PATIENT_SAID = "patient_said"
    CLINICIAN_FOUND = "clinician_found"
    IMPORTED = "imported"
    COMPUTED = "computed"


class Role(StrEnum):
    """What the author was at the time."""

    PATIENT = "patient"
    PHYSICIAN = "physician"
    ADVANCED_PRACTITIONER = "advanced_practitioner"
    NURSE = "nurse"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was written, never edited: a correction is a retraction and a new entry."""

    id: Text
    occurred_at: datetime  # when it was so; carries a time zone
    recorded_at: datetime  # when it was written down
    author: Text
    role: Role
    provenance: Provenance
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All entries of one patient, in the order in which they were recorded."""

    id: Text
    entries: tuple[Entry, ...]
    as_of: datetime | None = None  # the moment the file asks to be looked at, if it names one


_YEARS = range(1850, 2200)  # at the ends of the calendar sums of days overflow


def is_near_our_time(day: date) -> bool:
    """Whether a chart can speak of that day, or be looked at from it, at all."""
    return day.year in _YEARS
