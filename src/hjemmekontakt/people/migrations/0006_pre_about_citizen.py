"""Whose unit helps a citizen today: what an employee must be told to have, before she sees the citizen's card."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """One look-up by id, within the units that are asked for: nobody learns of a citizen whom they do not help."""

    dependencies = [("people", "0005_pre_units_of_an_employee")]

    operations = [
        lookup_function(
            "hk_about_citizen",
            arguments="wanted uuid, today date, units uuid[]",
            returns="TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)",
            body="""
            SELECT d.citizen_id, d.municipality_id, d.unit_id, true, c.protection <> 'none', NULL::uuid
            FROM decision d JOIN citizen c ON c.id = d.citizen_id
            WHERE d.citizen_id = wanted AND d.unit_id = ANY (units)
                AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today)
            ORDER BY d.starts_on, d.id LIMIT 1
            """,
        ),
    ]
