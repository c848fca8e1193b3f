"""The portal's copy of each home visit, and the plans they come from."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hjemmekontakt.visits.rules import EXPECTED_SYSTEM


class Visit(models.Model):
    """One home visit (besøk) as the journal last told it; named by the journal, once within the municipality (R34).

    `outcome_at` is when it was first told how it went, `planned_until` until when it was planned before that (M2).
    `series` is what the journal calls the plan that the visit belongs to, `series_day` its day in that plan,
    `series_rhythm` how often where it skips weeks or the like. `change` and
    `changed_at` tell what last changed so that she should hear of it. `reported_by_name` is the employee who reported it here,
    where the service has no journal that does. `performer_id` is the employee who comes, where the journal names her in a way
    that is known here (R35). `told_by_id` and `told_by_name` tell who told the present version: a journal, an employee, or the
    portal itself (no id).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+", db_index=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    identifier_system = models.CharField(max_length=200)
    identifier_value = models.CharField(max_length=200)
    status = models.CharField(max_length=16)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_window = models.BooleanField(default=False)
    minutes = models.IntegerField(null=True)
    title = models.CharField(max_length=1000, blank=True, default="")
    instruction = models.CharField(max_length=1000, blank=True, default="")
    performer_name = models.CharField(max_length=100, blank=True, default="")
    performer_role = models.CharField(max_length=60, blank=True, default="")
    place = models.CharField(max_length=10, default="home")
    cancellable = models.BooleanField(default=True)
    cancelled_by = models.CharField(max_length=16, blank=True, default="")
    not_performed_reason = models.CharField(max_length=10, blank=True, default="")
    moved_from = models.DateTimeField(null=True)
    source_updated_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    digest = models.BinaryField()
    reported_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    series = models.CharField(max_length=200, blank=True, default="", db_default="")
    series_day = models.DateField(null=True)
    change = models.CharField(max_length=10, blank=True, default="", db_default="")
    changed_at = models.DateTimeField(null=True)
    reported_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    performer_id = models.UUIDField(null=True)
    series_rhythm = models.CharField(max_length=4, blank=True, default="", db_default="")
    outcome_at = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    told_by_id = models.UUIDField(null=True)
    told_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "visit"
        indexes = [
            models.Index(
                fields=["municipality", "series", "series_day"], condition=~Q(series=""), name="visits_of_a_plan"
            ),
            models.Index(fields=["citizen", "starts_at"], name="visits_of_a_citizen"),
            models.Index(
                fields=["citizen"],
                condition=Q(identifier_system=EXPECTED_SYSTEM),
                name="expected_visits_of_a_citizen",
            ),
            models.Index(fields=["unit", "starts_at"], name="visits_of_a_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "identifier_system", "identifier_value"], name="a_journal_names_a_visit_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="visit_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "expected",
                        "planned",
                        "assigned",
                        "on-hold",
                        "performed",
                        "cancelled",
                        "not-performed",
                        "gone",
                        "entered-in-error",
                    ]
                ),
                name="visit_status_is_known",
            ),
        ]


class VisitPlan(models.Model):
    """A plan of visits that come again (besøksplan) as the journal last told it: expanded to expected visits (R31, R34)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    identifier_system = models.CharField(max_length=200)
    identifier_value = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_window = models.BooleanField(default=True)
    minutes = models.IntegerField(null=True)
    title = models.CharField(max_length=1000, blank=True, default="")
    instruction = models.CharField(max_length=1000, blank=True, default="")
    place = models.CharField(max_length=10, default="home")
    cancellable = models.BooleanField(default=True)
    recurrence = models.CharField(max_length=500)
    except_days = ArrayField(models.DateField(), default=list)
    ended = models.BooleanField(default=False)
    expanded_until = models.DateField(null=True)
    source_updated_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    digest = models.BinaryField()
    reported_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    told_by_id = models.UUIDField(null=True)
    told_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "visit_plan"
        indexes = [
            models.Index(fields=["citizen"], name="plans_of_a_citizen"),
            models.Index(
                fields=["municipality", "expanded_until"], condition=Q(ended=False), name="plans_to_be_expanded"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "identifier_system", "identifier_value"], name="a_journal_names_a_plan_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="plan_ends_after_it_starts"),
        ]
