"""Rights on the organisation's tables, which are public."""

from django.db import migrations

from hjemmekontakt.ground.policies import open_to_all


class Migration(migrations.Migration):
    """The app reads; only migrations and administration as owner write, until the administration's pages exist."""

    dependencies = [("municipalities", "0001_tables"), ("ground", "0002_protection")]

    operations = [
        open_to_all(table, rights="SELECT") for table in ["municipality", "district", "unit", "service", "closing_day"]
    ]
