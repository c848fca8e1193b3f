"""Sessions and tokens are found by a digest alone; who is at the door is answered by one look-up."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function, open_to_all


class Migration(migrations.Migration):
    """Rights on the door's tables, and the look-ups that say who comes in."""

    dependencies = [
        ("login", "0001_tables"),
        ("people", "0002_protection"),
        ("representation", "0002_protection"),
        ("consent", "0002_protection"),
    ]

    operations = [
        open_to_all("session", rights="SELECT, INSERT, UPDATE, DELETE"),
        open_to_all("login_under_way", rights="SELECT, INSERT, DELETE"),
        open_to_all("login_attempt", rights="SELECT, INSERT, DELETE"),
        open_to_all("machine_client", rights="SELECT"),
        open_to_all("machine_token", rights="SELECT, INSERT, DELETE"),
        open_to_all("used_assertion", rights="SELECT, INSERT, DELETE"),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app", migrations.RunSQL.noop),
        lookup_function(
            "hk_citizen_at_the_door",
            arguments="person uuid, acting_for uuid, today date",
            returns="TABLE (name text, language text, large_type boolean, giver_name text, rights text[], people_to_act_for bigint)",
            body="""
            SELECT c.given_name || ' ' || c.family_name, c.language::text, c.large_type,
                g.given_name || ' ' || g.family_name, s.rights,
                (SELECT count(*) FROM hk_standings_of(person, today))
            FROM citizen c
                LEFT JOIN hk_standings_of(person, today) s ON s.giver_id = acting_for
                LEFT JOIN citizen g ON g.id = s.giver_id
            WHERE c.id = person
            """,
        ),
        lookup_function(
            "hk_employee_at_the_door",
            arguments="wanted uuid, today date",
            returns="TABLE (name text, title text, municipality_id uuid, unit_id uuid, unit_name text, role text, family uuid[])",
            body="""
            SELECT e.given_name || ' ' || e.family_name, e.title::text, e.municipality_id, d.unit_id, u.name::text,
                d.role::text,
                (SELECT array_agg(f) FROM (
                    SELECT c.id AS f FROM citizen c WHERE c.national_id_lookup = e.national_id_lookup
                    UNION SELECT s.giver_id FROM citizen c, hk_standings_of(c.id, today) s
                        WHERE c.national_id_lookup = e.national_id_lookup) AS family)
            FROM employee e LEFT JOIN duty d ON d.employee_id = e.id LEFT JOIN unit u ON u.id = d.unit_id
            WHERE e.id = wanted AND e.active
            """,
        ),
    ]
