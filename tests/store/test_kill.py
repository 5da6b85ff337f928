"""What was acknowledged is there after the process was killed in the middle of writing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from bench.database import Postgres
from django.db import OperationalError, connection

from needlepoint.core.chart import Goal, Provenance, Role
from needlepoint.store.reading import chart_from_store
from needlepoint.store.verifying import verify
from needlepoint.store.writing import append_entry, open_chart

WRITER = """
import io, sys, django
django.setup()
from uuid import UUID
from needlepoint.core.chart import Goal, Provenance, Role
from needlepoint.store.attachments import keep_file
from needlepoint.store.writing import append_entry
n = 0
while True:
    append_entry(chart=UUID(sys.argv[1]), statement=Goal(words=str(n)), author="u1", role=Role.NURSE,
                 provenance=Provenance.PATIENT_SAID)
    keep_file(chart=UUID(sys.argv[1]), content=io.BytesIO(b"%PDF-" + str(n).encode()), label=str(n),
              author="u1")
    print(n, flush=True)
    n += 1
"""


def test_a_killed_writer_loses_nothing_that_it_acknowledged(database: str, tmp_path: Path) -> None:
    chart = uuid.uuid4()
    open_chart(chart)
    connection.close()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "needlepoint.config.settings",
        "NEEDLEPOINT_DATABASE_URL": database,
        "NEEDLEPOINT_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    for _ in range(2):
        before = len(chart_from_store(chart).entries)
        connection.close()
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(chart)], env=environment, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.readlines()
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        there = [entry.statement.words for entry in chart_from_store(chart).entries[before:]]
        said = [line.strip() for line in acknowledged if line.endswith("\n")]
        assert there[: len(said)] == said and len(there) - len(said) <= 1
        assert verify(with_files=True).damage == ()


def test_a_database_that_falls_over_comes_back_with_everything(
    postgres: Postgres, postgresql: str
) -> None:
    chart = uuid.uuid4()
    open_chart(chart)
    written = [
        append_entry(chart=chart, statement=Goal(words=str(n)), author="u1", role=Role.NURSE,
                     provenance=Provenance.PATIENT_SAID)
        for n in range(10)
    ]  # fmt: skip
    postgres.stop("immediate")
    connection.close()
    with pytest.raises(OperationalError):
        chart_from_store(chart)
    postgres.start()
    connection.close()
    assert chart_from_store(chart).entries == tuple(written)
    assert verify().damage == ()
