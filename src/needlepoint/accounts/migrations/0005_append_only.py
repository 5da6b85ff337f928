"""What was done to an account stays written: triggers on both databases."""

from django.db import migrations

_TABLE = "accounts_staffchange"
_SAYS = "what was written of an account is never changed or deleted"


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
                    f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
                )
            return
        cursor.execute(
            "CREATE FUNCTION needlepoint_refuse_staff() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER {_TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_refuse_staff()"
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_staff_changes")]
    operations = [migrations.RunPython(guard)]
