"""The clinic's commands from outside: what they print, and how they refuse."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from clinic import a_clinic, a_patient
from needlepoint.core.chart import Goal, Provenance, Role
from needlepoint.store.writing import append_entry

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, **environment: str) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "needlepoint.cli", *arguments],
            capture_output=True, text=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NEEDLEPOINT_DATA": str(tmp_path), "NEEDLEPOINT_SECRET": "",
                 "DJANGO_SETTINGS_MODULE": "needlepoint.config.settings", **environment},
        )  # fmt: skip

    return run


def test_a_clinic_is_made_written_proved_backed_up_and_restored_elsewhere(
    sqlite: str, run: Run, tmp_path: Path
) -> None:
    patient = a_patient(a_clinic())
    append_entry(chart=patient.chart_id, statement=Goal(words="run"), author="u", role=Role.NURSE,
                 provenance=Provenance.PATIENT_SAID)  # fmt: skip
    connection.close()
    here = {"NEEDLEPOINT_DATABASE_URL": sqlite}
    proved = run("verify", "--save", "proof.json", **here)
    assert proved.returncode == 0 and "1 charts, 1 entries" in proved.stdout
    assert run("backup", "b.tar.gz", **here).returncode == 0
    assert "is kept" in run("backup", "b.tar.gz", **here).stderr
    there = {"NEEDLEPOINT_DATA": str(tmp_path / "new")}
    refused = run("restore", "b.tar.gz", **there)
    assert refused.returncode == 2 and "manage migrate" in refused.stderr
    assert run("manage", "migrate", "-v0", **there).returncode == 0
    assert run("restore", "b.tar.gz", **there).returncode == 0
    assert run("verify", "--files", "--against", "proof.json", **there).returncode == 0
    exported = run("export", str(patient.chart_id), "--out", "chart", **there)
    assert exported.returncode == 0 and (tmp_path / "chart/chart.yaml").is_file()
    assert run("export", str(patient.pk), "--out", "same", **there).returncode == 0
    whole = [(tmp_path / name / "chart.yaml").read_bytes() for name in ("chart", "same")]
    assert whole[0] == whole[1], "the id that stands in the address of the patient's pages"
    new = tmp_path / "new"
    assert {p.name: p.stat().st_mode & 0o077 for p in new.iterdir() if p.is_file()} == {
        "secret": 0, "clinic.sqlite3": 0, "last-proof.json": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["verify"], {"NEEDLEPOINT_DATABASE_URL": "mysql://x"}, "neither sqlite: nor postgresql:"),
        (["verify"], {"NEEDLEPOINT_DATABASE_URL": "postgresql://x@127.0.0.1:1/y"}, "does not answer"),
        (["verify"], {"NEEDLEPOINT_IDLE_MINUTES": "soon"}, "NEEDLEPOINT_IDLE_MINUTES"),
        (["verify", "--against", "no"], {}, "no"),
        (["export", "x", "--out", "y"], {}, "no chart id"),
        (["export", str(uuid.UUID(int=1)), "--out", "y"], {}, "No chart has the id"),
        (["restore", "nothing.tar.gz"], {}, "nothing.tar.gz"),
        (["verify"], {"NEEDLEPOINT_DATABASE_URL": "postgresql://x:a/b@h:y/z"}, "%40 for @"),
        (["serve", "--workers", "0"], {}, "Give --workers 1 or more"),
        (["serve", "--bind", "8000"], {}, "no address"),
        (["serve", "--bind", "192.0.2.1:8000"], {}, "Nothing can listen"),
        (["serve", "--bind", "0.0.0.0:8000"], {"NEEDLEPOINT_DEMONSTRATION": "1"}, "this machine only"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_a_sentence(
    run: Run, sqlite: str, arguments: list[str], environment: dict[str, str], says: str
) -> None:
    connection.close()
    done = run(*arguments, **{"NEEDLEPOINT_DATABASE_URL": sqlite, **environment})
    assert done.returncode == 2 and says in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_store_fails_the_proof(run: Run, sqlite: str) -> None:
    patient = a_patient(a_clinic())
    append_entry(chart=patient.chart_id, statement=Goal(words="run"), author="u", role=Role.NURSE,
                 provenance=Provenance.PATIENT_SAID)  # fmt: skip
    cursor = connection.cursor()
    cursor.execute("DROP TRIGGER store_entryrow_no_update")
    cursor.execute("UPDATE store_entryrow SET author = 'other'")
    connection.close()
    done = run("verify", NEEDLEPOINT_DATABASE_URL=sqlite)
    assert done.returncode == 2
    assert (
        "entry 1: it is not as it was written" in done.stderr and "no_update is gone" in done.stderr
    )


def test_the_command_line_works_without_django(tmp_path: Path) -> None:
    blocked = "import sys; sys.modules['django'] = None\nfrom needlepoint.cli import main\nsys.exit(main(sys.argv[1:]))"
    case = Path(__file__).parents[2] / "cases/lumbar/facet_or_sacroiliac.yaml"
    for arguments, code, says in (
        (["assess", str(case), "--json", "--no-intervals"], 0, "differential"),
        (["verify"], 2, "requirements/web.txt"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", blocked, *arguments], capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert done.returncode == code and says in done.stdout + done.stderr, done.stderr
