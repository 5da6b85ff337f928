"""What waits is found without looking at what is done; the guards are put up anew."""

from django.db import migrations, models

from needlepoint.store.guards import renew


class Migration(migrations.Migration):
    dependencies = [("store", "0007_due_until")]
    operations = [
        migrations.AddIndex(
            model_name="glassbreak",
            index=models.Index(
                condition=models.Q(("reviewed_at", None)),
                fields=["clinic", "opened_at"],
                name="glass_to_review",
            ),
        ),
        migrations.AddIndex(
            model_name="glassbreak",
            index=models.Index(fields=["clinic", "opened_at"], name="glass_of_a_clinic"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("opened_at", None)),
                fields=["ends_at"],
                name="links_not_opened",
            ),
        ),
        migrations.RunPython(renew),
    ]
