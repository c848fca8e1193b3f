"""When a person, an employee, a role or a decision was last changed: by it a journal asks for what is new (R8)."""

from django.db import migrations

from hjemmekontakt.ground.policies import when_changed


class Migration(migrations.Migration):
    """A column that the database fills; a citizen's own settings are no change to tell of."""

    dependencies = [("people", "0007_pre_names_of_staff"), ("municipalities", "0009_pre_when_changed")]

    operations = [
        when_changed("citizen", columns="national_id_lookup given_name family_name birth_date protection deceased_on"),
        *(when_changed(table) for table in ("employee", "duty", "decision")),
    ]
