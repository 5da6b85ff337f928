"""A backup holds everything, reads back, and comes back whole on either database or not at all."""

from __future__ import annotations

import gzip
import io
import tarfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from clinic import a_clinic, a_patient, a_team, a_user, on_database
from needlepoint.accounts.models import Clinic, User
from needlepoint.core.chart import Decision, Goal, Provenance, Role, Symptom
from needlepoint.core.errors import DamagedStore
from needlepoint.files import read_chart
from needlepoint.store.attachments import keep_file
from needlepoint.store.deciding import sign_decision
from needlepoint.store.door import patient_for
from needlepoint.store.exporting import UnknownChart, export_chart
from needlepoint.store.models import Access, Identity, Patient
from needlepoint.store.moving import NotRestored, backup, restore
from needlepoint.store.reading import chart_from_store
from needlepoint.store.verifying import verify
from needlepoint.store.writing import append_entry

BY: Any = {"author": "u1", "role": Role.PHYSICIAN, "provenance": Provenance.CLINICIAN_FOUND}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_full_clinic() -> Patient:
    clinic = a_clinic()
    team = a_team(clinic)
    patient = a_patient(
        clinic, team, family_name="Muñoz", birth_date=date(1970, 1, 2), numbers={"clinic": "17"}
    )
    chart = patient.chart_id
    append_entry(chart=chart, statement=Goal(words="walk the dog ñ"), **BY)
    append_entry(chart=chart, statement=Symptom(name="worse_sitting"), occurred_at=NOON, **BY)
    keep_file(chart=chart, content=io.BytesIO(b"%PDF- report"), label="report", author="u1")
    sign_decision(chart=chart, decision=Decision(about="block", accepted=True), assessment={"p": 1},
                  knowledge_version="k", as_of=NOON, author="u1", role=Role.PHYSICIAN)  # fmt: skip
    patient_for(a_user(clinic, "physician", team), patient.id, "story")
    return patient  # type: ignore[no-any-return]


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_a_backup_comes_back_on_either_database(
    database: str, other: str, tmp_path: Path, sqlite_template: Path, postgres: Any,
    postgres_template: str, settings: Any,
) -> None:  # fmt: skip
    patient = a_full_clinic()
    before, entries = verify(with_files=True), chart_from_store(patient.chart_id).entries
    users = {user.pk: (user.password, user.username) for user in User.objects.all()}
    sha256, proof = backup(tmp_path / "clinic.tar.gz")
    assert len(sha256) == 64 and proof.checkpoint == before.checkpoint
    assert (tmp_path / "clinic.tar.gz").stat().st_mode & 0o077 == 0
    settings.ATTACHMENTS_DIR = tmp_path / "elsewhere"
    with on_database(_fresh(other, tmp_path, sqlite_template, postgres, postgres_template)):
        assert restore(tmp_path / "clinic.tar.gz").checkpoint == before.checkpoint
        assert chart_from_store(patient.chart_id).entries == entries
        assert {u.pk: (u.password, u.username) for u in User.objects.all()} == users
        assert Identity.objects.get().family_name == "Muñoz" and Access.objects.count() == 1
        assert Patient.objects.get().registered_at == patient.registered_at
        append_entry(chart=patient.chart_id, statement=Goal(words="after"), **BY)
        patient_for(User.objects.get(), patient.id, "story")
        assert verify(with_files=True).damage == ()
        with pytest.raises(NotRestored, match="not empty"):
            restore(tmp_path / "clinic.tar.gz")


def _fresh(kind: str, folder: Path, template: Path, postgres: Any, named: str) -> str:
    if kind == "postgresql":
        return str(postgres.create(f"r_{uuid.uuid4().hex}", named))
    (folder / "fresh.sqlite3").write_bytes(template.read_bytes())
    return f"sqlite:///{folder / 'fresh.sqlite3'}"


def test_a_backup_is_of_one_moment_while_others_go_on_writing(
    database: str, tmp_path: Path
) -> None:
    charts = [a_patient(a_clinic(str(n))).chart_id for n in range(3)]
    stop = False

    def write(chart: uuid.UUID) -> int:
        count = 0
        try:
            while not stop:
                append_entry(chart=chart, statement=Goal(words=str(count)), **BY)
                count += 1
        finally:
            connection.close()
        return count

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, chart) for chart in charts]
        try:
            proofs = [backup(tmp_path / f"{n}.tar.gz")[1] for n in range(3)]
        finally:
            stop = True
        written = sum(writer.result() for writer in writers)
    assert verify().entries == written >= proofs[-1].entries >= proofs[0].entries
    assert verify(against=proofs[0].heads).damage == ()


@pytest.mark.parametrize("harm", ["cut", "bit", "middle", "row", "other"])
def test_a_harmed_backup_is_refused_and_leaves_the_clinic_empty(
    sqlite: str, tmp_path: Path, sqlite_template: Path, harm: str
) -> None:
    a_full_clinic()
    path = tmp_path / "clinic.tar.gz"
    backup(path)
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "bit":
        path.write_bytes(content[:-6] + bytes([content[-6] ^ 1]) + content[-5:])
    elif harm == "middle":
        half = len(content) // 2
        path.write_bytes(content[:half] + bytes([content[half] ^ 8]) + content[half + 1 :])
    elif harm == "row":
        path.write_bytes(
            gzip.compress(gzip.decompress(content).replace("Muñoz".encode(), b"Munioz"))
        )
    else:
        with tarfile.open(path, "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("../../etc/passwd"))
    with on_database(_fresh("sqlite", tmp_path, sqlite_template, None, "")):
        with pytest.raises(DamagedStore):
            restore(path)
        assert not Clinic.objects.exists()


def test_a_backup_is_never_written_over_and_a_damaged_store_never_backed_up(
    sqlite: str, tmp_path: Path, settings: Any
) -> None:
    a_full_clinic()
    backup(tmp_path / "one.tar.gz")
    with pytest.raises(FileExistsError):
        backup(tmp_path / "one.tar.gz")
    next(p for p in settings.ATTACHMENTS_DIR.rglob("*") if p.is_file()).write_bytes(b"%PDF- rupert")
    with pytest.raises(DamagedStore, match="Nothing was backed up"):
        backup(tmp_path / "two.tar.gz")
    assert [p.name for p in tmp_path.glob("*two*")] == []


def test_an_exported_chart_is_read_back_into_the_same_entries(
    database: str, tmp_path: Path, knowledge: Any
) -> None:
    patient = a_full_clinic()
    folder = export_chart(patient.chart_id, tmp_path / "out")
    read = read_chart(folder / "chart.yaml", knowledge=knowledge)
    assert read.entries == chart_from_store(patient.chart_id).entries
    assert (folder / "attachments/0001.pdf").read_bytes() == b"%PDF- report"
    assert len(list((folder / "signed").iterdir())) == 1
    everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    for identifying in ("Muñoz", "1970-01-02", str(patient.id)):
        assert identifying.encode() not in everything
    with pytest.raises(FileExistsError):
        export_chart(patient.chart_id, tmp_path / "out")
    with pytest.raises(UnknownChart):
        export_chart(uuid.uuid4(), tmp_path / "none")
