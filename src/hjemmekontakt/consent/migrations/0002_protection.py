"""Acceptances and activations are the person's own; the portal activates at night; a journal asks only whether she is active."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function, mine, open_to_all, protect


class Migration(migrations.Migration):
    """Policies of the consent's tables, and the look-up whether a citizen is active."""

    dependencies = [("consent", "0001_tables"), ("people", "0002_protection"), ("representation", "0002_protection")]

    operations = [
        open_to_all("terms_version", rights="SELECT"),
        protect("acceptance", person=mine(), portal="true"),
        protect("activation", person=mine(), portal="true"),
        lookup_function(
            "hk_active_citizen",
            arguments="wanted bytea",
            returns="uuid",
            body="""
            SELECT c.id FROM citizen c JOIN activation a ON a.citizen_id = c.id
            WHERE c.national_id_lookup = wanted AND a.state = 'active' AND c.deceased_on IS NULL
            """,
        ),
        lookup_function(
            "hk_is_active",
            arguments="person uuid",
            returns="boolean",
            body="SELECT EXISTS (SELECT 1 FROM activation a WHERE a.citizen_id = person AND a.state = 'active')",
        ),
    ]
