"""A reader's marks in a citizen's dialogues are found at once: the first page asks for all of them (decision 79)."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """One index in the place of another: it begins with what that one has, so nobody misses it meanwhile."""

    atomic = False  # marks are written while it is made

    dependencies = [("messages", "0019_pre_turn_with_less")]

    operations = [
        AddIndexConcurrently("reading", models.Index(fields=["citizen", "reader_id"], name="marks_of_a_reader")),
        migrations.AlterField(
            "reading",
            "citizen",
            models.ForeignKey("people.Citizen", PROTECT, related_name="+", db_index=False),
        ),
    ]
