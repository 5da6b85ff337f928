"""What keeps the record as it was written? Triggers, told once for both databases.

A table that is the record itself takes new rows and nothing else. A row that has a course of its
own (a link is opened, an emergency is reviewed) may go forward and never back, and stays whose it
is. What is computed or planned (what is due, appointments, sessions) is not guarded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

_SAYS = "what was written in a chart is never changed or deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What may not be done to the rows of one table. Nothing guarded is ever deleted."""

    table: str
    says: str = _SAYS
    is_final: bool = False  # no row is changed at all
    fixed: tuple[str, ...] = ()  # columns that stay as they were
    once: tuple[str, ...] = ()  # columns that are filled once
    more: tuple[str, ...] = ()  # columns that never get smaller
    less: tuple[str, ...] = ()  # columns that never get larger
    sealed_by: str = ""  # once this column is filled, the row is final


GUARDS: tuple[Guard, ...] = (
    Guard(table="store_entryrow", is_final=True),
    Guard(table="store_decisionsnapshot", is_final=True),
    Guard(table="store_attachment", is_final=True),
    Guard(table="store_imagerow", is_final=True),
    Guard(table="store_access", is_final=True),
    Guard(
        table="accounts_staffchange", is_final=True,
        says="what was written of an account is never changed or deleted",
    ),
    Guard(
        table="store_charthead", fixed=("chart_id",), more=("sequence", "files"),
        says="a chart only grows",
    ),
    Guard(
        table="store_patient", fixed=("id", "chart_id", "clinic_id", "registered_at"),
        says="a patient keeps the chart, and a chart its patient",
    ),
    Guard(
        table="store_identity", fixed=("patient_id", "clinic_id"),
        says="who a patient is may be corrected, not taken away",
    ),
    Guard(
        table="store_number", fixed=("patient_id", "clinic_id"),
        says="a number is not moved to another patient",
    ),
    Guard(
        table="store_glassbreak", sealed_by="reviewed_at", less=("ends_at",),
        fixed=("id", "clinic_id", "user_id", "patient_id", "reason", "opened_at"),
        says="an emergency stays as it was declared, and is reviewed once",
    ),
    Guard(
        table="store_intake", fixed=("id", "patient_id", "started_at"),
        once=("submitted_at", "reviewed_at", "reviewed_by_id"),
        says="what a patient handed in stays handed in",
    ),
    Guard(
        table="store_link", less=("ends_at",), once=("opened_at", "closed_at"),
        fixed=("id", "patient_id", "scope", "subject", "token_hash", "made_at", "made_by_id"),
        says="a link opens once and stays closed",
    ),
    Guard(
        table="accounts_clinic", fixed=("id",), says="a clinic is not taken away",
    ),
    Guard(
        table="accounts_user", fixed=("id", "clinic_id"), more=("told_through",),
        says="who wrote in a chart stays among the people of the clinic",
    ),
    Guard(
        table="accounts_staffkey", less=("ends_at",), more=("wrong_codes",),
        fixed=("id", "user_id", "kind", "token_hash", "asked_by_id", "asked_at"),
        once=("confirmed_by_id", "confirmed_at", "used_at", "withdrawn_at"),
        says="a key opens once and stays withdrawn",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One trigger as it stands in a database, and what it does."""

    name: str
    table: str
    does: str


def renew(_apps: Any, schema_editor: Any) -> None:
    """Put up every guard anew; for a migration that has touched a guarded table.

    SQLite drops the triggers of a table that Django remakes, so such a migration ends with this.
    """
    there = set(schema_editor.connection.introspection.table_names())
    with schema_editor.connection.cursor() as cursor:
        for name, table in _known_names(cursor, schema_editor.connection.vendor):
            on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER {name}{on}")
        for guard in GUARDS:
            if guard.table in there:
                for sql in _DDL[schema_editor.connection.vendor](guard):
                    cursor.execute(sql)


def faults_of_guards() -> Iterator[str]:
    """Each guard that is gone, looks away, or does not do what it did."""
    there = {one.name: one for one in _standing()}
    for guard in GUARDS:
        for wanted in _wanted(guard):
            found = there.get(wanted.name)
            if found is None:
                yield (
                    f"the guard {wanted.name} is gone. Someone has taken it down; restore a "
                    "backup and ask who."
                )
            elif found != wanted:
                yield (
                    f"the guard {wanted.name} is not the one that was put up. Someone has "
                    "exchanged it; restore a backup and ask who."
                )


def _known_names(cursor: Any, vendor: str) -> list[tuple[str, str]]:
    """Triggers on guarded tables, of this version and of earlier ones."""
    sql = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = "
        "tgrelid WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)",
    }[vendor]
    cursor.execute(sql)
    guarded = {guard.table for guard in GUARDS}
    return [(name, table) for name, table in cursor.fetchall() if table in guarded]


# --- SQLite ---------------------------------------------------------------------------------------


def _sqlite(guard: Guard) -> Iterator[str]:
    table, refuse = guard.table, f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"
    yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
    when = "" if guard.is_final else f"WHEN {_broken(guard, 'IS NOT')} "
    yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when}{refuse}"


# --- PostgreSQL -----------------------------------------------------------------------------------


def _postgresql(guard: Guard) -> Iterator[str]:
    table = guard.table
    for trigger in _wanted(guard, "postgresql"):
        verbs, each = _POSTGRES[trigger.name.removeprefix(f"{table}_")]
        verbs = "UPDATE OR DELETE OR TRUNCATE" if guard.is_final else verbs
        function = f"needlepoint_{trigger.name}"
        body = trigger.does.rpartition("|")[2]
        yield (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $guard${body}$guard$"
        )
        yield (
            f"CREATE TRIGGER {trigger.name} BEFORE {verbs} ON {table} FOR EACH {each} "
            f"EXECUTE FUNCTION {function}()"
        )


_POSTGRES = {
    "append_only": ("DELETE OR TRUNCATE", "STATEMENT"),
    "rules": ("UPDATE", "ROW"),
}
_FINAL, _NO_END, _ROW = 58, 42, 19  # pg_trigger.tgtype: before; which verbs; statement or row
_DDL = {"sqlite": _sqlite, "postgresql": _postgresql}


def _raise(guard: Guard) -> str:
    return f"RAISE EXCEPTION '{guard.says}' USING ERRCODE = 'integrity_constraint_violation';"


def _wanted(guard: Guard, vendor: str = "") -> Iterator[Trigger]:
    """The triggers of a guard as they must stand."""
    table = guard.table
    if (vendor or connection.vendor) == "sqlite":
        for sql in _sqlite(guard):
            yield Trigger(name=sql.split()[2], table=table, does=sql)
        return
    kind = _FINAL if guard.is_final else _NO_END
    body = f"BEGIN {_raise(guard)} END"
    yield Trigger(name=f"{table}_append_only", table=table, does=f"O {kind}|{body}")
    if not guard.is_final:
        rules = _broken(guard, "IS DISTINCT FROM")
        body = f"BEGIN IF {rules} THEN {_raise(guard)} END IF; RETURN NEW; END"
        yield Trigger(name=f"{table}_rules", table=table, does=f"O {_ROW}|{body}")


def _broken(guard: Guard, differs: str) -> str:
    """When a change of one row breaks a rule, as a condition."""
    rules = [f"NEW.{c} {differs} OLD.{c}" for c in guard.fixed]
    rules += [f"(OLD.{c} IS NOT NULL AND NEW.{c} {differs} OLD.{c})" for c in guard.once]
    rules += [f"NEW.{c} < OLD.{c}" for c in guard.more]
    rules += [f"NEW.{c} > OLD.{c}" for c in guard.less]
    if guard.sealed_by:
        rules.append(f"OLD.{guard.sealed_by} IS NOT NULL")
    return "(" + " OR ".join(rules) + ")"


def _standing() -> list[Trigger]:
    """The triggers of this database, as they are."""
    sql = {
        "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
        # Enabled is O; D is disabled, R and A speak of replicas. A condition or a list of columns
        # would let most changes pass.
        "postgresql": "SELECT tgname, relname, tgenabled::text || ' ' || tgtype::text || "
        "CASE WHEN tgqual IS NULL AND tgattr::text = '' THEN '' ELSE ' sometimes' END "
        "|| '|' || prosrc "
        "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [Trigger(name=n, table=t, does=does) for n, t, does in cursor.fetchall()]


__all__ = ["GUARDS", "Guard", "faults_of_guards", "renew"]
