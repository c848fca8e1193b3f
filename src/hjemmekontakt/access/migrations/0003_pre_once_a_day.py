"""What a machine repeats all day is told in the log once a day."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """A function tells whether the same was logged of the same thing before on this day in Norway."""

    dependencies = [("access", "0002_protection")]

    operations = [
        lookup_function(
            "hk_listed_today",
            arguments="citizen uuid, reader uuid, deed text, thing uuid, moment timestamptz",
            returns="boolean",
            body="""
            SELECT EXISTS (SELECT 1 FROM access_entry e WHERE e.citizen_id = citizen AND e.actor_id = reader
                AND e.act = deed AND e.about_id = thing AND e.in_list
                AND e.at >= date_trunc('day', moment, 'Europe/Oslo') AND e.at <= moment)
            """,
        ),
    ]
