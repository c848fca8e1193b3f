"""Notices that wait for a digest, that are in one, and that somebody may have to be reminded of, found at once."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Indexes of few rows, made while others write."""

    atomic = False

    dependencies = [("notifications", "0006_pre_wishes")]

    operations = [
        AddIndexConcurrently("notice", index)
        for index in (
            models.Index(fields=["due_at"], name="notices_for_a_digest", condition=Q(decision="gathered")),
            models.Index(fields=["joined_to"], name="notices_in_a_digest", condition=Q(joined_to__isnull=False)),
            models.Index(fields=["remind_at"], name="notices_to_remind", condition=Q(remind_at__isnull=False)),
        )
    ]
