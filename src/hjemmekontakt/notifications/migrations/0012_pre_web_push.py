"""Notices in a browser: a channel more, and the browsers that persons have let be told (R46)."""

from uuid import uuid4

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

from hjemmekontakt.ground.policies import mine, protect

CHANNELS = ["sms", "email", "push", "none"]


def channel_is_one_of_these(name: str) -> models.CheckConstraint:
    """A check on the column `channel`."""
    return models.CheckConstraint(condition=models.Q(channel__in=CHANNELS), name=name)


class Migration(migrations.Migration):
    """The wider checks are first added and then validated, while others read and write; older processes write less."""

    atomic = False

    dependencies = [("notifications", "0011_pre_support")]

    operations = [
        migrations.CreateModel(
            name="NotifiedBrowser",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen"
                    ),
                ),
                ("address_key", models.BinaryField(max_length=32)),
                ("browser_sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "notified_browser",
                "indexes": [models.Index(fields=["address_key"], name="browsers_by_address")],
                "constraints": [
                    models.UniqueConstraint(fields=("citizen", "address_key"), name="a_person_has_a_browser_told_once")
                ],
            },
        ),
        protect("notified_browser", person=mine(), portal="true", rights="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RemoveConstraint("preference", "channel_is_known"),
        AddConstraintNotValid("preference", channel_is_one_of_these("channel_is_known")),
        ValidateConstraint("preference", "channel_is_known"),
        migrations.RemoveConstraint("notice", "notice_channel_is_known"),
        AddConstraintNotValid("notice", channel_is_one_of_these("notice_channel_is_known")),
        ValidateConstraint("notice", "notice_channel_is_known"),
    ]
