"""A clinic's database for a test: fresh, real, committed; on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bench.database import THROWN_AWAY, Postgres
from django.core.management import call_command
from django.db import connections

from needlepoint.config import environment

# A test gets a database of its own and commits for real: the triggers that protect charts refuse
# the emptying by which test frameworks reuse one, and what must survive a kill must be committed.


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL, started once."""
    server = Postgres(settings=THROWN_AWAY)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A migrated, empty database file; each test copies it."""
    path = tmp_path_factory.mktemp("template") / "clinic.sqlite3"
    with django_db_blocker.unblock(), on_database(f"sqlite:///{path}"):
        call_command("migrate", verbosity=0)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres, django_db_blocker: Any) -> str:
    """The name of a migrated, empty database; each test copies it."""
    url = postgres.create("template_clinic")
    with django_db_blocker.unblock(), on_database(url):
        call_command("migrate", verbosity=0)
    return "template_clinic"


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path, django_db_blocker: Any, settings: Any
           ) -> Iterator[str]:  # fmt: skip
    """A fresh clinic on SQLite; yields its address."""
    path = tmp_path / "clinic.sqlite3"
    shutil.copy(sqlite_template, path)
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    with django_db_blocker.unblock(), on_database(f"sqlite:///{path}"):
        yield f"sqlite:///{path}"


@pytest.fixture
def postgresql(postgres: Postgres, postgres_template: str, tmp_path: Path, django_db_blocker: Any,
               settings: Any) -> Iterator[str]:  # fmt: skip
    """A fresh clinic on PostgreSQL; yields its address."""
    name = f"t_{uuid.uuid4().hex}"
    url = postgres.create(name, postgres_template)
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    with django_db_blocker.unblock(), on_database(url):
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """A fresh clinic, once on each database; yields its address."""
    return str(request.getfixturevalue(request.param))


@contextmanager
def on_database(url: str) -> Iterator[None]:
    """Let every thread of this process use the database at an address."""
    before = connections.settings["default"]
    _use({**before, **_EMPTY, **environment.database(url)})
    try:
        yield
    finally:
        _use(before)


_EMPTY = {"USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "CONN_MAX_AGE": 0}


def _use(described: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = described


# --- people and patients --------------------------------------------------------------------------


def a_clinic(name: str = "Harbour Pain") -> Any:
    from needlepoint.accounts.models import Clinic

    return Clinic.objects.create(name=name)


def a_team(clinic: Any, name: str = "Spine") -> Any:
    from needlepoint.accounts.models import Team

    return Team.objects.create(clinic=clinic, name=name)


def a_user(clinic: Any, role: str = "physician", *teams: Any, second_factor: bool = True) -> Any:
    """A member of staff, with a second factor unless told otherwise; the password is `long enough`."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from needlepoint.accounts.models import Membership, User
    from needlepoint.accounts.roles import Role

    user = User.objects.create_user(
        f"{role}-{uuid.uuid4().hex[:8]}",
        "long enough",
        clinic=clinic,
        role=Role(role),
        name=f"A {role}",
    )
    for team in teams:
        Membership.objects.create(user=user, team=team)
    if second_factor:
        TOTP.activate(user, generate_totp_secret())
    return user


def a_patient(clinic: Any, *teams: Any, **identity: Any) -> Any:
    from needlepoint.store.patients import register_patient

    return register_patient(clinic=clinic, teams=teams, **{"family_name": "Rivera", **identity})
