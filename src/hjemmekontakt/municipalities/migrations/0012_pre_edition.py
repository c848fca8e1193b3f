"""A municipality's organisation has an edition, which the database changes with anything in it."""

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import open_to_all

# In the transaction that changes the organisation: what was read with an edition that still stands is as it was.
NOTE = """
CREATE FUNCTION note_new_edition() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO organisation_edition (municipality_id, edition)
        SELECT m.id, gen_random_uuid() FROM municipality m
        WHERE m.id IN ((to_jsonb(OLD) ->> TG_ARGV[0])::uuid, (to_jsonb(NEW) ->> TG_ARGV[0])::uuid)
        ON CONFLICT (municipality_id) DO UPDATE SET edition = EXCLUDED.edition;
    RETURN NULL;
END $body$;
"""
WHOSE = {
    "municipality": "id",
    "district": "municipality_id",
    "unit": "municipality_id",
    "service": "municipality_id",
    "closing_day": "municipality_id",
}


def noted(table: str, column: str) -> migrations.RunSQL:
    """Let whatever happens to a table's rows be a new edition."""
    return migrations.RunSQL(
        f"CREATE TRIGGER is_a_new_edition AFTER INSERT OR UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION note_new_edition('{column}')",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    """One more table, which triggers alone write; a municipality to which nothing has happened since has no row."""

    dependencies = [("municipalities", "0011_pre_back_in_touch")]

    operations = [
        migrations.CreateModel(
            name="OrganisationEdition",
            fields=[
                (
                    "municipality",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="municipalities.municipality",
                    ),
                ),
                ("edition", models.UUIDField()),
            ],
            options={"db_table": "organisation_edition"},
        ),
        open_to_all("organisation_edition", rights="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(NOTE, migrations.RunSQL.noop),
        *(noted(table, column) for table, column in WHOSE.items()),
    ]
