"""The portal's copy of each home visit, the plans they come from, and all that a citizen asks about them."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hjemmekontakt.visits.rules import CalendarView, CancellationState, CancellationView


class Visit(models.Model):
    """One home visit (besøk) as the journal last told it; named by the journal, once within the municipality (R34).

    `series` is what the journal calls the plan that the visit belongs to, `series_day` its day in that plan. `change` and
    `changed_at` tell what last changed so that she should hear of it. `reported_by_name` is the employee who reported it here,
    where the service has no journal that does.
    """

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
    series = models.CharField(max_length=200, blank=True, default="", db_default="")
    series_day = models.DateField(null=True)
    change = models.CharField(max_length=10, blank=True, default="", db_default="")
    changed_at = models.DateTimeField(null=True)
    reported_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")

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

    class Meta:
        db_table = "visit_plan"
        indexes = [models.Index(fields=["citizen"], name="plans_of_a_citizen")]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "identifier_system", "identifier_value"], name="a_journal_names_a_plan_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="plan_ends_after_it_starts"),
        ]


class AwayPeriod(models.Model):
    """A time in which a citizen is away (borte en periode): its visits are called off, also those planned later (R41).

    `until_day` is None until she says that she is back. `series` limits it to the visits of one plan; `unit_ids` are the
    units that help her, which may see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit_ids = ArrayField(models.UUIDField())
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    series = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    on_behalf = models.BooleanField(default=False)
    form_key = models.UUIDField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=200, blank=True, default="")
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "away_period"
        indexes = [models.Index(fields=["citizen", "from_day"], name="away_periods_of_a_citizen")]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "asked_by_id", "form_key"], name="a_form_is_away_once"),
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("from_day")), name="away_ends_after_it_begins"
            ),
        ]


class Cancellation(models.Model):
    """A citizen's request to the journal to call off one visit (avlysning), with the journal's answer (R38).

    `alarmed_at` is when the unit was told that the journal is silent (R44), `handled_at` when an employee had settled what
    waited. `needed_at` is when she said that she needs the visit after all; `answered_too_late` what the journal answered
    after she had taken the request back (R43).
    """

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
    away = models.ForeignKey(AwayPeriod, models.PROTECT, null=True, related_name="cancellations")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    needed_at = models.DateTimeField(null=True)
    needed_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    answered_too_late = models.CharField(max_length=10, blank=True, default="", db_default="")
    answered_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    alarmed_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    handled_by_name = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "cancellation"
        indexes = [
            models.Index(fields=["citizen", "-asked_at"], name="cancellations_of_a_citizen"),
            models.Index(fields=["visit"], name="cancellations_of_a_visit"),
            models.Index(
                fields=["unit", "asked_at"],
                condition=Q(state__in=["sent", "received"]) | Q(needed_at__isnull=False, handled_at__isnull=True),
                name="cancellations_waiting_in_unit",
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["sent", "received"], alarmed_at__isnull=True),
                name="cancellations_not_alarmed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state__in=["sent", "received"]),
                name="one_open_cancellation_for_each_visit",
            ),
            models.UniqueConstraint(fields=["asked_by_id", "form_key"], name="a_form_cancels_once"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "received", "accepted", "declined", "expired", "withdrawn"]),
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


class ChangeWish(models.Model):
    """A citizen's wish for another time for one visit (ønske om annen tid), with up to three windows, and the answer (R42).

    `windows` is a list of `{"from", "to"}` in ISO time with its zone. A proposal waits for her until `settled_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="wishes")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="sent")
    windows = models.JSONField(default=list)
    text = models.CharField(max_length=500, blank=True, default="")
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    on_behalf = models.BooleanField(default=False)
    form_key = models.UUIDField()
    asked_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_name = models.CharField(max_length=200, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")
    proposed_starts_at = models.DateTimeField(null=True)
    proposed_ends_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by_name = models.CharField(max_length=200, blank=True, default="")
    alarmed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "change_wish"
        indexes = [
            models.Index(fields=["visit"], name="wishes_of_a_visit"),
            models.Index(
                fields=["unit", "asked_at"],
                condition=Q(state__in=["sent", "received", "proposed"]),
                name="wishes_waiting_in_unit",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state__in=["sent", "received", "proposed"]),
                name="one_open_wish_for_each_visit",
            ),
            models.UniqueConstraint(fields=["municipality", "asked_by_id", "form_key"], name="a_form_wishes_once"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "received", "accepted", "proposed", "declined", "withdrawn", "expired"]),
                name="wish_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed")
                | Q(proposed_starts_at__isnull=False, proposed_ends_at__gte=F("proposed_starts_at")),
                name="a_proposal_has_its_time",
            ),
        ]


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


class VisitsSeen(models.Model):
    """When a person last looked at a citizen's visits (sett): what changed since then is pointed out to her.

    `before_at` is the time before that: a page that is loaded again shows the same changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    reader_id = models.UUIDField()
    seen_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "visits_seen"
        constraints = [
            models.UniqueConstraint(fields=["citizen", "reader_id"], name="a_reader_has_seen_a_citizens_visits_once")
        ]


class CalendarFeed(models.Model):
    """A secret address under which a person's calendar fetches a citizen's visits (kalenderadresse); kept as a digest (R37)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=200)
    on_behalf = models.BooleanField(default=False)
    digest = models.BinaryField(max_length=32)
    tells_more = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "calendar_feed"
        indexes = [models.Index(fields=["citizen"], name="feeds_of_a_citizen")]
        constraints = [models.UniqueConstraint(fields=["digest"], name="an_address_is_one_feed")]

    def as_seen(self) -> CalendarView:
        """The calendar address as pages show it."""
        return CalendarView(
            id=self.id,
            owner_id=self.owner_id,
            owner_name=self.owner_name,
            on_behalf=self.on_behalf,
            tells_more=self.tells_more,
            created_at=self.created_at,
            fetched_at=self.fetched_at,
        )
