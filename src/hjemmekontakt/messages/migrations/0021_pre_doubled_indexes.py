"""Six indexes of dialogues, messages and marks that are the beginnings of others go: each message wrote to them too."""

import django.db.models.deletion
from django.db import migrations, models

# By table and field, with what it names and how that one calls these back. They begin `threads_of_a_citizen`,
# `threads_of_a_unit`, `messages_of_a_thread_stand_in_order`, `messages_of_a_citizen`, `messages_of_a_unit` and
# `a_reader_has_one_mark_in_a_thread`.
DOUBLED = [
    ("thread", "citizen", "people.citizen", "+"),
    ("thread", "unit", "municipalities.unit", "+"),
    ("message", "thread", "messages.thread", "messages"),
    ("message", "citizen", "people.citizen", "+"),
    ("message", "unit", "municipalities.unit", "+"),
    ("reading", "thread", "messages.thread", "readings"),
]


class Migration(migrations.Migration):
    """What goes is missed by nobody, also not by older processes."""

    atomic = False

    dependencies = [("messages", "0020_pre_marks_of_a_reader")]

    operations = [
        migrations.AlterField(
            table,
            field,
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=called_back, to=to
            ),
        )
        for table, field, to, called_back in DOUBLED
    ]
