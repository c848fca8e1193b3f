"""Wishes: when the visit got its new time; what the notices must know; where a wish's visit has begun; what waits at work."""

from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """A column, and three look-ups."""

    dependencies = [("visits", "0007_pre_cancelling")]

    operations = [
        migrations.AddField(model_name="changewish", name="moved_at", field=models.DateTimeField(null=True)),
        lookup_function(
            "hk_wish_outcomes",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, version int)",
            body="""
            SELECT w.id, w.citizen_id, w.municipality_id, v.service_id, w.version
            FROM change_wish w JOIN visit v ON v.id = w.visit_id
            WHERE w.id = ANY (wanted) AND w.state IN ('accepted', 'proposed', 'declined')
            """,
        ),
        lookup_function(
            "hk_municipalities_with_begun_wishes",
            arguments="moment timestamptz",
            returns="SETOF uuid",
            body="""
            SELECT DISTINCT w.municipality_id FROM change_wish w JOIN visit v ON v.id = w.visit_id
            WHERE w.state IN ('sent', 'received', 'proposed') AND v.starts_at <= moment
            """,
        ),
        lookup_function(
            "hk_waiting_at_work",
            arguments="units uuid[], family uuid[], today date, moment timestamptz",
            returns="TABLE (kind text, id uuid, late boolean, alarmed_at timestamptz, needed_at timestamptz,"
            " starts_at timestamptz)",
            body="""
            WITH asked AS (
                SELECT 'cancellation' AS kind, x.id, x.citizen_id, x.late, x.alarmed_at, x.needed_at, x.visit_id
                FROM cancellation x
                WHERE x.unit_id = ANY (units) AND x.handled_at IS NULL
                    AND (x.state IN ('sent', 'received') OR (x.needed_at IS NOT NULL AND x.handled_at IS NULL))
                UNION ALL
                SELECT 'wish', w.id, w.citizen_id, false, w.alarmed_at, NULL, w.visit_id
                FROM change_wish w
                WHERE w.unit_id = ANY (units) AND w.state IN ('sent', 'received', 'proposed')
            )
            SELECT a.kind, a.id, a.late, a.alarmed_at, a.needed_at, v.starts_at
            FROM asked a JOIN visit v ON v.id = a.visit_id JOIN citizen c ON c.id = a.citizen_id
            WHERE c.protection = 'none' AND a.citizen_id <> ALL (family)
                AND hk_has_decision(a.citizen_id, v.service_id, today)
                AND CASE a.kind WHEN 'wish' THEN v.starts_at > moment ELSE v.ends_at > moment - interval '1 day' END
            """,
        ),
    ]
