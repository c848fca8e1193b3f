"""What waits in an employee's menu is counted where anything waits, and a leader's silent visits with it (decision 76)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """Another `hk_employee_at_the_door`, which takes one value more; web processes of before still ask theirs."""

    dependencies = [
        ("login", "0007_pre_one_answer_at_the_door"),
        ("notifications", "0015_pre_calls_to_make"),
        ("visits", "0011_pre_silence"),
    ]

    operations = [
        lookup_function(
            "hk_employee_at_the_door",
            arguments="wanted uuid, today date, moment timestamptz, since timestamptz, care text[], leads text",
            returns="TABLE (name text, municipality_id uuid, family uuid[], unit_ids uuid[], unit_names text[], roles text[],"
            " requests bigint, calls bigint, silent bigint)",
            # Her own units come first, then those that hers answer for today; a unit of both comes twice.
            # Each number is a look-up of its own, with a plan that costs its start: it is asked where there may be something
            # to count, by the indexes of what is open. What counts is said by the look-up alone.
            body="""
            SELECT e.given_name || ' ' || e.family_name, e.municipality_id, kin.family,
                held.unit_ids, held.unit_names, held.roles,
                CASE WHEN EXISTS (SELECT FROM cancellation x WHERE x.unit_id = ANY (held.cared_for)
                        AND (x.state IN ('sent', 'received') OR (x.handled_at IS NULL AND x.needed_at IS NOT NULL)))
                    OR EXISTS (SELECT FROM change_wish w WHERE w.unit_id = ANY (held.cared_for)
                        AND w.state IN ('sent', 'received', 'proposed'))
                    THEN (SELECT count(*) FROM hk_waiting_at_work(held.cared_for, kin.family, today, moment)) ELSE 0 END,
                CASE WHEN EXISTS (SELECT FROM call_to_make k WHERE k.unit_id = ANY (held.cared_for)
                        AND k.raised_at IS NOT NULL AND k.settled_at IS NULL)
                    THEN hk_calls_to_make(held.cared_for, kin.family, today, since) ELSE 0 END,
                CASE WHEN held.led IS NOT NULL THEN hk_silent_visits_in(held.led, kin.family, today) ELSE 0 END
            FROM employee e
                CROSS JOIN LATERAL (SELECT ARRAY(
                    SELECT self.id FROM citizen self WHERE self.national_id_lookup = e.national_id_lookup
                    UNION ALL SELECT s.giver_id FROM citizen self, hk_standings_of(self.id, today) s
                        WHERE self.national_id_lookup = e.national_id_lookup) AS family OFFSET 0) kin
                CROSS JOIN LATERAL (
                    SELECT array_agg(duties.unit_id) AS unit_ids, array_agg(duties.name) AS unit_names,
                        array_agg(duties.role) AS roles,
                        array_agg(duties.unit_id) FILTER (WHERE duties.role = ANY (care)) AS cared_for,
                        array_agg(duties.unit_id) FILTER (WHERE duties.role = leads) AS led
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
            WHERE e.id = wanted AND e.active
            """,
        ),
    ]
