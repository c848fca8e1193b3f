"""Since when a journal is in touch again after a break: what it had to tell meanwhile may still be on its way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column, and the app's right to keep it up to date; no row is touched."""

    dependencies = [("municipalities", "0010_pre_subscriptions")]

    operations = [
        migrations.AddField(model_name="journalhook", name="back_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL("GRANT UPDATE (back_at) ON journal_hook TO hk_app;", migrations.RunSQL.noop),
    ]
