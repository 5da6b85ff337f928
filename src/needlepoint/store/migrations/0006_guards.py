"""Every table that is part of the record is guarded: images, identities, emergencies, links."""

from django.db import migrations

from needlepoint.store.guards import renew


class Migration(migrations.Migration):
    dependencies = [("store", "0005_intakes"), ("accounts", "0007_keys")]
    operations = [migrations.RunPython(renew)]  # there is no way back: a guard is not taken down
