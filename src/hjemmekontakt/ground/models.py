"""The ground's own tables: ids and times only, never anything about a person."""

from django.db import models
from django.db.models import Q


class OutboxRow(models.Model):
    """One event on its way to one listener (utboks)."""

    id = models.BigAutoField(primary_key=True)
    event = models.CharField(max_length=80)
    listener = models.CharField(max_length=80)
    payload = models.JSONField()
    municipality_id = models.UUIDField(null=True)
    published_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "outbox"
        indexes = [models.Index(fields=["due_at", "id"], name="outbox_waiting", condition=Q(dead_at__isnull=True))]


class JobRun(models.Model):
    """When a periodic job was last done, in domain time (nattjobb)."""

    name = models.CharField(primary_key=True, max_length=60)
    done_for = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        db_table = "job_run"


class Heartbeat(models.Model):
    """The last sign of life of a worker process, in real time (hjerteslag)."""

    worker = models.CharField(primary_key=True, max_length=80)
    beat_at = models.DateTimeField()

    class Meta:
        db_table = "heartbeat"


class DemoClock(models.Model):
    """How far the demo's clock is moved from the real one; empty outside the demo (demoklokke)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    moved_by = models.DurationField()

    class Meta:
        db_table = "demo_clock"
