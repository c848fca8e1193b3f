"""Covers and closing days are public; a unit's leader may write them."""

from django.db import migrations

from hjemmekontakt.ground.policies import open_to_all


class Migration(migrations.Migration):
    """The app reads and writes who answers for whom, and which days are closed."""

    dependencies = [("municipalities", "0004_pre_messages_in_full")]

    operations = [
        open_to_all("cover", rights="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL("GRANT INSERT, UPDATE, DELETE ON closing_day TO hk_app", migrations.RunSQL.noop),
    ]
