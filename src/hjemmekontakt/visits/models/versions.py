"""What a visit, a plan of visits, or a request about a visit was before it was changed."""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hjemmekontakt.visits.models.visits import Visit, VisitPlan

Row = TypeVar("Row", bound=models.Model)
# The keys were checked when the visit got them; they are not checked again.
COPIED: dict[str, Any] = {"on_delete": models.DO_NOTHING, "db_constraint": False, "db_index": False}


class VisitVersion(models.Model):
    """One earlier version of a visit (tidligere versjon), as its journal may read it back; the database itself keeps it.

    `stored_at`, `told_by_id` and `told_by_name` are of the version, `replaced_at` is when the next one took its place. It is
    kept for `VERSIONS_KEPT` after that.
    """

    pk = models.CompositePrimaryKey("visit_id", "version")
    visit = models.ForeignKey(Visit, related_name="versions", **COPIED)
    version = models.IntegerField()
    citizen = models.ForeignKey("people.Citizen", related_name="+", **COPIED)
    municipality = models.ForeignKey("municipalities.Municipality", related_name="+", **COPIED)
    unit = models.ForeignKey("municipalities.Unit", related_name="+", **COPIED)
    service = models.ForeignKey("municipalities.Service", related_name="+", **COPIED)
    identifier_system = models.CharField(max_length=200)
    identifier_value = models.CharField(max_length=200)
    status = models.CharField(max_length=16)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_window = models.BooleanField()
    minutes = models.IntegerField(null=True)
    title = models.CharField(max_length=1000)
    instruction = models.CharField(max_length=1000)
    performer_name = models.CharField(max_length=100)
    performer_role = models.CharField(max_length=60)
    place = models.CharField(max_length=10)
    cancellable = models.BooleanField()
    cancelled_by = models.CharField(max_length=16)
    not_performed_reason = models.CharField(max_length=10)
    source_updated_at = models.DateTimeField()
    series = models.CharField(max_length=200)
    series_day = models.DateField(null=True)
    reported_by_name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()
    told_by_id = models.UUIDField(null=True)
    told_by_name = models.CharField(max_length=200)
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "visit_version"
        indexes = [models.Index(fields=["municipality", "replaced_at"], name="versions_to_be_forgotten")]


class PlanVersion(models.Model):
    """One earlier version of a plan (tidligere versjon av en besøksplan), as its journal may read it back.

    It is kept as an earlier version of a visit is.
    """

    pk = models.CompositePrimaryKey("plan_id", "version")
    plan = models.ForeignKey(VisitPlan, related_name="versions", **COPIED)
    version = models.IntegerField()
    citizen = models.ForeignKey("people.Citizen", related_name="+", **COPIED)
    municipality = models.ForeignKey("municipalities.Municipality", related_name="+", **COPIED)
    unit = models.ForeignKey("municipalities.Unit", related_name="+", **COPIED)
    service = models.ForeignKey("municipalities.Service", related_name="+", **COPIED)
    identifier_system = models.CharField(max_length=200)
    identifier_value = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_window = models.BooleanField()
    minutes = models.IntegerField(null=True)
    title = models.CharField(max_length=1000)
    instruction = models.CharField(max_length=1000)
    place = models.CharField(max_length=10)
    cancellable = models.BooleanField()
    recurrence = models.CharField(max_length=500)
    except_days = ArrayField(models.DateField())
    ended = models.BooleanField()
    source_updated_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    told_by_id = models.UUIDField(null=True)
    told_by_name = models.CharField(max_length=200)
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "plan_version"
        indexes = [models.Index(fields=["municipality", "replaced_at"], name="plans_to_be_forgotten")]


class RequestVersion(models.Model):
    """One earlier version of a cancellation or a wish (tidligere versjon av en forespørsel); the database itself keeps it.

    `content` is the whole row as it was, by column. It is kept for `VERSIONS_KEPT` after the next one took its place.
    """

    pk = models.CompositePrimaryKey("request_id", "version")
    request_id = models.UUIDField()
    version = models.IntegerField()
    citizen = models.ForeignKey("people.Citizen", related_name="+", **COPIED)
    municipality = models.ForeignKey("municipalities.Municipality", related_name="+", **COPIED)
    unit = models.ForeignKey("municipalities.Unit", related_name="+", **COPIED)
    content = models.JSONField()
    stored_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "request_version"
        indexes = [models.Index(fields=["municipality", "replaced_at"], name="requests_to_be_forgotten")]

    def as_it_was(self, model: type[Row]) -> Row:
        """The cancellation or wish of this version; a column that came later has its default."""
        fields = {each.column: each for each in model._meta.concrete_fields}
        kept = {name: value for name, value in self.content.items() if name in fields}
        row: Row = model(**{fields[name].attname: fields[name].to_python(value) for name, value in kept.items()})
        return row
