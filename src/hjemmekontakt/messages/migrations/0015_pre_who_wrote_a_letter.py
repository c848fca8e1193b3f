"""Whose a letter is says who wrote it too: she knows whom it is to, also when the address is protected since (R11)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function

DROP = "SET LOCAL ROLE hk_lookup; DROP FUNCTION hk_about_letter(uuid, date); RESET ROLE;"


class Migration(migrations.Migration):
    """The same function with one more answer: old code reads it, and lets nobody in by it."""

    dependencies = [("messages", "0014_pre_placed_in_one")]

    operations = [
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        lookup_function(
            "hk_about_letter",
            arguments="wanted uuid, today date",
            returns="TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean,"
            " party_id uuid)",
            body="""
            SELECT l.citizen_id, l.municipality_id, l.unit_id, true, c.protection <> 'none', l.author_id
            FROM letter l JOIN citizen c ON c.id = l.citizen_id WHERE l.id = wanted
            """,
        ),
    ]
