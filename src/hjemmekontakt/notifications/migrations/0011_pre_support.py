"""What a support desk must be able to say of a notice, and what a month's SMS have cost a municipality."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from hjemmekontakt.ground.policies import PERSONS, change_protection, in_municipality, protect

RECEIVER_OR_ABOUT = f"(receiver_id = ANY ({PERSONS}) OR about_id = ANY ({PERSONS}))"


class Migration(migrations.Migration):
    """Columns with defaults in the database, for older processes do not know them; the index is made while others write."""

    atomic = False

    dependencies = [("notifications", "0010_pre_reconciliation")]

    operations = [
        migrations.AddField("notice", "segments", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField(
            "notice", "address_end", models.CharField(max_length=2, blank=True, default="", db_default="")
        ),
        migrations.CreateModel(
            name="NoticeCost",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="municipalities.municipality"
                    ),
                ),
                ("month", models.DateField()),
                ("messages", models.IntegerField(default=0)),
                ("segments", models.IntegerField(default=0)),
                ("warned_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "notice_cost",
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "month"), name="a_month_is_counted_once")
                ],
            },
        ),
        protect("notice_cost", municipality=in_municipality(), portal="true"),
        change_protection("notice", person=RECEIVER_OR_ABOUT, portal="true", municipality_reads=in_municipality()),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "notice",
            models.Index(
                fields=["municipality", "-decided_at"],
                name="notices_that_reached_nobody",
                condition=models.Q(decision__in=["no-contact", "failed"]),
            ),
        ),
    ]
