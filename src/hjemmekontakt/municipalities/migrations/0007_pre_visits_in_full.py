"""Where a service keeps its visits, from when silence rings, and from when wishes for another time are open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """New columns; no row is touched."""

    dependencies = [
        ("municipalities", "0006_pre_hours_of_a_unit"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="silence_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="visits_in",
            field=models.CharField(db_default="journal", default="journal", max_length=8),
        ),
        migrations.AddField(
            model_name="service",
            name="wishes_from",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("visits_in__in", ["portal", "journal"])), name="service_keeps_visits_somewhere"
            ),
        ),
    ]
