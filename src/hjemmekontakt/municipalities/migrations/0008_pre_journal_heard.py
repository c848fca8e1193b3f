"""Whether a journal is in touch with us, and whether a unit shows by name who comes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """New columns, and the app's right to keep those of the hook up to date; no row is touched."""

    dependencies = [("municipalities", "0007_pre_visits_in_full")]

    operations = [
        migrations.AddField(model_name="journalhook", name="heard_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="journalhook", name="failing_since", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="journalhook", name="asked_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="unit", name="shows_names", field=models.BooleanField(db_default=True, default=True)
        ),
        migrations.RunSQL(
            "GRANT UPDATE (heard_at, failing_since, asked_at) ON journal_hook TO hk_app;"
            " GRANT UPDATE (shows_names) ON unit TO hk_app;",
            migrations.RunSQL.noop,
        ),
    ]
