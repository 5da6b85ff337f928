"""Counting for a page that is asked every minute: bounded, and honest about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import a_clinic, a_patient, a_user
from needlepoint.core.chart import Goal, Provenance, Role
from needlepoint.store import counting
from needlepoint.store.condition import condition
from needlepoint.store.counting import Count, charts, entries, up_to
from needlepoint.store.glass import break_glass
from needlepoint.store.links import make_link
from needlepoint.store.models import ChartHead, Link, Patient, Scope
from needlepoint.store.writing import append_entry


def goals(patient: Any, how_many: int) -> None:
    for n in range(how_many):
        append_entry(
            chart=patient.chart_id, statement=Goal(words=f"walk {n}"), author="u",
            role=Role.PHYSICIAN, provenance=Provenance.CLINICIAN_FOUND,
        )  # fmt: skip


def test_a_count_says_how_it_was_come_by() -> None:
    assert str(Count(number=1200)) == "1,200"
    assert str(Count(number=5_000_000, how="about")) == "about 5,000,000"
    assert str(Count(number=1000, how="more than")) == "more than 1,000"


def test_few_are_counted_exactly_and_many_no_further_than_is_needed(database: str) -> None:
    clinic = a_clinic()
    for _ in range(4):
        a_patient(clinic)
    assert up_to(Patient.objects.all(), 4) == Count(number=4)
    assert up_to(Patient.objects.all(), 3) == Count(number=3, how="more than")


def test_charts_and_entries_of_a_large_store_are_estimated(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = a_clinic()
    patients = [a_patient(clinic) for _ in range(6)]
    goals(patients[0], 7)
    assert (charts(), entries()) == (Count(number=6), Count(number=7))
    monkeypatch.setattr(counting, "MOST", 3)
    monkeypatch.setattr(up_to, "__defaults__", (3,))
    assert entries() == Count(number=7, how="about")
    if connection.vendor == "postgresql":
        connection.cursor().execute(f"ANALYZE {ChartHead._meta.db_table}")
        assert charts() == Count(number=6, how="about")
    else:
        assert charts() == Count(number=3, how="more than")


def test_what_waits_is_counted_of_the_clinic_that_asks(database: str) -> None:
    here, elsewhere = a_clinic(), a_clinic("Elsewhere")
    for clinic in (here, elsewhere, elsewhere):
        patient = a_patient(clinic)
        goals(patient, 1)
        make_link(patient=patient, scope=Scope.INTAKE, by=a_user(clinic, "nurse"))
        break_glass(user=a_user(clinic), patient=patient, reason="Found unconscious in the hall")
    Link.objects.filter(patient__clinic=here).update(ends_at=timezone.now() - timedelta(days=1))
    found = condition(clinic=here.pk).waiting
    assert found is not None
    assert (found.emergencies, found.links, found.stale) == (
        Count(number=1), Count(number=0), Count(number=1),
    )  # fmt: skip
    whole = condition().waiting
    assert whole is not None
    assert (whole.emergencies, whole.links, whole.stale) == (
        Count(number=3), Count(number=2), Count(number=3),
    )  # fmt: skip


def test_no_question_of_the_health_page_counts_a_whole_table(database: str) -> None:
    clinic = a_clinic()
    a_patient(clinic)
    for whose in (None, clinic.pk):
        with CaptureQueriesContext(connection) as asked:
            condition(clinic=whose)
        counts = [q["sql"] for q in asked if "COUNT(" in q["sql"]]
        assert counts and all("LIMIT" in sql for sql in counts)
        assert not any("SUM(" in q["sql"] for q in asked)
