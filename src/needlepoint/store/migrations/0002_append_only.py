"""What was written stays: triggers that refuse to change, delete or empty, on both databases."""

from django.db import migrations

_TABLES = ("store_entryrow", "store_decisionsnapshot", "store_attachment", "store_access")
_HEAD = "store_charthead"
_SAYS = "what was written in a chart is never changed or deleted"
_SHORTER = "a chart only grows"


def _sqlite(cursor):
    for table in _TABLES:
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
            )
    cursor.execute(
        f"CREATE TRIGGER {_HEAD}_no_delete BEFORE DELETE ON {_HEAD} "
        f"BEGIN SELECT RAISE(ABORT, '{_SHORTER}'); END"
    )
    cursor.execute(
        f"CREATE TRIGGER {_HEAD}_grows BEFORE UPDATE ON {_HEAD} "
        "WHEN NEW.sequence < OLD.sequence OR NEW.files < OLD.files "
        "OR NEW.chart_id <> OLD.chart_id "
        f"BEGIN SELECT RAISE(ABORT, '{_SHORTER}'); END"
    )


def _postgresql(cursor):
    cursor.execute(
        "CREATE FUNCTION needlepoint_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in _TABLES:
        cursor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_refuse()"
        )
    cursor.execute(
        "CREATE FUNCTION needlepoint_grows() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF NEW.sequence < OLD.sequence OR NEW.files < OLD.files "
        "OR NEW.chart_id <> OLD.chart_id THEN "
        f"RAISE EXCEPTION '{_SHORTER}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    cursor.execute(
        f"CREATE TRIGGER {_HEAD}_append_only BEFORE DELETE OR TRUNCATE ON {_HEAD} "
        "FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_refuse()"
    )
    cursor.execute(
        f"CREATE TRIGGER {_HEAD}_grows BEFORE UPDATE ON {_HEAD} "
        "FOR EACH ROW EXECUTE FUNCTION needlepoint_grows()"
    )


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        {"sqlite": _sqlite, "postgresql": _postgresql}[schema_editor.connection.vendor](cursor)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guard)]  # there is no way back: a guard is not taken down
