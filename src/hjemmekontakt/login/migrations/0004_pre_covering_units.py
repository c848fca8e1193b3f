"""An employee comes in with her role in her own units, and in those that they cover today (R79)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """`hk_employee_at_the_door` also answers the units that hers answer for today, after her own."""

    dependencies = [("login", "0003_pre_more_at_the_door"), ("municipalities", "0005_pre_covers")]

    operations = [
        migrations.RunSQL("DROP FUNCTION hk_employee_at_the_door(uuid, date)", migrations.RunSQL.noop),
        lookup_function(
            "hk_employee_at_the_door",
            arguments="wanted uuid, today date",
            returns="TABLE (name text, title text, municipality_id uuid, unit_id uuid, unit_name text, role text, family uuid[])",
            body="""
            SELECT e.given_name || ' ' || e.family_name, e.title::text, e.municipality_id, held.unit_id, u.name::text,
                held.role,
                (SELECT array_agg(f) FROM (
                    SELECT c.id AS f FROM citizen c WHERE c.national_id_lookup = e.national_id_lookup
                    UNION SELECT s.giver_id FROM citizen c, hk_standings_of(c.id, today) s
                        WHERE c.national_id_lookup = e.national_id_lookup) AS family)
            FROM employee e
                LEFT JOIN LATERAL (
                    SELECT reached.unit_id, reached.role, min(reached.distance) AS distance FROM (
                        SELECT d.unit_id, d.role::text AS role, 0 AS distance FROM duty d WHERE d.employee_id = e.id
                        UNION ALL
                        SELECT c.unit_id, d.role::text, 1 FROM duty d JOIN cover c ON c.covering_unit_id = d.unit_id
                            AND c.municipality_id = e.municipality_id AND c.starts_on <= today AND c.ends_on >= today
                            WHERE d.employee_id = e.id
                    ) reached GROUP BY reached.unit_id, reached.role
                ) held ON true
                LEFT JOIN unit u ON u.id = held.unit_id
            WHERE e.id = wanted AND e.active
            ORDER BY held.distance, u.name, held.role
            """,
        ),
    ]
