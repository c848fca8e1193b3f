"""What employees report in the field, when it was told how a visit went, and the choice and look-ups of the silence alarm."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import in_municipality, in_units, lookup_function, protect

A_KEY = {"default": uuid4, "editable": False, "primary_key": True, "serialize": False}


def belongs_to(model: str, name: str = "+") -> models.ForeignKey:
    """A foreign key that holds on."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model)


class Migration(migrations.Migration):
    """New columns and tables; no row is touched. Visits reported before this have no moment of their outcome: none was in time."""

    dependencies = [
        ("visits", "0010_pre_calendar"),
        ("municipalities", "0007_pre_visits_in_full"),
        ("people", "0006_pre_about_citizen"),
    ]

    operations = [
        migrations.AddField("visit", "outcome_at", models.DateTimeField(null=True)),
        migrations.AddField("visit", "planned_until", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="WorkReport",
            fields=[
                ("id", models.UUIDField(**A_KEY)),
                ("visit", belongs_to("visits.visit", "work_reports")),
                ("citizen", belongs_to("people.citizen")),
                ("municipality", belongs_to("municipalities.municipality")),
                ("unit", belongs_to("municipalities.unit")),
                ("reason", models.CharField(blank=True, default="", max_length=10)),
                ("words", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField()),
                ("by_name", models.CharField(max_length=200)),
                ("form_key", models.UUIDField()),
                ("reported_at", models.DateTimeField()),
                ("version", models.IntegerField()),
                ("before", models.JSONField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "work_report",
                "indexes": [models.Index(fields=["visit", "-reported_at"], name="work_reports_of_a_visit")],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "by_id", "form_key"), name="a_form_reports_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SilenceChoice",
            fields=[
                ("id", models.UUIDField(**A_KEY)),
                ("municipality", belongs_to("municipalities.municipality")),
                ("unit", belongs_to("municipalities.unit")),
                ("service", belongs_to("municipalities.service")),
                ("is_on", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField()),
                ("by_name", models.CharField(max_length=200)),
                ("visits", models.IntegerField()),
                ("in_time", models.IntegerField()),
            ],
            options={
                "db_table": "silence_choice",
                "indexes": [models.Index(fields=["service", "-at"], name="silence_choices_of_a_service")],
            },
        ),
        protect("work_report", unit=in_units(), municipality=in_municipality()),
        protect("silence_choice", unit=in_units(), municipality=in_municipality(), rights="SELECT, INSERT"),
        migrations.RunSQL("GRANT UPDATE (silence_from) ON service TO hk_app", migrations.RunSQL.noop),
        lookup_function(
            "hk_silent_visits",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, starts_at timestamptz, ends_at timestamptz)",
            body="""
            SELECT v.id, v.citizen_id, v.municipality_id, v.service_id, v.starts_at, v.ends_at
            FROM silent_visit q JOIN visit v ON v.id = q.visit_id
            WHERE q.visit_id = ANY (wanted) AND q.handled_at IS NULL AND v.status IN ('planned', 'assigned')
                AND NOT EXISTS (SELECT 1 FROM cancellation x
                    WHERE x.visit_id = v.id AND x.state IN ('sent', 'received', 'accepted'))
            """,
        ),
        lookup_function(
            "hk_silent_visits_in",
            arguments="units uuid[], kept_from uuid[], today date",
            returns="bigint",
            body="""
            SELECT count(*) FROM silent_visit q JOIN visit v ON v.id = q.visit_id JOIN citizen c ON c.id = v.citizen_id
            WHERE q.unit_id = ANY (units) AND q.handled_at IS NULL AND v.status IN ('planned', 'assigned')
                AND c.protection = 'none' AND NOT v.citizen_id = ANY (kept_from)
                AND hk_has_decision(v.citizen_id, v.service_id, today)
                AND NOT EXISTS (SELECT 1 FROM cancellation x
                    WHERE x.visit_id = v.id AND x.state IN ('sent', 'received', 'accepted'))
            """,
        ),
    ]
