"""Visits in full: plans, time away, wishes, silence, what one has seen, calendar addresses; and more of a visit and a cancellation."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """New tables and columns; no row is touched."""

    dependencies = [
        ("municipalities", "0007_pre_visits_in_full"),
        ("people", "0006_pre_about_citizen"),
        ("visits", "0004_pre_longer_titles"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwayPeriod",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("unit_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("from_day", models.DateField()),
                ("until_day", models.DateField(null=True)),
                ("series", models.CharField(blank=True, default="", max_length=200)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("asked_by_id", models.UUIDField()),
                ("asked_by_name", models.CharField(max_length=200)),
                ("on_behalf", models.BooleanField(default=False)),
                ("form_key", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("stored_at", models.DateTimeField()),
            ],
            options={
                "db_table": "away_period",
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("owner_id", models.UUIDField()),
                ("owner_name", models.CharField(max_length=200)),
                ("on_behalf", models.BooleanField(default=False)),
                ("digest", models.BinaryField(max_length=32)),
                ("tells_more", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "calendar_feed",
            },
        ),
        migrations.CreateModel(
            name="ChangeWish",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("state", models.CharField(default="sent", max_length=10)),
                ("windows", models.JSONField(default=list)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("asked_by_id", models.UUIDField()),
                ("asked_by_name", models.CharField(max_length=200)),
                ("on_behalf", models.BooleanField(default=False)),
                ("form_key", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("answer", models.CharField(blank=True, default="", max_length=500)),
                ("proposed_starts_at", models.DateTimeField(null=True)),
                ("proposed_ends_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("alarmed_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=1)),
                ("stored_at", models.DateTimeField()),
            ],
            options={
                "db_table": "change_wish",
            },
        ),
        migrations.CreateModel(
            name="SilentVisit",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="silence",
                        serialize=False,
                        to="visits.visit",
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("handled_at", models.DateTimeField(null=True)),
                ("handled_by_name", models.CharField(blank=True, default="", max_length=200)),
                ("kin_told_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "silent_visit",
            },
        ),
        migrations.CreateModel(
            name="VisitPlan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("identifier_system", models.CharField(max_length=200)),
                ("identifier_value", models.CharField(max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_window", models.BooleanField(default=True)),
                ("minutes", models.IntegerField(null=True)),
                ("title", models.CharField(blank=True, default="", max_length=1000)),
                ("instruction", models.CharField(blank=True, default="", max_length=1000)),
                ("place", models.CharField(default="home", max_length=10)),
                ("cancellable", models.BooleanField(default=True)),
                ("recurrence", models.CharField(max_length=500)),
                (
                    "except_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
                ),
                ("ended", models.BooleanField(default=False)),
                ("expanded_until", models.DateField(null=True)),
                ("source_updated_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                ("digest", models.BinaryField()),
                ("reported_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
            ],
            options={
                "db_table": "visit_plan",
            },
        ),
        migrations.CreateModel(
            name="VisitsSeen",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reader_id", models.UUIDField()),
                ("seen_at", models.DateTimeField()),
                ("before_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "visits_seen",
            },
        ),
        migrations.RemoveConstraint(
            model_name="cancellation",
            name="cancellation_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="visit",
            name="visit_status_is_known",
        ),
        migrations.AddField(
            model_name="cancellation",
            name="alarmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="answered_by_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="answered_too_late",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="handled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="handled_by_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="needed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="needed_by_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="withdrawn_by_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="visit",
            name="change",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="visit",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="visit",
            name="reported_by_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="visit",
            name="series",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="visit",
            name="series_day",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "expected",
                            "planned",
                            "assigned",
                            "on-hold",
                            "performed",
                            "cancelled",
                            "not-performed",
                            "gone",
                            "entered-in-error",
                        ],
                    )
                ),
                name="visit_status_is_known",
            ),
        ),
        migrations.AddField(
            model_name="awayperiod",
            name="citizen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"),
        ),
        migrations.AddField(
            model_name="awayperiod",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
            ),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="away",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cancellations",
                to="visits.awayperiod",
            ),
        ),
        migrations.AddIndex(
            model_name="cancellation",
            index=models.Index(fields=["visit"], name="cancellations_of_a_visit"),
        ),
        migrations.AddIndex(
            model_name="cancellation",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["sent", "received"]),
                    models.Q(("handled_at__isnull", True), ("needed_at__isnull", False)),
                    _connector="OR",
                ),
                fields=["unit", "asked_at"],
                name="cancellations_waiting_in_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="cancellation",
            index=models.Index(
                condition=models.Q(("alarmed_at__isnull", True), ("state__in", ["sent", "received"])),
                fields=["asked_at"],
                name="cancellations_not_alarmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="cancellation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["sent", "received", "accepted", "declined", "expired", "withdrawn"])),
                name="cancellation_state_is_known",
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="citizen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"),
        ),
        migrations.AddField(
            model_name="changewish",
            name="citizen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"),
        ),
        migrations.AddField(
            model_name="changewish",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
            ),
        ),
        migrations.AddField(
            model_name="changewish",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.unit"
            ),
        ),
        migrations.AddField(
            model_name="changewish",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="wishes", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="silentvisit",
            name="citizen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"),
        ),
        migrations.AddField(
            model_name="silentvisit",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
            ),
        ),
        migrations.AddField(
            model_name="silentvisit",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.unit"
            ),
        ),
        migrations.AddField(
            model_name="visitplan",
            name="citizen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"),
        ),
        migrations.AddField(
            model_name="visitplan",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
            ),
        ),
        migrations.AddField(
            model_name="visitplan",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.service"
            ),
        ),
        migrations.AddField(
            model_name="visitplan",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.unit"
            ),
        ),
        migrations.AddField(
            model_name="visitsseen",
            name="citizen",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"),
        ),
        migrations.AddIndex(
            model_name="awayperiod",
            index=models.Index(fields=["citizen", "from_day"], name="away_periods_of_a_citizen"),
        ),
        migrations.AddConstraint(
            model_name="awayperiod",
            constraint=models.UniqueConstraint(
                fields=("municipality", "asked_by_id", "form_key"), name="a_form_is_away_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="awayperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_day__isnull", True), ("until_day__gte", models.F("from_day")), _connector="OR"
                ),
                name="away_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="calendarfeed",
            index=models.Index(fields=["citizen"], name="feeds_of_a_citizen"),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(fields=("digest",), name="an_address_is_one_feed"),
        ),
        migrations.AddIndex(
            model_name="changewish",
            index=models.Index(fields=["visit"], name="wishes_of_a_visit"),
        ),
        migrations.AddIndex(
            model_name="changewish",
            index=models.Index(
                condition=models.Q(("state__in", ["sent", "received", "proposed"])),
                fields=["unit", "asked_at"],
                name="wishes_waiting_in_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="changewish",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["sent", "received", "proposed"])),
                fields=("visit",),
                name="one_open_wish_for_each_visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="changewish",
            constraint=models.UniqueConstraint(
                fields=("municipality", "asked_by_id", "form_key"), name="a_form_wishes_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="changewish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["sent", "received", "accepted", "proposed", "declined", "withdrawn", "expired"])
                ),
                name="wish_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="changewish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "proposed"), _negated=True),
                    models.Q(
                        ("proposed_ends_at__gte", models.F("proposed_starts_at")), ("proposed_starts_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_proposal_has_its_time",
            ),
        ),
        migrations.AddIndex(
            model_name="silentvisit",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True)),
                fields=["unit", "raised_at"],
                name="silent_visits_of_a_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="silentvisit",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True), ("kin_told_at__isnull", True)),
                fields=["raised_at"],
                name="silent_visits_kin_not_told",
            ),
        ),
        migrations.AddIndex(
            model_name="visitplan",
            index=models.Index(fields=["citizen"], name="plans_of_a_citizen"),
        ),
        migrations.AddConstraint(
            model_name="visitplan",
            constraint=models.UniqueConstraint(
                fields=("municipality", "identifier_system", "identifier_value"), name="a_journal_names_a_plan_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))), name="plan_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitsseen",
            constraint=models.UniqueConstraint(
                fields=("citizen", "reader_id"), name="a_reader_has_seen_a_citizens_visits_once"
            ),
        ),
    ]
