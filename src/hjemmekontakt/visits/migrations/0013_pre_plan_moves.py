"""What the notices must know of a visit that a plan had let expect: which plan, and whether another comes in its place (R36)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function

EXPECTED = "https://hjemmekontakt.example/fhir/expected-visit"
# Said anew with two columns more; only its owner may drop it. Older processes name the columns that they read.
DROP = "SET LOCAL ROLE hk_lookup; DROP FUNCTION hk_changed_visits(uuid[]); RESET ROLE;"


class Migration(migrations.Migration):
    """One look-up that is said anew; no row is touched."""

    dependencies = [("visits", "0012_pre_versions"), ("notifications", "0009_pre_changed_visits")]

    operations = [
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        # `instead` is when another visit of the same service and name comes, the nearest one: then a plan has another name.
        lookup_function(
            "hk_changed_visits",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, unit_id uuid, service_id uuid, status text,"
            " cancelled_by text, starts_at timestamptz, ends_at timestamptz, first_told timestamptz,"
            " version int, critical boolean, by_her boolean, plan text, instead timestamptz)",
            body=f"""
            SELECT v.id, v.citizen_id, v.municipality_id, v.unit_id, v.service_id, v.status::text, v.cancelled_by::text,
                v.starts_at, v.ends_at, v.moved_from, v.version, NOT v.cancellable,
                (v.status = 'cancelled' OR v.identifier_system = '{EXPECTED}')
                    AND EXISTS (SELECT 1 FROM cancellation x WHERE x.visit_id = v.id AND x.state = 'accepted')
                OR (v.status <> 'cancelled' AND EXISTS (SELECT 1 FROM change_wish w
                    WHERE w.visit_id = v.id AND w.state = 'accepted' AND w.moved_at >= v.changed_at)),
                CASE v.identifier_system WHEN '{EXPECTED}' THEN v.series ELSE '' END,
                CASE v.status WHEN 'gone' THEN (
                    SELECT other.starts_at FROM visit other
                    WHERE other.citizen_id = v.citizen_id AND other.service_id = v.service_id AND other.title = v.title
                        AND other.id <> v.id AND other.status IN ('expected', 'planned', 'assigned')
                        AND other.starts_at > v.starts_at - interval '1 day'
                        AND other.starts_at < v.starts_at + interval '1 day'
                    ORDER BY abs(extract(epoch FROM other.starts_at - v.starts_at)) LIMIT 1) END
            FROM visit v
            WHERE v.id = ANY (wanted) AND (v.status IN ('expected', 'planned', 'assigned', 'gone')
                OR (v.status = 'cancelled' AND v.cancelled_by = 'municipality'))
            """,
        ),
    ]
