"""Who of those whom a municipality helps has accepted the terms, and who has stopped: its journal reads it (R4, R96)."""

from django.db import migrations

from hjemmekontakt.ground.policies import MUNICIPALITY, change_protection, mine

HELPED = (
    "EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = acceptance.citizen_id"
    f" AND d.municipality_id = {MUNICIPALITY})"
)


class Migration(migrations.Migration):
    """A policy for reading alone."""

    dependencies = [("consent", "0004_pre_how_far_she_has_come"), ("people", "0006_pre_about_citizen")]

    operations = [change_protection("acceptance", person=mine(), portal="true", municipality_reads=HELPED)]
