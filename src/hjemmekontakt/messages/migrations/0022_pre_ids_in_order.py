"""New dialogues and messages get ids in the order of time (decision 80); those that are there keep theirs."""

from django.db import migrations, models

from hjemmekontakt.ground.ids import new_id


class Migration(migrations.Migration):
    """Nothing of the database's changes: the portal makes the ids."""

    dependencies = [("messages", "0021_pre_doubled_indexes")]

    operations = [
        migrations.AlterField(
            table, "id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)
        )
        for table in ("thread", "message")
    ]
