"""Where a municipality's journal systems want to be told that something has happened."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import open_to_all


class Migration(migrations.Migration):
    """The table and the app's right to read it; its secrets are sealed."""

    dependencies = [("municipalities", "0002_protection")]

    operations = [
        migrations.CreateModel(
            name="JournalHook",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=300)),
                ("secret_sealed", models.BinaryField()),
                ("active", models.BooleanField(default=True)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journal_hooks",
                        to="municipalities.municipality",
                    ),
                ),
            ],
            options={"db_table": "journal_hook"},
        ),
        migrations.AddConstraint(
            model_name="journalhook",
            constraint=models.UniqueConstraint(
                fields=("municipality", "url"), name="a_journal_is_told_once_at_an_address"
            ),
        ),
        open_to_all("journal_hook"),
    ]
