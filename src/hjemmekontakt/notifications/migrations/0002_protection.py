"""A wish and a notice belong to who receives them; the portal decides and sends."""

from django.db import migrations

from hjemmekontakt.ground.policies import PERSONS, mine, open_to_all, protect

RECEIVER_OR_ABOUT = f"(receiver_id = ANY ({PERSONS}) OR about_id = ANY ({PERSONS}))"


class Migration(migrations.Migration):
    """Policies of the notices' tables."""

    dependencies = [("notifications", "0001_tables"), ("people", "0002_protection")]

    operations = [
        protect("preference", person=mine("receiver_id"), portal="true", rights="SELECT, INSERT, UPDATE, DELETE"),
        protect("notice", person=RECEIVER_OR_ABOUT, portal="true"),
        open_to_all("reached_address", rights="SELECT, INSERT, DELETE"),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app", migrations.RunSQL.noop),
    ]
