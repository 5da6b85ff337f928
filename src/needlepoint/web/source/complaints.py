"""Which pain of the patient is a page about, and what is it called?"""

from __future__ import annotations

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.knowledge import Knowledge


def complaint_of(result: Assessment, complaint: str) -> ComplaintAssessment | None:
    """The complaint of this name, or the first; None if the chart states none."""
    named = [one for one in result.complaints if one.observed.complaint == complaint]
    return next(iter([*named, *result.complaints]), None)


def complaint_label(one: ComplaintAssessment, knowledge: Knowledge) -> str:
    """Its presentation and, where one was stated, its side."""
    side = f", {one.observed.side.value}" if one.observed.side else ""
    return f"{knowledge.presentations[one.observed.presentation].label}{side}"


__all__ = ["complaint_label", "complaint_of"]
