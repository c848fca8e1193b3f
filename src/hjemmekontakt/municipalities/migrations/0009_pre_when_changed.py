"""When a part of the organisation was last changed: by it a journal asks for what is new (R8)."""

from django.db import migrations

from hjemmekontakt.ground.policies import when_changed

NOTE = """
CREATE FUNCTION note_when_it_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $body$;
"""


class Migration(migrations.Migration):
    """A column that the database fills, on each table of the organisation."""

    dependencies = [("municipalities", "0008_pre_journal_heard")]

    operations = [
        migrations.RunSQL(NOTE, migrations.RunSQL.noop),
        *(when_changed(table) for table in ("municipality", "district", "unit", "service")),
    ]
