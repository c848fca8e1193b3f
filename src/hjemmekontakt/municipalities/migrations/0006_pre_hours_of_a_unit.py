"""A unit's leader may change the hours in which messages are read."""

from django.db import migrations


class Migration(migrations.Migration):
    """The app writes a unit's reading hours, and nothing else of it."""

    dependencies = [("municipalities", "0005_pre_covers")]

    operations = [
        migrations.RunSQL(
            "GRANT UPDATE (reads_from, reads_until, reads_on_saturday) ON unit TO hk_app", migrations.RunSQL.noop
        )
    ]
