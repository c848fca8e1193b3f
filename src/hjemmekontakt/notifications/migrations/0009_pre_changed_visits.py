"""Notices of moved and cancelled visits: what was last told of each, the list «Ring nå», and a municipality's settings (R36)."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import in_municipality, in_units, lookup_function, open_to_all, protect


def belongs_to(model: str) -> models.ForeignKey:
    """A foreign key that holds on."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """New tables and look-ups alone; no row is touched."""

    dependencies = [
        ("notifications", "0008_pre_first_names"),
        ("visits", "0011_pre_silence"),
        ("municipalities", "0007_pre_visits_in_full"),
        ("people", "0006_pre_about_citizen"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeSettings",
            fields=[
                (
                    "municipality",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="municipalities.municipality",
                    ),
                ),
                ("least_move_minutes", models.PositiveSmallIntegerField(default=60)),
                ("soft_cap", models.PositiveIntegerField(null=True)),
                ("hard_cap", models.PositiveIntegerField(null=True)),
            ],
            options={"db_table": "notice_settings"},
        ),
        migrations.CreateModel(
            name="ToldVisit",
            fields=[
                ("visit_id", models.UUIDField(primary_key=True, serialize=False)),
                ("citizen", belongs_to("people.citizen")),
                ("municipality", belongs_to("municipalities.municipality")),
                ("starts_at", models.DateTimeField()),
                ("is_off", models.BooleanField(default=False)),
                ("event_key", models.CharField(blank=True, default="", max_length=80)),
                ("before_start", models.DateTimeField(null=True)),
                ("before_off", models.BooleanField(default=False)),
                ("told_at", models.DateTimeField()),
            ],
            options={"db_table": "told_visit"},
        ),
        migrations.CreateModel(
            name="CallToMake",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                ("event_key", models.CharField(max_length=80)),
                ("visit_id", models.UUIDField()),
                ("citizen", belongs_to("people.citizen")),
                ("municipality", belongs_to("municipalities.municipality")),
                ("unit", belongs_to("municipalities.unit")),
                ("service_id", models.UUIDField()),
                ("what", models.CharField(max_length=24)),
                ("known_start", models.DateTimeField()),
                ("new_start", models.DateTimeField()),
                ("critical", models.BooleanField(default=False)),
                ("watched_at", models.DateTimeField()),
                ("raise_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=12)),
                ("settled_at", models.DateTimeField(null=True)),
                ("called_at", models.DateTimeField(null=True)),
                ("called_by_id", models.UUIDField(null=True)),
                ("called_by_name", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "db_table": "call_to_make",
                "indexes": [
                    models.Index(
                        fields=["raise_at"],
                        condition=models.Q(settled_at__isnull=True, called_at__isnull=True),
                        name="calls_watched",
                    ),
                    models.Index(
                        fields=["unit", "known_start"],
                        condition=models.Q(raised_at__isnull=False, settled_at__isnull=True),
                        name="calls_of_a_unit",
                    ),
                    models.Index(fields=["visit_id"], name="calls_about_a_visit"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "event_key"), name="a_change_is_called_about_once"),
                ],
            },
        ),
        open_to_all("notice_settings", rights="SELECT, INSERT, UPDATE"),
        protect("told_visit", portal="true", rights="SELECT, INSERT, UPDATE, DELETE"),
        protect("call_to_make", unit=in_units(), municipality=in_municipality(), portal="true"),
        lookup_function(
            "hk_changed_visits",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, unit_id uuid, service_id uuid, status text,"
            " cancelled_by text, starts_at timestamptz, ends_at timestamptz, first_told timestamptz,"
            " version int, critical boolean, by_her boolean)",
            body="""
            SELECT v.id, v.citizen_id, v.municipality_id, v.unit_id, v.service_id, v.status::text, v.cancelled_by::text,
                v.starts_at, v.ends_at, v.moved_from, v.version, NOT v.cancellable,
                (v.status = 'cancelled'
                    AND EXISTS (SELECT 1 FROM cancellation x WHERE x.visit_id = v.id AND x.state = 'accepted'))
                OR (v.status <> 'cancelled' AND EXISTS (SELECT 1 FROM change_wish w
                    WHERE w.visit_id = v.id AND w.state = 'accepted' AND w.moved_at >= v.changed_at))
            FROM visit v
            WHERE v.id = ANY (wanted) AND (v.status IN ('expected', 'planned', 'assigned')
                OR (v.status = 'cancelled' AND v.cancelled_by = 'municipality'))
            """,
        ),
        lookup_function(
            "hk_waiting_in_the_menu",
            arguments="units uuid[], kept_from uuid[], today date, moment timestamptz, since timestamptz",
            returns="TABLE (requests bigint, calls bigint)",
            body="""
            SELECT (SELECT count(*) FROM hk_waiting_at_work(units, kept_from, today, moment)),
                (SELECT count(*) FROM call_to_make k JOIN citizen c ON c.id = k.citizen_id
                 WHERE k.unit_id = ANY (units) AND k.raised_at IS NOT NULL AND k.settled_at IS NULL
                    AND k.called_at IS NULL AND k.known_start >= since AND NOT k.citizen_id = ANY (kept_from)
                    AND c.protection = 'none' AND c.deceased_on IS NULL
                    AND hk_has_decision(k.citizen_id, k.service_id, today))
            """,
        ),
    ]
