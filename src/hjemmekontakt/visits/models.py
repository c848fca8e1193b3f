"""The portal's copy of each home visit, and each cancellation that was asked for."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from hjemmekontakt.visits.rules import CancellationState, CancellationView


class Visit(models.Model):
    """One home visit (besøk) as the journal last told it; named by the journal, once within the municipality (R34)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
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

    class Meta:
        db_table = "visit"
        indexes = [
            models.Index(fields=["citizen", "starts_at"], name="visits_of_a_citizen"),
            models.Index(fields=["unit", "starts_at"], name="visits_of_a_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "identifier_system", "identifier_value"], name="a_journal_names_a_visit_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="visit_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["planned", "assigned", "performed", "cancelled", "not-performed", "entered-in-error"]
                ),
                name="visit_status_is_known",
            ),
        ]


class Cancellation(models.Model):
    """A citizen's request to the journal to call off one visit (avlysning), with the journal's answer (R38)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="cancellations")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="sent")
    reason = models.CharField(max_length=500, blank=True, default="")
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    on_behalf = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    form_key = models.UUIDField()
    asked_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=500, blank=True, default="")
    version = models.IntegerField(default=1)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "cancellation"
        indexes = [models.Index(fields=["citizen", "-asked_at"], name="cancellations_of_a_citizen")]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state__in=["sent", "received"]),
                name="one_open_cancellation_for_each_visit",
            ),
            models.UniqueConstraint(fields=["asked_by_id", "form_key"], name="a_form_cancels_once"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "received", "accepted", "declined", "expired"]),
                name="cancellation_state_is_known",
            ),
        ]

    def as_seen(self) -> CancellationView:
        """The cancellation as pages and the journal see it."""
        return CancellationView(
            id=self.id,
            visit_id=self.visit_id,
            citizen_id=self.citizen_id,
            state=CancellationState(self.state),
            reason=self.reason,
            asked_by_id=self.asked_by_id,
            asked_by_name=self.asked_by_name,
            on_behalf=self.on_behalf,
            late=self.late,
            asked_at=self.asked_at,
            received_at=self.received_at,
            answered_at=self.answered_at,
            decline_reason=self.decline_reason,
            version=self.version,
            stored_at=self.stored_at,
        )
