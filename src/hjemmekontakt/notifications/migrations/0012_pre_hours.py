"""The night of a municipality: the hours in which it disturbs nobody who has not chosen other hours (R53)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that older processes do not know; no row is touched."""

    dependencies = [("notifications", "0011_pre_support")]

    operations = [
        migrations.AddField("noticesettings", "quiet_from", models.SmallIntegerField(null=True)),
        migrations.AddField("noticesettings", "quiet_until", models.SmallIntegerField(null=True)),
        migrations.AddConstraint(
            "noticesettings",
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__gte=21, quiet_from__lte=23, quiet_until__gte=6, quiet_until__lte=9),
                name="a_municipality_is_quiet_by_night_alone",
            ),
        ),
    ]
