"""Whatever was done to the rows behind the program's back is found, and nothing else is."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.core.chart import Decision, Goal, Provenance, Retraction, Role, Symptom
from needlepoint.store.attachments import keep_file, path_of
from needlepoint.store.chain import entry_hash
from needlepoint.store.deciding import sign_decision, signed_assessment
from needlepoint.store.models import EntryRow
from needlepoint.store.verifying import verify
from needlepoint.store.writing import Draft, append_entries, append_entry, open_chart

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: Any = {"author": "u1", "role": Role.PHYSICIAN, "provenance": Provenance.CLINICIAN_FOUND}
PDF = b"%PDF-1.7 nothing of anyone"


def a_chart(*words: str) -> uuid.UUID:
    chart = uuid.uuid4()
    open_chart(chart)
    append_entries(chart=chart, drafts=[Draft(statement=Goal(words=w), **BY) for w in words])
    return chart


def behind_its_back(*sql: str) -> None:
    """Change rows as someone with the database's own password could: guards down and up again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            for one in sql:
                cursor.execute(one)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        for one in sql:
            cursor.execute(one)
        for _, guard in guards:
            cursor.execute(guard)


def test_an_untouched_store_is_whole(database: str) -> None:
    chart = a_chart("walk", "sleep")
    open_chart(uuid.uuid4())
    keep_file(chart=chart, content=io.BytesIO(PDF), label="MRI report", author="u1")
    proof = verify(with_files=True)
    assert (proof.damage, proof.charts, proof.entries, proof.attachments) == ((), 2, 2, 1)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE store_entryrow SET statement = replace(statement, 'walk', 'run')", "entry 1: it is not as"),
        ("UPDATE store_entryrow SET author = 'u2' WHERE sequence = 2", "entry 2: it is not as"),
        ("UPDATE store_entryrow SET occurred_at = '2020-01-01 00:00:00'", "entry 1: it is not as"),
        ("DELETE FROM store_entryrow WHERE sequence = 2", "entry 2 is missing"),
        ("DELETE FROM store_entryrow WHERE sequence = 3", "3 entries were written, 2 are there"),
        ("DELETE FROM store_entryrow", "3 entries were written, 0 are there"),
        ("UPDATE store_charthead SET sequence = 2", "2 entries were written, 3 are there"),
        ("UPDATE store_charthead SET hash = 'x'", "its last entry is not"),
        ("UPDATE store_entryrow SET sequence = CASE sequence WHEN 1 THEN 11 WHEN 2 THEN 10 ELSE 12 END", "entry 10"),
    ],
)  # fmt: skip
def test_a_changed_missing_cut_off_or_moved_row_is_named(
    database: str, sql: str, says: str
) -> None:
    chart = a_chart("walk", "sleep", "swim")
    behind_its_back(sql)
    damage = "\n".join(verify().damage)
    assert str(chart) in damage and says in damage


def test_an_entry_put_into_another_chart_is_found(database: str) -> None:
    one, other = a_chart("walk"), a_chart()
    bound = "'" + (other.hex if connection.vendor == "sqlite" else str(other)) + "'"
    behind_its_back(f"UPDATE store_entryrow SET chart_id = {bound}")
    damage = "\n".join(verify().damage)
    assert str(one) in damage and str(other) in damage


def test_a_guard_that_was_taken_down_is_missed(database: str) -> None:
    on = " ON store_entryrow" if connection.vendor == "postgresql" else ""
    name = "store_entryrow_append_only" if on else "store_entryrow_no_update"
    connection.cursor().execute(f"DROP TRIGGER {name}{on}")
    assert any(name in damage for damage in verify().damage)


def test_a_chain_computed_anew_is_found_against_an_earlier_proof(database: str) -> None:
    chart = a_chart("walk")
    earlier = verify()
    row = EntryRow.objects.get()
    forged = {f: getattr(row, f) for f in ("sequence", "entry_id", "occurred_at", "recorded_at",
              "author", "role", "provenance", "kind", "statement", "once", "previous")}  # fmt: skip
    forged["author"] = "u2"
    new = entry_hash(chart=chart, **forged)
    behind_its_back(
        f"UPDATE store_entryrow SET author = 'u2', hash = '{new}'",
        f"UPDATE store_charthead SET hash = '{new}'",
    )
    proof = verify()
    assert proof.damage == () and proof.checkpoint != earlier.checkpoint
    assert "earlier proof" in "".join(verify(against=earlier.heads).damage)


def test_a_longer_chart_still_agrees_with_its_earlier_proof(database: str) -> None:
    chart = a_chart("walk")
    earlier = verify()
    append_entry(chart=chart, statement=Goal(words="swim"), **BY)
    assert verify(against=earlier.heads).damage == ()


def test_a_signed_answer_is_shown_as_it_was_and_a_changed_one_is_found(database: str) -> None:
    chart = a_chart("walk")
    entry = sign_decision(
        chart=chart, decision=Decision(about="block", accepted=True), assessment={"p": 0.46, "ñ": 1},
        knowledge_version="k1", as_of=NOON, author="u1", role=Role.PHYSICIAN,
    )  # fmt: skip
    assert signed_assessment(chart, entry.id) == {"p": 0.46, "ñ": 1}
    assert verify().damage == ()
    behind_its_back(
        "UPDATE store_decisionsnapshot SET assessment = replace(assessment, '0.46', '0.99')"
    )
    assert "signed is not as it was" in "".join(verify().damage)
    behind_its_back("DELETE FROM store_decisionsnapshot")
    assert "signed is missing" in "".join(verify().damage)


def test_a_changed_or_missing_file_is_found(database: str) -> None:
    kept = keep_file(chart=a_chart(), content=io.BytesIO(PDF), label="report", author="u1")
    path_of(kept.sha256).write_bytes(PDF.replace(b"nothing", b"someone"))
    assert verify().damage == () and "not as it was kept" in verify(with_files=True).damage[0]
    path_of(kept.sha256).unlink()
    assert "missing" in verify().damage[0]


def test_an_attachment_row_that_was_dropped_or_changed_is_found(database: str) -> None:
    chart = a_chart()
    for label in ("one", "two"):
        keep_file(chart=chart, content=io.BytesIO(PDF + label.encode()), label=label, author="u1")
    behind_its_back("UPDATE store_attachment SET label = 'three' WHERE sequence = 1")
    assert "not as it was written" in "".join(verify().damage)
    behind_its_back("DELETE FROM store_attachment WHERE sequence = 2")
    assert "not those that were kept" in "".join(verify().damage)


# --- laws -----------------------------------------------------------------------------------------

letters = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
statements = st.one_of(
    st.builds(Goal, words=letters),
    st.builds(Symptom, name=letters, note=st.none() | letters),
)
drafts = st.lists(st.builds(lambda s: Draft(statement=s, **BY), statements), max_size=4)
law = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@law
@given(st.lists(drafts, max_size=4), st.data())
def test_any_sequence_of_appends_verifies(database: str, groups: Any, data: Any) -> None:
    chart = a_chart()
    written: list[Any] = []
    for group in groups:
        written += append_entries(chart=chart, drafts=group)
        if written and data.draw(st.booleans()):
            taken = data.draw(st.sampled_from(written))
            written.append(append_entry(chart=chart, statement=Retraction(entry=taken.id, reason="r"), **BY))  # fmt: skip
    assert verify().damage == ()


FIELDS: dict[str, Callable[[Any, int], Any]] = {
    name: (lambda value, bit: flip(value, bit))
    for name in (
        "entry_id",
        "author",
        "role",
        "provenance",
        "kind",
        "statement",
        "previous",
        "hash",
    )
}


def flip(text: str, bit: int) -> str:
    place, bit = (bit // 7) % len(text), bit % 7
    return text[:place] + chr(ord(text[place]) ^ (1 << bit)) + text[place + 1 :]


@law
@given(st.sampled_from(sorted(FIELDS)), st.integers(0, 5000), st.integers(0, 2))
def test_any_single_bit_changed_in_any_field_is_found(field: str, bit: int, which: int) -> None:
    """On rows as they would be read, so that characters no database keeps are tried as well."""
    from needlepoint.store.chain import beginning
    from needlepoint.store.models import ChartHead
    from needlepoint.store.verifying import _end, _follow
    from needlepoint.store.writing import _row

    chart = uuid.UUID(int=7)
    head = ChartHead(chart_id=chart, hash=beginning(chart), sequence=0)
    rows = [
        _row(head, Draft(statement=Goal(words=w), entry_id=w, **BY), f'{{"words":"{w}"}}', NOON)
        for w in ("walk", "sleep", "swim")
    ]
    assert _follow(chart, rows, None)[0] == []
    setattr(rows[which], field, FIELDS[field](getattr(rows[which], field), bit))
    damage, length, last, _ = _follow(chart, rows, None)
    assert [*damage, *_end(chart, head, length, last)]
