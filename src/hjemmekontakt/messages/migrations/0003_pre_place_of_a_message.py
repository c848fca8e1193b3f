"""A message has its place in the thread, a reading the place it came to; an author's last hour is counted for her everywhere."""

from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """The order of a thread no longer rests on the time of its messages."""

    dependencies = [("messages", "0002_protection")]

    operations = [
        migrations.AddField("message", "place", models.PositiveIntegerField(default=1), preserve_default=False),
        migrations.AddField("reading", "seen_place", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.RemoveIndex("message", "messages_of_a_thread"),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(fields=["thread", "place"], name="messages_of_a_thread_stand_in_order"),
        ),
        lookup_function(
            "hk_messages_sent_between",
            arguments="author uuid, since timestamptz, until timestamptz",
            returns="bigint",
            body="""
            SELECT count(*) FROM message m WHERE m.author_id = author AND m.sent_at > since AND m.sent_at <= until
            """,
        ),
    ]
