"""Rights on the ground's tables, which hold ids and times only."""

from django.db import migrations

from hjemmekontakt.ground.policies import open_to_all


class Migration(migrations.Migration):
    """The app's rights; no row here is about a person."""

    dependencies = [("ground", "0001_tables")]

    operations = [
        open_to_all("outbox", rights="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app", migrations.RunSQL.noop),
        open_to_all("job_run", rights="SELECT, INSERT, UPDATE"),
        open_to_all("heartbeat", rights="SELECT, INSERT, UPDATE, DELETE"),
        open_to_all("demo_clock", rights="SELECT, INSERT, UPDATE"),
        migrations.RunSQL("GRANT SELECT ON django_migrations TO hk_app, hk_backup", migrations.RunSQL.noop),
    ]
