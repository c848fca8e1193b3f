"""Three indexes of notices that double others go: each decision, and each change of one, wrote to them too."""

import django.db.models.deletion
from django.db import migrations, models

# Two are the beginnings of others: `notices_about_a_citizen`, `notices_to_a_person`. By municipality alone nobody asks.
DOUBLED = {"about": "people.citizen", "receiver": "people.citizen", "municipality": "municipalities.municipality"}


class Migration(migrations.Migration):
    """What goes is missed by nobody, also not by older processes."""

    atomic = False

    dependencies = [("notifications", "0013_pre_hours")]

    operations = [
        migrations.AlterField(
            "notice",
            name,
            models.ForeignKey(
                db_index=False,
                null=name == "municipality",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=to,
            ),
        )
        for name, to in DOUBLED.items()
    ]
