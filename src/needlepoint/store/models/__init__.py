"""The tables: identity apart, the chart append-only, who looked, and links for patients."""

from needlepoint.store.models.access import Access, GlassBreak, Outcome
from needlepoint.store.models.boards import Appointment, DueRow, StaleChart
from needlepoint.store.models.chart import Attachment, ChartHead, DecisionSnapshot, EntryRow
from needlepoint.store.models.images import ImageRow
from needlepoint.store.models.intakes import Intake
from needlepoint.store.models.links import Link, Scope
from needlepoint.store.models.patients import CareTeam, Identity, Number, Patient

__all__ = [
    "Access",
    "Appointment",
    "Attachment",
    "CareTeam",
    "ChartHead",
    "DecisionSnapshot",
    "DueRow",
    "EntryRow",
    "GlassBreak",
    "Identity",
    "ImageRow",
    "Intake",
    "Link",
    "Number",
    "Outcome",
    "Patient",
    "Scope",
    "StaleChart",
]
