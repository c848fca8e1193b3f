"""A ring is written down with how much of the time had passed; the worker learns in which municipalities something is due."""

from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """The stage of a handling, and where a clock rings, somebody is away, or a journal has not answered."""

    dependencies = [("messages", "0008_pre_handled_at_work")]

    operations = [
        migrations.AddField("handling", "stage", models.PositiveSmallIntegerField(default=0, db_default=0)),
        lookup_function(
            "hk_municipalities_with_something_due",
            arguments="now timestamptz, today date",
            returns="SETOF uuid",
            body="""
            SELECT municipality_id FROM thread WHERE alarm_at <= now
            UNION SELECT municipality_id FROM thread WHERE leader_at <= now
            UNION SELECT municipality_id FROM thread WHERE deliver_by <= now
            UNION SELECT t.municipality_id FROM thread t
                WHERE t.assignee_id IN (
                    SELECT a.employee_id FROM absence a WHERE a.starts_on <= today AND a.ends_on >= today
                    UNION SELECT e.id FROM employee e WHERE NOT e.active)
                AND t.answer_by IS NOT NULL
            """,
        ),
    ]
