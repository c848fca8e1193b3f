"""What a unit has of visits for itself: reports from the field, visits without a word, and whether those ring."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from hjemmekontakt.visits.models.visits import Visit


class SilentVisit(models.Model):
    """A visit whose time has passed without a word from the journal (stille besøk), as the shift's leader is told (M2)."""

    visit = models.OneToOneField(Visit, models.PROTECT, primary_key=True, related_name="silence")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by_name = models.CharField(max_length=200, blank=True, default="")
    kin_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "silent_visit"
        indexes = [
            models.Index(
                fields=["unit", "raised_at"], condition=Q(handled_at__isnull=True), name="silent_visits_of_a_unit"
            ),
            models.Index(
                fields=["raised_at"],
                condition=Q(handled_at__isnull=True, kin_told_at__isnull=True),
                name="silent_visits_kin_not_told",
            ),
        ]


class WorkReport(models.Model):
    """What an employee reported of a visit here, where no journal does (melding fra felt), and what it was before (R86).

    `before` holds what an undoing puts back; `version` is the visit's after the report, by which it is known whether
    somebody has told something since.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="work_reports")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, blank=True, default="")
    words = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    form_key = models.UUIDField()
    reported_at = models.DateTimeField()
    version = models.IntegerField()
    before = models.JSONField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "work_report"
        indexes = [models.Index(fields=["visit", "-reported_at"], name="work_reports_of_a_visit")]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "by_id", "form_key"], name="a_form_reports_once"),
        ]


class SilenceChoice(models.Model):
    """That the silence alarm of a service was switched on or off: by whom, at what measure; stands for good (M2).

    To switch on, she has said that it was discussed with the staff's representatives.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    visits = models.IntegerField()
    in_time = models.IntegerField()

    class Meta:
        db_table = "silence_choice"
        indexes = [models.Index(fields=["service", "-at"], name="silence_choices_of_a_service")]
