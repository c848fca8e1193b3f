"""All that a page must know of who stands at the door comes as one row of one look-up (decision 67)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """`hk_citizen_at_the_door` also answers whether the service is in use, `hk_employee_at_the_door` also her menu's numbers."""

    dependencies = [
        ("login", "0006_pre_token_asked_about"),
        ("consent", "0002_protection"),
        ("notifications", "0009_pre_changed_visits"),
        ("people", "0011_pre_kept_from"),
    ]

    operations = [
        migrations.RunSQL("DROP FUNCTION hk_citizen_at_the_door(uuid, uuid, date)", migrations.RunSQL.noop),
        lookup_function(
            "hk_citizen_at_the_door",
            arguments="person uuid, acting_for uuid, today date",
            returns="TABLE (name text, language text, large_type boolean, giver_name text, rights text[], people_to_act_for"
            " bigint, accepted boolean, in_use boolean, unit_name text, unit_phone text)",
            # She has at most one fullmakt that holds from each giver: `min` gives the rights of that one. Who never got any,
            # as most, is not asked about further.
            body="""
            SELECT c.given_name || ' ' || c.family_name, c.language::text, c.large_type,
                CASE WHEN acting_for IS NOT NULL AND c.protection = 'none' AND helped.protection = 'none'
                    THEN helped.given_name || ' ' || helped.family_name END,
                acts.rights, acts.people,
                EXISTS (SELECT FROM acceptance a WHERE a.citizen_id = person AND a.withdrawn_at IS NULL
                    AND a.version >= (SELECT coalesce(max(t.version), 0) FROM terms_version t)),
                EXISTS (SELECT FROM activation v WHERE v.citizen_id = helped.id AND v.state = 'active'),
                u.name::text, u.phone::text
            FROM citizen c
                LEFT JOIN citizen helped ON helped.id = coalesce(acting_for, person)
                CROSS JOIN LATERAL (
                    SELECT count(*) AS people, min(s.rights) FILTER (WHERE s.giver_id = acting_for) AS rights
                    FROM hk_standings_of(person, today) s
                    WHERE EXISTS (SELECT FROM fullmakt f WHERE f.receiver_id = person)) acts
                LEFT JOIN LATERAL (
                    SELECT unit.name, unit.phone FROM decision d JOIN unit ON unit.id = d.unit_id
                    WHERE d.citizen_id = helped.id AND helped.protection = 'none'
                        AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today)
                    ORDER BY d.starts_on, d.id LIMIT 1) u ON true
            WHERE c.id = person AND c.deceased_on IS NULL
            """,
        ),
        migrations.RunSQL("DROP FUNCTION hk_employee_at_the_door(uuid, date)", migrations.RunSQL.noop),
        lookup_function(
            "hk_employee_at_the_door",
            arguments="wanted uuid, today date, moment timestamptz, since timestamptz, care text[]",
            returns="TABLE (name text, municipality_id uuid, family uuid[], unit_ids uuid[], unit_names text[], roles text[],"
            " requests bigint, calls bigint)",
            # Her own units come first, then those that hers answer for today; a unit of both comes twice.
            body="""
            SELECT e.given_name || ' ' || e.family_name, e.municipality_id, kin.family,
                held.unit_ids, held.unit_names, held.roles, menu.requests, menu.calls
            FROM employee e
                CROSS JOIN LATERAL (SELECT ARRAY(
                    SELECT self.id FROM citizen self WHERE self.national_id_lookup = e.national_id_lookup
                    UNION ALL SELECT s.giver_id FROM citizen self, hk_standings_of(self.id, today) s
                        WHERE self.national_id_lookup = e.national_id_lookup) AS family OFFSET 0) kin
                CROSS JOIN LATERAL (
                    SELECT array_agg(duties.unit_id) AS unit_ids, array_agg(duties.name) AS unit_names,
                        array_agg(duties.role) AS roles,
                        array_agg(duties.unit_id) FILTER (WHERE duties.role = ANY (care)) AS cared_for
                    FROM (
                        SELECT reached.unit_id, u.name::text, d.role::text
                        FROM duty d
                            CROSS JOIN LATERAL (
                                SELECT d.unit_id, 0 AS distance
                                UNION ALL SELECT c.unit_id, 1 FROM cover c WHERE c.covering_unit_id = d.unit_id
                                    AND c.municipality_id = e.municipality_id AND c.starts_on <= today AND c.ends_on >= today
                            ) reached
                            LEFT JOIN unit u ON u.id = reached.unit_id
                        WHERE d.employee_id = e.id ORDER BY reached.distance, u.name, d.role) duties
                ) held
                CROSS JOIN LATERAL hk_waiting_in_the_menu(
                    coalesce(held.cared_for, '{}'), kin.family, today, moment, since) menu
            WHERE e.id = wanted AND e.active
            """,
        ),
    ]
