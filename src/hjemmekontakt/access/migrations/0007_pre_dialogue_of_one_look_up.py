"""Whose a dialogue is, without a look-up within the look-up: each has a plan of its own to start (decision 76)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """`hk_about_thread` answers as before. Whether a decision holds is as `hk_has_decision` says it: a test compares the two."""

    dependencies = [
        ("access", "0006_pre_whose_dialogue"),
        ("people", "0002_protection"),
    ]

    operations = [
        migrations.RunSQL("DROP FUNCTION hk_about_thread(uuid, date)", migrations.RunSQL.noop),
        lookup_function(
            "hk_about_thread",
            arguments="wanted uuid, today date",
            returns="TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean,"
            " party_id uuid)",
            body="""
            SELECT t.citizen_id, t.municipality_id, t.unit_id,
                (t.case_kind <> '' AND EXISTS (SELECT FROM unit u WHERE u.id = t.unit_id AND u.kind = 'office'))
                    OR EXISTS (SELECT FROM decision d WHERE d.citizen_id = t.citizen_id AND d.service_id = t.service_id
                        AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today)),
                (SELECT c.protection <> 'none' FROM citizen c WHERE c.id = t.citizen_id), NULL::uuid
            FROM thread t WHERE t.id = wanted
            """,
        ),
    ]
