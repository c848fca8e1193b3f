"""A fullmakt is seen by its two parties and by the portal, and by no employee."""

from django.db import migrations

from hjemmekontakt.ground.policies import PERSONS, lookup_function, protect

PARTIES = f"(giver_id = ANY ({PERSONS}) OR receiver_id = ANY ({PERSONS}))"


class Migration(migrations.Migration):
    """Policies, whose fullmakt, and which hold for a person today."""

    dependencies = [("representation", "0001_tables"), ("people", "0002_protection")]

    operations = [
        protect("fullmakt", person=PARTIES, portal="true"),
        lookup_function(
            "hk_about_fullmakt",
            arguments="wanted uuid, today date",
            returns="TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)",
            body="""
            SELECT giver_id, NULL::uuid, NULL::uuid, false, false, receiver_id FROM fullmakt WHERE id = wanted
            """,
        ),
        lookup_function(
            "hk_standings_of",
            arguments="person uuid, today date",
            returns="TABLE (fullmakt_id uuid, giver_id uuid, rights text[])",
            body="""
            SELECT f.id, f.giver_id, f.rights::text[] FROM fullmakt f
                JOIN citizen giver ON giver.id = f.giver_id JOIN citizen receiver ON receiver.id = f.receiver_id
            WHERE f.receiver_id = person AND f.state = 'active' AND (f.ends_on IS NULL OR f.ends_on >= today)
                AND giver.deceased_on IS NULL AND giver.protection = 'none' AND receiver.protection = 'none'
            """,
        ),
        lookup_function(
            "hk_active_proxies_of",
            arguments="person uuid, today date",
            returns="TABLE (fullmakt_id uuid, receiver_id uuid, rights text[])",
            body="""
            SELECT f.id, f.receiver_id, f.rights::text[] FROM fullmakt f
                JOIN citizen giver ON giver.id = f.giver_id JOIN citizen receiver ON receiver.id = f.receiver_id
            WHERE f.giver_id = person AND f.state = 'active' AND (f.ends_on IS NULL OR f.ends_on >= today)
                AND giver.deceased_on IS NULL AND giver.protection = 'none' AND receiver.protection = 'none'
            """,
        ),
    ]
