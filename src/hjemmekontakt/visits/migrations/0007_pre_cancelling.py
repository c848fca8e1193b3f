"""Where a journal is silent, whose time away still covers new visits, and what is told of a visit called off after the undo."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function

# Said anew with one column more, the time away; only its owner may drop it.
DROP = "SET LOCAL ROLE hk_lookup; DROP FUNCTION hk_cancellation_outcomes(uuid[]); RESET ROLE;"


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
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        # An acceptance that came after she had taken the request back is one all the same: she is told that nobody comes.
        lookup_function(
            "hk_cancellation_outcomes",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, state text,"
            " starts_at timestamptz, ends_at timestamptz, is_window boolean, away_id uuid)",
            body="""
            SELECT x.id, x.citizen_id, x.municipality_id, v.service_id,
                CASE x.state WHEN 'withdrawn' THEN 'accepted' ELSE x.state::text END,
                v.starts_at, v.ends_at, v.is_window, CASE x.state WHEN 'accepted' THEN x.away_id END
            FROM cancellation x JOIN visit v ON v.id = x.visit_id
            WHERE x.id = ANY (wanted)
                AND (x.state IN ('accepted', 'declined') OR (x.state = 'withdrawn' AND x.answered_too_late = 'accepted'))
            """,
        ),
    ]
