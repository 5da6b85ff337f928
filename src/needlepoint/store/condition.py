"""Is the clinic's machine able to work, and will what is written be there tomorrow?"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, OuterRef, Q

from needlepoint.store.counting import Count, charts, entries, up_to
from needlepoint.store.models import DueRow, GlassBreak, Link, Patient, StaleChart

ROOM_MB = 500  # below this a clinic soon cannot write
BACKUP_DUE = timedelta(hours=26)  # every night, and two hours' grace
PROOF_DUE = timedelta(days=8)  # every week, and a day's grace
_NOTES = {"backup": "last-backup.json", "proof": "last-proof.json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """When a backup or a proof was last finished, and of how much."""

    at: datetime
    charts: int
    entries: int
    checkpoint: str

    def is_due(self, now: datetime, after: timedelta) -> bool:
        """Whether the next one is late."""
        return now - self.at > after


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Work that stands in a queue."""

    emergencies: Count  # to be reviewed
    links: Count  # of patients, that nobody has opened and that still may be
    due: Count  # rows of the board of what is due, up to today
    stale: Count  # charts that have grown since their rows were told; opening the board tells them


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is known of the machine; where the database does not answer, the rest is None."""

    now: datetime
    database: bool
    database_kind: str
    missing_migrations: int | None
    room_mb: int
    charts: Count | None
    entries: Count | None
    last_backup: Done | None
    last_proof: Done | None
    waiting: Waiting | None

    @property
    def backup_is_due(self) -> bool:
        return self.last_backup is None or self.last_backup.is_due(self.now, BACKUP_DUE)

    @property
    def proof_is_due(self) -> bool:
        return self.last_proof is None or self.last_proof.is_due(self.now, PROOF_DUE)

    @property
    def is_able(self) -> bool:
        """Whether it can work at this moment."""
        return self.database and self.missing_migrations == 0 and self.room_mb > ROOM_MB


def condition(now: datetime | None = None, *, clinic: UUID | None = None) -> Condition:
    """Look at the database, the disk and the notes of the last backup and proof.

    Args:
        clinic: whose charts and waiting work are counted; those of the whole database if not
            given, as it is for whoever runs the machine.
    """
    moment = now or datetime.now(UTC)
    answers = database_answers()
    counted, written, waiting = _counts(moment, clinic) if answers else (None, None, None)
    return Condition(
        now=moment,
        database=answers,
        database_kind="PostgreSQL" if connection.vendor == "postgresql" else "SQLite",
        missing_migrations=missing_migrations() if answers else None,
        room_mb=room_mb(),
        charts=counted,
        entries=written,
        last_backup=_noted("backup"),
        last_proof=_noted("proof"),
        waiting=waiting,
    )


def note_done(what: str, *, charts: int, entries: int, checkpoint: str) -> None:
    """Write down that a backup or a proof has just been finished."""
    done = Done(at=datetime.now(UTC), charts=charts, entries=entries, checkpoint=checkpoint)
    text = json.dumps({**asdict(done), "at": done.at.isoformat()})
    (Path(settings.DATA_DIR) / _NOTES[what]).write_text(text, encoding="utf-8")


def database_answers() -> bool:
    """Whether a question comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        return False


def missing_migrations() -> int | None:
    """How many changes of this version the tables lack; None where nobody can say."""
    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return None


def room_mb() -> int:
    """Free space where the clinic keeps its files; 0 where the folder is missing."""
    folder = Path(settings.DATA_DIR)
    return shutil.disk_usage(folder).free // 1_000_000 if folder.is_dir() else 0


def _counts(
    now: datetime, clinic: UUID | None
) -> tuple[Count | None, Count | None, Waiting | None]:
    try:
        waiting = _waiting(now, clinic)
        if clinic is not None:
            return up_to(Patient.objects.filter(clinic_id=clinic)), None, waiting
        return charts(), entries(), waiting
    except DatabaseError:
        return None, None, None


def _waiting(now: datetime, clinic: UUID | None) -> Waiting:
    here = {} if clinic is None else {"clinic_id": clinic}
    theirs = {} if clinic is None else {"patient__clinic_id": clinic}
    open_now = Q(opened_at=None, closed_at=None, ends_at__gt=now)
    stale = StaleChart.objects.all()
    if clinic is not None:
        theirs_too = Patient.objects.filter(clinic_id=clinic, chart_id=OuterRef("chart_id"))
        stale = stale.filter(Exists(theirs_too))
    return Waiting(
        emergencies=up_to(GlassBreak.objects.filter(reviewed_at=None, **here)),
        links=up_to(Link.objects.filter(open_now, **theirs)),
        due=up_to(DueRow.objects.filter(on__lte=now.date(), **here)),
        stale=up_to(stale),
    )


def _noted(what: str) -> Done | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        row = json.loads((Path(settings.DATA_DIR) / _NOTES[what]).read_text(encoding="utf-8"))
        return Done(at=datetime.fromisoformat(row["at"]), charts=int(row["charts"]),
                    entries=int(row["entries"]), checkpoint=str(row["checkpoint"]))  # fmt: skip
    return None
