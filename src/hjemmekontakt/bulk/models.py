"""Large jobs: each, the parts of its body that wait, and the pieces of what came of it; all of one client's own."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class BulkJob(models.Model):
    """A large job of a journal (samlejobb): what was asked, by whom, and how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    client_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8)
    request = models.CharField(max_length=2000)
    asked = models.JSONField()
    lines = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    attempts = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    worked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField()

    class Meta:
        db_table = "bulk_job"
        indexes = [
            models.Index(fields=["worked_at"], name="bulk_jobs_waiting", condition=Q(state="waiting")),
            models.Index(fields=["forget_at"], name="bulk_jobs_to_forget"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["import", "export"]), name="bulk_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["arriving", "waiting", "done", "failed"]), name="bulk_state_is_known"
            ),
        ]


class BulkPart(models.Model):
    """Some lines of a body that wait for the worker (del av samlejobb), sealed; gone in the transaction that works on them."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="parts", db_constraint=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    first_line = models.IntegerField()
    lines = models.IntegerField()
    content_sealed = models.BinaryField()

    class Meta:
        db_table = "bulk_part"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "job", "first_line"], name="a_line_waits_once"),
        ]


class BulkFile(models.Model):
    """A piece of what came of a job (resultatfil), sealed; pieces of one name make a file in the order of their places."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="pieces", db_constraint=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    place = models.IntegerField()
    lines = models.IntegerField()
    content_sealed = models.BinaryField()

    class Meta:
        db_table = "bulk_file"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "job", "name", "place"], name="a_piece_is_written_once"),
        ]
