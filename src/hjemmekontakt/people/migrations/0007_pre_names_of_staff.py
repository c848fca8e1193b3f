"""Whose names are hidden from citizens, and from which citizens; and which of some employees those are."""

from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """New columns, the app's right to hide an employee's name, and a look-up that answers ids alone."""

    dependencies = [("people", "0006_pre_about_citizen")]

    operations = [
        migrations.AddField(
            model_name="citizen", name="names_hidden", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            model_name="employee",
            name="hpr_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=9),
        ),
        migrations.AddField(
            model_name="employee", name="name_hidden", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL("GRANT UPDATE (name_hidden) ON employee TO hk_app;", migrations.RunSQL.noop),
        lookup_function(
            "hk_hidden_names",
            arguments="wanted uuid[]",
            returns="SETOF uuid",
            body="SELECT id FROM employee WHERE id = ANY (wanted) AND name_hidden",
        ),
    ]
