"""What can only be done until a day leaves the board after it; the table is told anew."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


def mark_all(apps: Any, schema: Any) -> None:
    """Every chart is told anew by the next looks: the schedule of follow-up has changed."""
    patients = apps.get_model("store", "Patient")
    stale = apps.get_model("store", "StaleChart")
    charts = patients.objects.values_list("chart_id", flat=True).iterator()
    stale.objects.bulk_create(
        (stale(chart_id=chart) for chart in charts), batch_size=1000, ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("store", "0006_guards")]

    operations: ClassVar = [
        migrations.AddField(model_name="duerow", name="until", field=models.DateField(null=True)),
        migrations.AddIndex(
            model_name="duerow", index=models.Index(fields=["until"], name="due_until")
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
