"""Which SMS provider a notice was handed to, and what it says became of it; found by the provider's own name of it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns with defaults in the database, for older processes do not know them; the index is made while others write."""

    atomic = False

    dependencies = [("notifications", "0004_pre_register_word")]

    operations = [
        migrations.AddField(
            "notice", "sms_provider", models.CharField(max_length=16, blank=True, default="", db_default="")
        ),
        migrations.AddField(
            "notice", "receipt", models.CharField(max_length=12, blank=True, default="", db_default="")
        ),
        migrations.AddField("notice", "receipt_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(receipt__in=["", "queued", "sent", "expired", "failed", "rejected", "delivered"]),
                name="receipt_is_known",
            ),
        ),
        AddIndexConcurrently(
            "notice",
            models.Index(
                fields=["provider_reference"],
                name="notices_by_provider_s_name",
                condition=~models.Q(provider_reference=""),
            ),
        ),
    ]
