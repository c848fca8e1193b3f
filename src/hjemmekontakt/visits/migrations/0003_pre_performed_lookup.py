"""What the portal's notices must know of visits and cancellations, and no more: the visits themselves stay closed to it."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """Two look-ups by id: performed visits, and answered cancellations."""

    dependencies = [("visits", "0002_protection")]

    operations = [
        lookup_function(
            "hk_performed_visits",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, ended_at timestamptz, is_window boolean)",
            body="""
            SELECT v.id, v.citizen_id, v.municipality_id, v.service_id, v.ends_at, v.is_window
            FROM visit v WHERE v.id = ANY (wanted) AND v.status = 'performed'
            """,
        ),
        lookup_function(
            "hk_cancellation_outcomes",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, state text,"
            " starts_at timestamptz, ends_at timestamptz, is_window boolean)",
            body="""
            SELECT x.id, x.citizen_id, x.municipality_id, v.service_id, x.state::text, v.starts_at, v.ends_at, v.is_window
            FROM cancellation x JOIN visit v ON v.id = x.visit_id
            WHERE x.id = ANY (wanted) AND x.state IN ('accepted', 'declined')
            """,
        ),
    ]
