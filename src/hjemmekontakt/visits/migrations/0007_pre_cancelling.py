"""Where a journal is silent, whose time away still covers new visits, and what is told of a visit called off after the undo."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function

# An acceptance that came after she had taken the request back is an acceptance all the same: she is told that nobody comes.
OUTCOMES = """
SET LOCAL ROLE hk_lookup;
CREATE OR REPLACE FUNCTION hk_cancellation_outcomes(wanted uuid[])
    RETURNS TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, state text,
        starts_at timestamptz, ends_at timestamptz, is_window boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
    SELECT x.id, x.citizen_id, x.municipality_id, v.service_id,
        CASE x.state WHEN 'withdrawn' THEN 'accepted' ELSE x.state::text END, v.starts_at, v.ends_at, v.is_window
    FROM cancellation x JOIN visit v ON v.id = x.visit_id
    WHERE x.id = ANY (wanted)
        AND (x.state IN ('accepted', 'declined') OR (x.state = 'withdrawn' AND x.answered_too_late = 'accepted'))
$body$;
RESET ROLE;
"""


class Migration(migrations.Migration):
    """Two look-ups that answer ids only, and one that is said anew."""

    dependencies = [("visits", "0006_pre_protection_in_full"), ("representation", "0004_pre_proxies_at_work")]

    operations = [
        lookup_function(
            "hk_municipalities_with_silent_journals",
            arguments="asked_before timestamptz",
            returns="SETOF uuid",
            body="""
            SELECT DISTINCT municipality_id FROM cancellation
            WHERE asked_at <= asked_before AND state IN ('sent', 'received') AND alarmed_at IS NULL
            """,
        ),
        lookup_function(
            "hk_away_periods_that_cover",
            arguments="wanted uuid[], today date",
            returns="SETOF uuid",
            body="""
            SELECT a.id FROM away_period a
            WHERE a.id = ANY (wanted) AND (NOT a.on_behalf OR EXISTS (
                SELECT FROM hk_standings_of(a.asked_by_id, today) s
                WHERE s.giver_id = a.citizen_id AND 'cancel' = ANY (s.rights)))
            """,
        ),
        migrations.RunSQL(OUTCOMES, migrations.RunSQL.noop),
    ]
