"""Who may act for a citizen, by name and until when: what the staff who help her are shown (R70)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """One look-up; the fullmakter themselves stay closed to employees."""

    dependencies = [("representation", "0003_pre_history_stands"), ("people", "0004_pre_absences")]

    operations = [
        lookup_function(
            "hk_named_proxies_of",
            arguments="person uuid, today date",
            returns="TABLE (receiver_id uuid, name text, rights text[], ends_on date)",
            body="""
            SELECT f.receiver_id, receiver.given_name || ' ' || receiver.family_name, f.rights::text[], f.ends_on
            FROM fullmakt f
                JOIN citizen giver ON giver.id = f.giver_id JOIN citizen receiver ON receiver.id = f.receiver_id
            WHERE f.giver_id = person AND f.state = 'active' AND (f.ends_on IS NULL OR f.ends_on >= today)
                AND giver.deceased_on IS NULL AND giver.protection = 'none'
                AND receiver.protection = 'none' AND receiver.deceased_on IS NULL
            ORDER BY receiver.sort_key, f.id
            """,
        ),
    ]
