"""A team leader who does not approve a broadcast says why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column with a default: old code never names it."""

    dependencies = [("messages", "0009_pre_the_clock")]

    operations = [
        migrations.AddField(
            "broadcast", "decided_why", models.CharField(max_length=300, blank=True, default="", db_default="")
        ),
        migrations.AddIndex(
            "broadcast",
            models.Index(fields=["made_at"], name="broadcasts_to_be_sent", condition=models.Q(state="sending")),
        ),
    ]
