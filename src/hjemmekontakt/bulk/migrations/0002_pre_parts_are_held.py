"""Whoever works on a part of a job holds it, so that others take other parts: to hold a row takes the right to change it."""

from django.db import migrations


class Migration(migrations.Migration):
    """One right more, on a column that nothing changes."""

    dependencies = [("bulk", "0001_pre_bulk")]

    operations = [
        migrations.RunSQL(
            "GRANT UPDATE (lines) ON bulk_part TO hk_app", "REVOKE UPDATE (lines) ON bulk_part FROM hk_app"
        )
    ]
