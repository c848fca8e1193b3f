"""Earlier versions of visits and of requests about them, who told each visit, and what keeps them."""

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import in_municipality, in_units, mine, protect

COPIED = {
    "on_delete": django.db.models.deletion.DO_NOTHING,
    "db_constraint": False,
    "db_index": False,
}
KEPT = (
    "version, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, status, starts_at,"
    " ends_at, is_window, minutes, title, instruction, performer_name, performer_role, place, cancellable, cancelled_by,"
    " not_performed_reason, source_updated_at, series, series_day, reported_by_name, stored_at, told_by_id, told_by_name"
)


class Migration(migrations.Migration):
    """New columns and tables; no row is touched. What was told before this has no teller, and no earlier versions."""

    dependencies = [
        ("visits", "0011_pre_silence"),
        ("municipalities", "0007_pre_visits_in_full"),
        ("people", "0006_pre_about_citizen"),
    ]

    operations = [
        migrations.AddField("visit", "told_by_id", models.UUIDField(null=True)),
        migrations.AddField(
            "visit", "told_by_name", models.CharField(blank=True, default="", db_default="", max_length=200)
        ),
        migrations.CreateModel(
            name="VisitVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "visit_id", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("visit", models.ForeignKey(related_name="versions", to="visits.visit", **COPIED)),
                ("version", models.IntegerField()),
                ("citizen", models.ForeignKey(related_name="+", to="people.citizen", **COPIED)),
                ("municipality", models.ForeignKey(related_name="+", to="municipalities.municipality", **COPIED)),
                ("unit", models.ForeignKey(related_name="+", to="municipalities.unit", **COPIED)),
                ("service", models.ForeignKey(related_name="+", to="municipalities.service", **COPIED)),
                ("identifier_system", models.CharField(max_length=200)),
                ("identifier_value", models.CharField(max_length=200)),
                ("status", models.CharField(max_length=16)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_window", models.BooleanField()),
                ("minutes", models.IntegerField(null=True)),
                ("title", models.CharField(max_length=1000)),
                ("instruction", models.CharField(max_length=1000)),
                ("performer_name", models.CharField(max_length=100)),
                ("performer_role", models.CharField(max_length=60)),
                ("place", models.CharField(max_length=10)),
                ("cancellable", models.BooleanField()),
                ("cancelled_by", models.CharField(max_length=16)),
                ("not_performed_reason", models.CharField(max_length=10)),
                ("source_updated_at", models.DateTimeField()),
                ("series", models.CharField(max_length=200)),
                ("series_day", models.DateField(null=True)),
                ("reported_by_name", models.CharField(max_length=200)),
                ("stored_at", models.DateTimeField()),
                ("told_by_id", models.UUIDField(null=True)),
                ("told_by_name", models.CharField(max_length=200)),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "db_table": "visit_version",
                "indexes": [models.Index(fields=["municipality", "replaced_at"], name="versions_to_be_forgotten")],
            },
        ),
        migrations.CreateModel(
            name="RequestVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "request_id", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("request_id", models.UUIDField()),
                ("version", models.IntegerField()),
                ("citizen", models.ForeignKey(related_name="+", to="people.citizen", **COPIED)),
                ("municipality", models.ForeignKey(related_name="+", to="municipalities.municipality", **COPIED)),
                ("unit", models.ForeignKey(related_name="+", to="municipalities.unit", **COPIED)),
                ("content", models.JSONField()),
                ("stored_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "db_table": "request_version",
                "indexes": [models.Index(fields=["municipality", "replaced_at"], name="requests_to_be_forgotten")],
            },
        ),
        *(
            protect(
                table,
                person=mine(),
                unit=in_units(),
                municipality=in_municipality(),
                rights="SELECT, INSERT, DELETE",
            )
            for table in ("visit_version", "request_version")
        ),
        # Whoever changes a visit, by whatever statement, leaves its earlier version behind; nobody can forget to.
        migrations.RunSQL(
            f"""
            CREATE FUNCTION keep_earlier_versions() RETURNS trigger LANGUAGE plpgsql
                SET search_path = pg_catalog, public, pg_temp AS $body$
            BEGIN
                INSERT INTO visit_version (visit_id, replaced_at, {KEPT})
                SELECT before.id, after.stored_at, {", ".join(f"before.{name.strip()}" for name in KEPT.split(","))}
                FROM before JOIN after ON after.id = before.id AND after.version <> before.version;
                RETURN NULL;
            END $body$;
            CREATE TRIGGER keep_earlier_versions AFTER UPDATE ON visit
                REFERENCING OLD TABLE AS before NEW TABLE AS after
                FOR EACH STATEMENT EXECUTE FUNCTION keep_earlier_versions();
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION keep_earlier_requests() RETURNS trigger LANGUAGE plpgsql
                SET search_path = pg_catalog, public, pg_temp AS $body$
            BEGIN
                INSERT INTO request_version
                    (request_id, version, citizen_id, municipality_id, unit_id, content, stored_at, replaced_at)
                SELECT before.id, before.version, before.citizen_id, before.municipality_id, before.unit_id,
                    to_jsonb(before), before.stored_at, after.stored_at
                FROM before JOIN after ON after.id = before.id AND after.version <> before.version;
                RETURN NULL;
            END $body$;
            """,
            migrations.RunSQL.noop,
        ),
        *(
            migrations.RunSQL(
                f"""
                CREATE TRIGGER keep_earlier_requests AFTER UPDATE ON {table}
                    REFERENCING OLD TABLE AS before NEW TABLE AS after
                    FOR EACH STATEMENT EXECUTE FUNCTION keep_earlier_requests();
                """,
                migrations.RunSQL.noop,
            )
            for table in ("cancellation", "change_wish")
        ),
    ]
