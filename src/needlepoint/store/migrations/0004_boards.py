"""What is due, appointments, and which charts have grown."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def mark_all(apps, schema_editor):
    """Charts that were written before this table have never been told."""
    stale, heads = apps.get_model("store", "StaleChart"), apps.get_model("store", "ChartHead")
    charts = heads.objects.values_list("chart_id", flat=True).iterator(chunk_size=5000)
    stale.objects.bulk_create((stale(chart_id=c) for c in charts), batch_size=5000)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_append_only"),
        ("store", "0003_images"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StaleChart",
            fields=[
                ("chart_id", models.UUIDField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry_id", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("room", models.CharField(blank=True, max_length=40)),
                ("made_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.clinic",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appointments",
                        to="store.patient",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["clinic", "at"], name="appointments_of_a_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "entry_id"), name="appointment_once_a_plan"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DueRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("on", models.DateField()),
                ("subject", models.CharField(max_length=64)),
                ("says", models.TextField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.clinic",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due",
                        to="store.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "on"], name="due_of_a_clinic"),
                    models.Index(fields=["clinic", "kind", "on"], name="due_of_a_kind"),
                ],
            },
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
