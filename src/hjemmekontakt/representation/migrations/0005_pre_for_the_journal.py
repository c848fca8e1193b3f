"""Who acts for those whom a municipality helps: its journal reads it, and never writes it (R70, R96)."""

from django.db import migrations

from hjemmekontakt.ground.policies import MUNICIPALITY, PERSONS, change_protection, lookup_function

PARTIES = f"(giver_id = ANY ({PERSONS}) OR receiver_id = ANY ({PERSONS}))"
HELPED = f"EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = giver_id AND d.municipality_id = {MUNICIPALITY})"


class Migration(migrations.Migration):
    """A policy for reading, and the name of one who acts, while she does and neither has a protected address (R11)."""

    dependencies = [("representation", "0004_pre_proxies_at_work"), ("people", "0006_pre_about_citizen")]

    operations = [
        change_protection("fullmakt", person=PARTIES, portal="true", municipality_reads=HELPED),
        lookup_function(
            "hk_name_of_proxy",
            arguments="fullmakt uuid, today date",
            returns="text",
            body=f"""
            SELECT receiver.given_name || E'\\n' || receiver.family_name FROM fullmakt f
                JOIN citizen giver ON giver.id = f.giver_id JOIN citizen receiver ON receiver.id = f.receiver_id
            WHERE f.id = fullmakt AND f.state = 'active' AND (f.ends_on IS NULL OR f.ends_on >= today)
                AND giver.protection = 'none' AND giver.deceased_on IS NULL
                AND receiver.protection = 'none' AND receiver.deceased_on IS NULL
                AND current_setting('hk.scope', true) = 'municipality' AND {HELPED}
            """,
        ),
    ]
