"""The door also learns whether the terms are accepted, which unit to call, and of whom the access has ended."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """`hk_citizen_at_the_door` answers more; nobody dead comes in."""

    dependencies = [("login", "0002_protection"), ("municipalities", "0002_protection")]

    operations = [
        migrations.RunSQL("DROP FUNCTION hk_citizen_at_the_door(uuid, uuid, date)", migrations.RunSQL.noop),
        lookup_function(
            "hk_citizen_at_the_door",
            arguments="person uuid, acting_for uuid, today date",
            returns="TABLE (name text, language text, large_type boolean, giver_name text, rights text[],"
            " people_to_act_for bigint, accepted_version integer, current_version integer, unit_name text, unit_phone text)",
            body="""
            SELECT c.given_name || ' ' || c.family_name, c.language::text, c.large_type,
                g.given_name || ' ' || g.family_name, s.rights,
                (SELECT count(*) FROM hk_standings_of(person, today)),
                (SELECT max(a.version) FROM acceptance a WHERE a.citizen_id = person AND a.withdrawn_at IS NULL),
                (SELECT max(t.version) FROM terms_version t),
                u.name::text, u.phone::text
            FROM citizen c
                LEFT JOIN hk_standings_of(person, today) s ON s.giver_id = acting_for
                LEFT JOIN citizen g ON g.id = acting_for AND g.protection = 'none' AND c.protection = 'none'
                LEFT JOIN LATERAL (
                    SELECT unit.name, unit.phone FROM decision d JOIN unit ON unit.id = d.unit_id
                        JOIN citizen helped ON helped.id = d.citizen_id AND helped.protection = 'none'
                    WHERE d.citizen_id = coalesce(acting_for, person)
                        AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today)
                    ORDER BY d.starts_on, d.id LIMIT 1) u ON true
            WHERE c.id = person AND c.deceased_on IS NULL
            """,
        ),
    ]
