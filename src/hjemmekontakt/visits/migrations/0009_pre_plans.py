"""Who comes, as an employee known here; and the ways to find a plan's visits and the plans that reach too short."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns and two indexes; no row is touched."""

    dependencies = [("visits", "0008_pre_wishes")]

    operations = [
        migrations.AddField(model_name="visit", name="performer_id", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="visit",
            name="series_rhythm",
            field=models.CharField(blank=True, db_default="", default="", max_length=4),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                fields=["municipality", "series", "series_day"],
                condition=~models.Q(series=""),
                name="visits_of_a_plan",
            ),
        ),
        migrations.AddIndex(
            model_name="visitplan",
            index=models.Index(
                fields=["municipality", "expanded_until"],
                condition=models.Q(ended=False),
                name="plans_to_be_expanded",
            ),
        ),
    ]
