"""How often a page asks the database does not depend on how much the chart holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from needlepoint.core.chart import (
    Condition,
    EarlierTreatment,
    Provenance,
    Questionnaire,
    Role,
    State,
)
from web.people import Practice, practice

PAGES = ("pain-source/", "blocks/", "treatment/", "papers/", "papers/letter/chart/", "story/",
         "devices/", "progress/")  # fmt: skip


def asked(here: Practice, page: str) -> int:
    here.physician.get(here.address(page))  # what is read once a process is read
    with CaptureQueriesContext(connection) as queries:
        assert here.physician.get(here.address(page)).status_code == 200
    return len(queries)


def write_much(here: Practice) -> None:
    """Sixty entries more of several kinds."""
    from needlepoint.store.writing import Draft, append_entries

    begun = datetime(2025, 1, 6, 9, tzinfo=UTC)
    said = [
        *(EarlierTreatment(treatment="physiotherapy", duration_weeks=float(n)) for n in range(20)),
        *(Questionnaire(instrument="ODI", score=float(20 + n)) for n in range(20)),
        *(Condition(name=f"condition {n}", state=State.PRESENT) for n in range(20)),
    ]
    append_entries(chart=here.patient.chart_id, drafts=[
        Draft(statement=one, author=str(here.user.pk), role=Role.PHYSICIAN,
              provenance=Provenance.CLINICIAN_FOUND, occurred_at=begun + timedelta(hours=n))
        for n, one in enumerate(said)])  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_long_chart_asks_the_database_no_more_often_than_a_short_one(
    sqlite: str, page: str
) -> None:
    here = practice()
    short = asked(here, page)
    write_much(here)
    assert asked(here, page) <= short
