"""A chart only grows, in order, for everyone at once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clinic import a_clinic, a_patient
from needlepoint.core.chart import (
    Complaint,
    Goal,
    Provenance,
    Questionnaire,
    Retraction,
    Role,
    Symptom,
)
from needlepoint.core.errors import RefusedEntry
from needlepoint.core.record import fold
from needlepoint.store.models import Attachment, EntryRow
from needlepoint.store.reading import chart_from_store
from needlepoint.store.verifying import verify
from needlepoint.store.writing import Draft, append_entries, append_entry, open_chart, retract

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = {"author": "u1", "role": Role.PHYSICIAN, "provenance": Provenance.CLINICIAN_FOUND}


def a_chart() -> uuid.UUID:
    chart = uuid.uuid4()
    open_chart(chart)
    return chart


def test_what_is_written_is_read_back_as_the_same_type(database: str) -> None:
    chart = a_chart()
    said = Questionnaire(instrument="DN4", answers={"burning": 1.0}, complaint="Rücken \u2028 ñ")
    entry = append_entry(chart=chart, statement=said, occurred_at=NOON, **BY)
    assert chart_from_store(chart).entries == (entry,)
    assert entry.statement == said and entry.occurred_at == NOON


def test_a_patient_begins_with_an_empty_chart_under_another_id(database: str) -> None:
    patient = a_patient(a_clinic())
    assert chart_from_store(patient.chart_id).entries == ()
    assert patient.chart_id != patient.id


def test_a_retracted_entry_stays_to_be_read_but_is_not_so(database: str) -> None:
    chart = a_chart()
    goal = append_entry(chart=chart, statement=Goal(words="walk the dog"), **BY)
    retract(chart=chart, entry=goal.id, reason="another patient", author="u2", role=Role.NURSE)
    kept = chart_from_store(chart)
    assert kept.entries[0] == goal and isinstance(kept.entries[1].statement, Retraction)
    assert fold(kept, as_of=kept.as_of).entries == ()


def test_an_entry_that_does_not_exist_cannot_be_taken_back(database: str) -> None:
    chart, other = a_chart(), a_chart()
    elsewhere = append_entry(chart=other, statement=Goal(words="swim"), **BY)
    with pytest.raises(RefusedEntry, match="no entry"):
        retract(chart=chart, entry=elsewhere.id, reason="typo", author="u1", role=Role.NURSE)
    assert chart_from_store(chart).entries == ()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (Goal(words=""), "words is empty"),
        (Complaint(presentation="axial_low_back", nrs_average=11), "nrs_average is 11"),
        (Complaint(presentation="axial_low_back", nrs_average=float("nan")), "nrs_average"),
        (Goal(words="\ud800"), "text"),
    ],
)
def test_a_statement_out_of_bounds_is_refused_beside_its_field(
    sqlite: str, statement: Any, says: str
) -> None:
    chart = a_chart()
    with pytest.raises(RefusedEntry, match=says):
        append_entry(chart=chart, statement=statement, **BY)
    assert chart_from_store(chart).entries == ()


def test_a_name_the_knowledge_does_not_hold_is_refused(sqlite: str, knowledge: Any) -> None:
    with pytest.raises(RefusedEntry, match="no_such_sign"):
        append_entry(chart=a_chart(), statement=Symptom(name="no_such_sign"), knowledge=knowledge, **BY)  # fmt: skip


def test_what_lies_in_the_future_is_refused(sqlite: str) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    with pytest.raises(RefusedEntry, match="future"):
        append_entry(chart=a_chart(), statement=Goal(words="fly"), occurred_at=later, **BY)


def test_several_entries_are_written_all_or_none(database: str) -> None:
    chart = a_chart()
    bad = Draft(statement=Retraction(entry="nothing", reason="slip"), **BY)
    with pytest.raises(RefusedEntry):
        append_entries(chart=chart, drafts=[Draft(statement=Goal(words="run"), **BY), bad])
    assert chart_from_store(chart).entries == ()
    verify().raise_if_damaged()


def test_a_form_sent_twice_writes_once(database: str) -> None:
    chart = a_chart()
    first = append_entry(chart=chart, statement=Goal(words="run"), once="form-1", **BY)
    again = append_entry(chart=chart, statement=Goal(words="run"), once="form-1", **BY)
    assert again == first and len(chart_from_store(chart).entries) == 1
    with pytest.raises(RefusedEntry, match="sent before"):
        append_entry(chart=chart, statement=Goal(words="swim"), once="form-1", **BY)


def test_a_clock_set_back_does_not_turn_the_order_or_hide_an_entry(database: str) -> None:
    chart = a_chart()
    append_entry(chart=chart, statement=Goal(words="run"), now=NOON, **BY)
    back = NOON - timedelta(hours=3)
    append_entry(chart=chart, statement=Goal(words="swim"), now=back, **BY)
    kept = chart_from_store(chart, now=back)
    first, second = kept.entries
    assert first.recorded_at < second.recorded_at
    assert len(fold(kept, as_of=kept.as_of).entries) == 2
    verify().raise_if_damaged()


def test_many_people_writing_to_one_chart_all_succeed_and_all_see_it(database: str) -> None:
    chart = a_chart()

    def write(who: int) -> None:
        try:
            for n in range(5):
                append_entry(chart=chart, statement=Goal(words=f"{who}/{n}"), **BY)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    said = [entry.statement.words for entry in chart_from_store(chart).entries]
    assert sorted(said) == sorted(f"{who}/{n}" for who in range(6) for n in range(5))
    for who in range(6):
        mine = [words for words in said if words.startswith(f"{who}/")]
        assert mine == sorted(mine)
    verify().raise_if_damaged()


def test_one_form_sent_by_many_at_once_writes_once(database: str) -> None:
    chart = a_chart()

    def send(_: int) -> str:
        try:
            return append_entry(chart=chart, statement=Goal(words="run"), once="k", **BY).id
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert len(chart_from_store(chart).entries) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE store_entryrow SET author = 'someone'",
        "DELETE FROM store_entryrow",
        "UPDATE store_charthead SET sequence = 0",
        "DELETE FROM store_charthead",
        "UPDATE store_access SET purpose = 'nothing'",
        "DELETE FROM store_access",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(database: str, sql: str) -> None:
    from needlepoint.store.models import Access

    chart = a_chart()
    append_entry(chart=chart, statement=Goal(words="run"), **BY)
    Access.objects.create(at=NOON, patient_id=uuid.uuid4(), purpose="story", outcome="refused")
    with pytest.raises(DatabaseError, match=r"never changed|only grows"), transaction.atomic():
        connection.cursor().execute(sql)
    assert EntryRow.objects.get().author == "u1"


def test_postgresql_refuses_to_empty_the_tables_as_well(postgresql: str) -> None:
    for table in (EntryRow._meta.db_table, Attachment._meta.db_table):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(f"TRUNCATE {table} CASCADE")


def test_sqlite_refuses_to_replace_a_row_as_well(sqlite: str) -> None:
    append_entry(chart=a_chart(), statement=Goal(words="run"), **BY)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute("REPLACE INTO store_entryrow SELECT * FROM store_entryrow")


def test_a_full_disk_refuses_the_entry_and_harms_no_earlier_one(sqlite: str) -> None:
    chart = a_chart()
    kept = append_entry(chart=chart, statement=Goal(words="run"), **BY)
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    with pytest.raises(DatabaseError, match="full"):
        for _ in range(100):
            append_entry(chart=chart, statement=Goal(words="x" * 9000), **BY)
    cursor.execute("PRAGMA max_page_count = 1000000")
    assert chart_from_store(chart).entries[0] == kept
    verify().raise_if_damaged()
    append_entry(chart=chart, statement=Goal(words="room again"), **BY)
    verify().raise_if_damaged()
