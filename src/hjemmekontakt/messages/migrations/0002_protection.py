"""A thread is seen by its citizen, who acts for her, and the unit it was written to."""

from django.db import migrations

from hjemmekontakt.ground.policies import in_municipality, in_units, lookup_function, mine, protect


class Migration(migrations.Migration):
    """Policies of the messages' tables, and whose a thread is."""

    dependencies = [("messages", "0001_tables"), ("people", "0002_protection")]

    operations = [
        protect("thread", person=mine(), unit=in_units(), municipality=in_municipality()),
        protect("message", person=mine(), unit=in_units(), municipality=in_municipality()),
        protect("reading", person=mine(), unit=in_units()),
        lookup_function(
            "hk_about_thread",
            arguments="wanted uuid, today date",
            returns="TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)",
            body="""
            SELECT t.citizen_id, t.municipality_id, t.unit_id, hk_has_decision(t.citizen_id, t.service_id, today),
                c.protection <> 'none', NULL::uuid
            FROM thread t JOIN citizen c ON c.id = t.citizen_id WHERE t.id = wanted
            """,
        ),
    ]
