"""How and when a person wants to be told: modes, digests, quiet hours, a number of her own; and who has read already."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function, mine, protect


def of_citizen() -> models.ForeignKey:
    """A foreign key to a citizen that holds on."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.citizen")


class Migration(migrations.Migration):
    """New columns with defaults and new tables; older processes do not know them."""

    dependencies = [
        ("notifications", "0005_pre_receipts"),
        ("messages", "0012_pre_pulse_planned_once"),
        ("visits", "0011_pre_silence"),
        ("people", "0008_pre_when_changed"),
    ]

    operations = [
        migrations.AddField("preference", "mode", models.CharField(max_length=12, default="each", db_default="each")),
        migrations.AddField("preference", "digest_hour", models.SmallIntegerField(default=18, db_default=18)),
        migrations.AddConstraint(
            "preference",
            models.CheckConstraint(
                condition=models.Q(mode__in=["each", "first", "digest", "deviations"]), name="mode_is_known"
            ),
        ),
        migrations.AddConstraint(
            "preference",
            models.CheckConstraint(
                condition=models.Q(digest_hour__gte=0, digest_hour__lte=23), name="digest_comes_at_an_hour"
            ),
        ),
        migrations.AddField("notice", "joined_to", models.UUIDField(null=True)),
        migrations.AddField("notice", "remind_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="QuietHours",
            fields=[
                (
                    "receiver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.citizen",
                    ),
                ),
                ("starts", models.SmallIntegerField(null=True)),
                ("ends", models.SmallIntegerField(null=True)),
            ],
            options={
                "db_table": "quiet_hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(starts__isnull=True, ends__isnull=True)
                        | models.Q(starts__gte=0, starts__lte=23, ends__gte=0, ends__lte=23),
                        name="quiet_has_both_hours_or_none",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnContact",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                ("citizen", of_citizen()),
                ("channel", models.CharField(max_length=8)),
                ("address_sealed", models.BinaryField()),
                ("verified_at", models.DateTimeField()),
            ],
            options={
                "db_table": "own_contact",
                "constraints": [
                    models.UniqueConstraint(fields=("citizen", "channel"), name="one_own_address_for_each_channel"),
                    models.CheckConstraint(
                        condition=models.Q(channel__in=["sms", "email"]), name="own_channel_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactCode",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                ("citizen", of_citizen()),
                ("channel", models.CharField(max_length=8)),
                ("address_sealed", models.BinaryField()),
                ("address_key", models.BinaryField(max_length=32)),
                ("code_digest", models.BinaryField(max_length=32)),
                ("tries", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("runs_out_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "contact_code",
                "indexes": [
                    models.Index(fields=["citizen", "-asked_at"], name="codes_of_a_citizen"),
                    models.Index(fields=["address_key", "asked_at"], name="codes_to_an_address"),
                    models.Index(fields=["asked_at"], name="codes_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(channel__in=["sms", "email"]), name="code_channel_is_known"
                    ),
                    models.CheckConstraint(condition=models.Q(tries__lte=5), name="a_code_is_tried_five_times"),
                ],
            },
        ),
        protect("quiet_hours", person=mine("receiver_id"), portal="true"),
        protect("own_contact", person=mine(), portal="true", rights="SELECT, INSERT, UPDATE, DELETE"),
        protect("contact_code", person=mine(), portal="true", rights="SELECT, INSERT, UPDATE, DELETE"),
        lookup_function(
            "hk_codes_to_address",
            arguments="wanted bytea, since timestamptz",
            returns="bigint",
            body="SELECT count(*) FROM contact_code WHERE address_key = wanted AND asked_at > since",
        ),
        lookup_function(
            "hk_readers_of_messages",
            arguments="wanted uuid[]",
            returns="TABLE (message_id uuid, thread_id uuid, reader_id uuid)",
            body="""
            SELECT m.id, m.thread_id, r.reader_id FROM message m
                LEFT JOIN reading r ON r.thread_id = m.thread_id AND r.reader_kind = 'citizen' AND r.seen_place >= m.place
            WHERE m.id = ANY (wanted)
            """,
        ),
        lookup_function(
            "hk_not_performed_visits",
            arguments="wanted uuid[]",
            returns="TABLE (id uuid, citizen_id uuid, municipality_id uuid, service_id uuid, starts_at timestamptz,"
            " ends_at timestamptz)",
            body="""
            SELECT v.id, v.citizen_id, v.municipality_id, v.service_id, v.starts_at, v.ends_at
            FROM visit v WHERE v.id = ANY (wanted) AND v.status = 'not-performed'
            """,
        ),
    ]
