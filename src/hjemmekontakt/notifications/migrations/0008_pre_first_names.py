"""Who lets a first name stand in notices, and who wants it there."""

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import mine, protect


class Migration(migrations.Migration):
    """One table; who is not in it has said no to both."""

    dependencies = [("notifications", "0007_pre_waiting_notices")]

    operations = [
        migrations.CreateModel(
            name="FirstNames",
            fields=[
                (
                    "citizen",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.citizen",
                    ),
                ),
                ("lends", models.BooleanField(default=False)),
                ("wants", models.BooleanField(default=False)),
            ],
            options={"db_table": "first_names"},
        ),
        protect("first_names", person=mine(), portal="true"),
    ]
