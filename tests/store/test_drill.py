"""The drill: back up, lose the machine, restore, and have every chart, file and account again."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.core.chart import Goal, Provenance, Role
from needlepoint.store.attachments import keep_file
from needlepoint.store.writing import append_entry


def test_a_lost_clinic_comes_back_from_its_backup_and_equals_what_it_was(
    database: str, tmp_path: Path, request: Any, settings: Any
) -> None:
    data, safe = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    safe.mkdir()
    settings.ATTACHMENTS_DIR = data / "attachments"
    charts = _a_day_of_work()
    connection.close()
    here = {"NEEDLEPOINT_DATABASE_URL": database, "NEEDLEPOINT_DATA": str(data)}
    _run(here, "verify", "--files", "--save", str(safe / "proof.json"))
    _run(here, "backup", str(safe / "clinic.tar.gz"))
    before = [_exported(here, chart, safe / f"before-{chart}") for chart in charts]

    here = _lost(database, data, here, request)
    _run(here, "manage", "migrate", "-v0")
    _run(here, "restore", str(safe / "clinic.tar.gz"))
    _run(here, "verify", "--files", "--against", str(safe / "proof.json"))
    after = [_exported(here, chart, safe / f"after-{chart}") for chart in charts]
    assert after == before
    _run(here, "backup", str(safe / "again.tar.gz"))
    state = _run(here, "health", "--json")
    assert '"able": true' in state and "0 hours old" in state and "2 charts, 8 entries" in state


def _a_day_of_work() -> list[str]:
    clinic = a_clinic()
    team = a_team(clinic)
    user = a_user(clinic, "physician", team)
    charts = []
    for name in ("Rivera", "Muñoz"):
        patient = a_patient(clinic, team, family_name=name)
        for n in range(4):
            append_entry(chart=patient.chart_id, statement=Goal(words=f"{n} ñ"), role=Role.PHYSICIAN,
                         author=str(user.pk), provenance=Provenance.CLINICIAN_FOUND)  # fmt: skip
        keep_file(chart=patient.chart_id, content=io.BytesIO(b"%PDF- " + name.encode()),
                  label="report", author=str(user.pk))  # fmt: skip
        charts.append(str(patient.chart_id))
    return charts


def _lost(database: str, data: Path, here: dict[str, str], request: Any) -> dict[str, str]:
    """The database and the folder are gone for good; an empty database stands in their place."""
    shutil.rmtree(data)
    if not database.startswith("postgresql"):
        Path(database.removeprefix("sqlite:///")).unlink()
        return here
    import psycopg

    server = request.getfixturevalue("postgres")
    name = database.split("@/")[1].split("?")[0]
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.create(name)
    return here


def _exported(here: dict[str, str], chart: str, out: Path) -> dict[str, bytes]:
    _run(here, "export", chart, "--out", str(out))
    files = (p for p in sorted(out.rglob("*")) if p.is_file())
    return {str(p.relative_to(out)): _without_the_hour(p.read_bytes()) for p in files}


def _without_the_hour(content: bytes) -> bytes:
    """An export says when it was made; all else must be equal to the byte."""
    return re.sub(rb'"made_at": [^\n]*', b"", content)


def _run(here: dict[str, str], *arguments: str) -> str:
    settings = {**os.environ, **here, "DJANGO_SETTINGS_MODULE": "needlepoint.config.settings",
                "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip
    done = subprocess.run([sys.executable, "-m", "needlepoint.cli", *arguments], env=settings,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
