"""The tables of both databases are those of the models, and guard themselves."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection


def test_migrations_make_the_tables_of_the_models(database: str) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    assert {"store_entryrow", "store_charthead"} <= set(connection.introspection.table_names())
    assert connection.vendor == database.split(":")[0]
