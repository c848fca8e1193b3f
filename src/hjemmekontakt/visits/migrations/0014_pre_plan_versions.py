"""Earlier versions of plans, who told each plan, and what keeps them; and the order in which requests are told."""

import django.contrib.postgres.fields
from django.db import migrations, models

from hjemmekontakt.ground.policies import in_municipality, in_units, mine, protect

COPIED = {
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "db_index": False,
}
KEPT = (
    "version, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, starts_at, ends_at,"
    " is_window, minutes, title, instruction, place, cancellable, recurrence, except_days, ended, source_updated_at,"
    " stored_at, told_by_id, told_by_name"
)


class Migration(migrations.Migration):
    """New columns, a table and two indexes; no row is touched. What was told before this has no teller."""

    dependencies = [
        ("visits", "0013_pre_plan_moves"),
        ("municipalities", "0007_pre_visits_in_full"),
        ("people", "0006_pre_about_citizen"),
    ]

    operations = [
        migrations.AddField("visitplan", "told_by_id", models.UUIDField(null=True)),
        migrations.AddField(
            "visitplan", "told_by_name", models.CharField(blank=True, default="", db_default="", max_length=200)
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "plan_id", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("plan", models.ForeignKey(related_name="versions", to="visits.visitplan", **COPIED)),
                ("version", models.IntegerField()),
                ("citizen", models.ForeignKey(related_name="+", to="people.citizen", **COPIED)),
                ("municipality", models.ForeignKey(related_name="+", to="municipalities.municipality", **COPIED)),
                ("unit", models.ForeignKey(related_name="+", to="municipalities.unit", **COPIED)),
                ("service", models.ForeignKey(related_name="+", to="municipalities.service", **COPIED)),
                ("identifier_system", models.CharField(max_length=200)),
                ("identifier_value", models.CharField(max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_window", models.BooleanField()),
                ("minutes", models.IntegerField(null=True)),
                ("title", models.CharField(max_length=1000)),
                ("instruction", models.CharField(max_length=1000)),
                ("place", models.CharField(max_length=10)),
                ("cancellable", models.BooleanField()),
                ("recurrence", models.CharField(max_length=500)),
                ("except_days", django.contrib.postgres.fields.ArrayField(models.DateField())),
                ("ended", models.BooleanField()),
                ("source_updated_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                ("told_by_id", models.UUIDField(null=True)),
                ("told_by_name", models.CharField(max_length=200)),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "db_table": "plan_version",
                "indexes": [models.Index(fields=["municipality", "replaced_at"], name="plans_to_be_forgotten")],
            },
        ),
        protect(
            "plan_version",
            person=mine(),
            unit=in_units(),
            municipality=in_municipality(),
            rights="SELECT, INSERT, DELETE",
        ),
        # Whoever changes a plan leaves its earlier version behind, as with a visit.
        migrations.RunSQL(
            f"""
            CREATE FUNCTION keep_earlier_plans() RETURNS trigger LANGUAGE plpgsql
                SET search_path = pg_catalog, public, pg_temp AS $body$
            BEGIN
                INSERT INTO plan_version (plan_id, replaced_at, {KEPT})
                SELECT before.id, after.stored_at, {", ".join(f"before.{name.strip()}" for name in KEPT.split(","))}
                FROM before JOIN after ON after.id = before.id AND after.version <> before.version;
                RETURN NULL;
            END $body$;
            CREATE TRIGGER keep_earlier_plans AFTER UPDATE ON visit_plan
                REFERENCING OLD TABLE AS before NEW TABLE AS after
                FOR EACH STATEMENT EXECUTE FUNCTION keep_earlier_plans();
            """,
            "DROP TRIGGER keep_earlier_plans ON visit_plan; DROP FUNCTION keep_earlier_plans()",
        ),
        migrations.AddIndex(
            "cancellation",
            models.Index(fields=["municipality", "asked_at", "id"], name="cancellations_in_order"),
        ),
        migrations.AddIndex(
            "changewish", models.Index(fields=["municipality", "asked_at", "id"], name="wishes_in_order")
        ),
    ]
