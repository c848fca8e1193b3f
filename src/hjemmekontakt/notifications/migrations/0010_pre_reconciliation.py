"""That each event has one decision for each person: the count of a unit's period, and what was found (M8)."""

from uuid import uuid4

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import in_municipality, lookup_function, protect


class Migration(migrations.Migration):
    """A new table and one look-up that answers numbers and keys of events."""

    dependencies = [
        ("notifications", "0009_pre_changed_visits"),
        ("messages", "0002_protection"),
        ("representation", "0005_pre_for_the_journal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("events", models.IntegerField()),
                ("expected", models.IntegerField()),
                ("missing", models.IntegerField()),
                ("doubled", models.IntegerField()),
                (
                    "examples",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
            ],
            options={
                "db_table": "reconciliation",
                "indexes": [models.Index(fields=["municipality", "-finished_at"], name="reconciliations_in_order")],
            },
        ),
        protect("reconciliation", municipality=in_municipality(), portal="true", rights="SELECT, INSERT"),
        lookup_function(
            "hk_unreconciled",
            arguments="of_unit uuid, since timestamptz, until timestamptz, for_messages text[], for_visits text[],"
            " most integer",
            returns="TABLE (events bigint, expected bigint, missing bigint, doubled bigint, examples text[])",
            body="""
            WITH happened AS MATERIALIZED (
                SELECT 'visit-performed:' || v.id AS key, v.citizen_id, v.outcome_at AS at, for_visits AS needed
                FROM visit v
                WHERE v.unit_id = of_unit AND v.status = 'performed' AND v.outcome_at >= since AND v.outcome_at < until
                    AND v.starts_at > since - interval '31 days' AND v.starts_at < until + interval '1 day'
                UNION ALL
                SELECT 'message:' || m.id, m.citizen_id, m.sent_at, for_messages
                FROM message m
                WHERE m.unit_id = of_unit AND m.sender = 'unit' AND m.sent_at >= since AND m.sent_at < until
                UNION ALL
                SELECT 'cancellation:' || x.id, x.citizen_id, x.answered_at, for_visits
                FROM cancellation x
                WHERE x.unit_id = of_unit AND x.state IN ('accepted', 'declined') AND x.away_id IS NULL
                    AND x.answered_at >= since AND x.answered_at < until),
            told AS MATERIALIZED (
                SELECT h.key, h.citizen_id AS person FROM happened h
                UNION
                SELECT h.key, f.receiver_id FROM happened h JOIN fullmakt f ON f.giver_id = h.citizen_id
                    JOIN citizen receiver ON receiver.id = f.receiver_id JOIN citizen giver ON giver.id = f.giver_id
                WHERE f.accepted_at <= h.at AND f.rights::text[] @> h.needed
                    AND (f.ended_at IS NULL OR f.ended_at > h.at + interval '1 hour')
                    AND (f.ends_on IS NULL OR f.ends_on > (h.at AT TIME ZONE 'Europe/Oslo')::date)
                    AND receiver.protection = 'none' AND giver.protection = 'none' AND giver.deceased_on IS NULL),
            decided AS MATERIALIZED (
                SELECT n.event_key AS key, n.receiver_id AS person, count(*) AS times
                FROM notice n WHERE n.event_key IN (SELECT key FROM happened)
                GROUP BY n.event_key, n.receiver_id),
            wrong AS (
                SELECT t.key, 'missing' AS what FROM told t
                WHERE NOT EXISTS (SELECT 1 FROM decided d WHERE d.key = t.key AND d.person = t.person)
                UNION ALL
                SELECT d.key, 'doubled' FROM decided d WHERE d.times > 1)
            SELECT (SELECT count(*) FROM happened), (SELECT count(*) FROM told),
                (SELECT count(*) FROM wrong WHERE what = 'missing'), (SELECT count(*) FROM wrong WHERE what = 'doubled'),
                (SELECT array_agg(key) FROM (SELECT DISTINCT key FROM wrong ORDER BY key LIMIT most) AS few)
            """,
        ),
    ]
