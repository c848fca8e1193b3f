"""Absences are seen and written within the municipality."""

from django.db import migrations

from hjemmekontakt.ground.policies import in_municipality, protect


class Migration(migrations.Migration):
    """Who is away, and who takes her threads meanwhile (R81)."""

    dependencies = [("people", "0003_pre_messages_in_full")]

    operations = [
        protect(
            "absence",
            unit=in_municipality(),
            municipality=in_municipality(),
            portal="true",
            rights="SELECT, INSERT, UPDATE, DELETE",
        )
    ]
