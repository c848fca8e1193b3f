"""Large jobs of journals: imports and exports, each of one client, forgotten with all that is in it."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from hjemmekontakt.ground.policies import by_herself, in_municipality, protect

OF_ITS_CLIENT = f"{in_municipality()} AND {by_herself('client_id')}"
HELD = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": "municipalities.municipality"}


def of_a_job(name: str) -> models.ForeignKey:
    """What belongs to a job; the database itself takes it away with the job."""
    return models.ForeignKey(
        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name=name, to="bulk.bulkjob"
    )


def goes_with_the_job(table: str) -> migrations.RunSQL:
    """Nothing of a job outlives it."""
    return migrations.RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT {table}_goes_with_the_job'
        " FOREIGN KEY (job_id) REFERENCES bulk_job (id) ON DELETE CASCADE",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    """New tables; the content is seen by its own client alone, the portal sees jobs and never what is in them."""

    initial = True
    dependencies = [("municipalities", "0009_pre_when_changed"), ("access", "0001_tables")]

    operations = [
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                ("municipality", models.ForeignKey(**HELD)),
                ("client_id", models.UUIDField()),
                ("client_name", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=8)),
                ("request", models.CharField(max_length=2000)),
                ("asked", models.JSONField()),
                ("lines", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("forget_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bulk_job",
                "indexes": [
                    models.Index(condition=Q(state="waiting"), fields=["worked_at"], name="bulk_jobs_waiting"),
                    models.Index(fields=["forget_at"], name="bulk_jobs_to_forget"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(kind__in=["import", "export"]), name="bulk_kind_is_known"),
                    models.CheckConstraint(
                        condition=Q(state__in=["arriving", "waiting", "done", "failed"]), name="bulk_state_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job", of_a_job("parts")),
                ("municipality", models.ForeignKey(**HELD)),
                ("client_id", models.UUIDField()),
                ("first_line", models.IntegerField()),
                ("lines", models.IntegerField()),
                ("content_sealed", models.BinaryField()),
            ],
            options={
                "db_table": "bulk_part",
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "job", "first_line"), name="a_line_waits_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job", of_a_job("pieces")),
                ("municipality", models.ForeignKey(**HELD)),
                ("client_id", models.UUIDField()),
                ("name", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=40)),
                ("place", models.IntegerField()),
                ("lines", models.IntegerField()),
                ("content_sealed", models.BinaryField()),
            ],
            options={
                "db_table": "bulk_file",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "job", "name", "place"), name="a_piece_is_written_once"
                    )
                ],
            },
        ),
        goes_with_the_job("bulk_part"),
        goes_with_the_job("bulk_file"),
        protect("bulk_job", municipality=OF_ITS_CLIENT, portal="true", rights="SELECT, INSERT, UPDATE, DELETE"),
        protect("bulk_part", municipality=OF_ITS_CLIENT, rights="SELECT, INSERT, DELETE"),
        protect("bulk_file", municipality=OF_ITS_CLIENT, rights="SELECT, INSERT"),
        migrations.RunSQL(
            "GRANT USAGE ON SEQUENCE bulk_part_id_seq, bulk_file_id_seq TO hk_app", migrations.RunSQL.noop
        ),
    ]
