"""Nobody is given a password any more: keys, and what the owner of an account has read."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def end_what_an_administrator_knows(apps, schema_editor):
    """A password that was given and never changed is known to two: it ends, and a key is asked."""
    from django.contrib.auth.hashers import make_password

    users = apps.get_model("accounts", "User").objects
    for user in users.filter(password_is_temporary=True):
        user.password = make_password(None)
        user.save(update_fields=["password"])


def have_read(apps, schema_editor):
    """What was done before this version is not told as if it were new."""
    changes = apps.get_model("accounts", "StaffChange").objects
    last = changes.aggregate(last=models.Max("pk"))["last"] or 0
    apps.get_model("accounts", "User").objects.update(told_through=last)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_clinic_settings")]
    operations = [
        migrations.RunPython(end_what_an_administrator_knows, migrations.RunPython.noop),
        migrations.RemoveField(model_name="user", name="password_is_temporary"),
        migrations.AddField(
            model_name="user", name="told_through", field=models.BigIntegerField(default=0)
        ),
        migrations.RunPython(have_read, migrations.RunPython.noop),
        migrations.CreateModel(
            name="StaffKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("join", "first sign-in"),
                            ("password", "forgotten password"),
                            ("factor", "lost second factor"),
                        ],
                        max_length=12,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField()),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["user", "asked_at"], name="keys_of_a_user")]},
        ),
    ]
