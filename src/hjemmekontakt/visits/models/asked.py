"""What a citizen asks about visits: to call one off, to be away for a time, another time."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.models.visits import Visit
from hjemmekontakt.visits.rules import CancellationState, CancellationView, Days, covers
from hjemmekontakt.visits.rules.wishes import Window, WishState, WishView


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

    @property
    def days(self) -> Days:
        """Its first day and its last."""
        return Days(first=self.from_day, last=self.until_day)

    def covers(self, starts_at: datetime, series: str) -> bool:
        """Tell whether a visit that begins then, of that plan, lies in it."""
        return covers(self.days, self.series, day=day_of(starts_at), of_series=series)

    def as_asker(self) -> dict[str, object]:
        """Who asks when it calls off one visit more: whoever told that she is away (R45)."""
        return {
            "asked_by_id": self.asked_by_id,
            "asked_by_name": self.asked_by_name,
            "on_behalf": self.on_behalf,
        }


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
            models.Index(fields=["municipality", "asked_at", "id"], name="cancellations_in_order"),
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
            away_id=self.away_id,
            withdrawn_at=self.withdrawn_at,
            withdrawn_by_name=self.withdrawn_by_name,
            needed_at=self.needed_at,
            needed_by_name=self.needed_by_name,
            handled_at=self.handled_at,
            answered_too_late=self.answered_too_late,
            alarmed_at=self.alarmed_at,
        )

    def as_told(self) -> dict[str, UUID]:
        """The ids by which its events name it."""
        return {
            "cancellation_id": self.id,
            "visit_id": self.visit_id,
            "citizen_id": self.citizen_id,
            "municipality_id": self.municipality_id,
        }


class ChangeWish(models.Model):
    """A citizen's wish for another time for one visit (ønske om annen tid), with up to three windows, and the answer (R42).

    `windows` is a list of `{"from", "to"}` in ISO time with its zone. A proposal waits for her until `settled_at`. `moved_at`
    is when the visit got its new time.
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
    moved_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "change_wish"
        indexes = [
            models.Index(fields=["visit"], name="wishes_of_a_visit"),
            models.Index(fields=["municipality", "asked_at", "id"], name="wishes_in_order"),
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

    def as_seen(self) -> WishView:
        """The wish as pages and the journal see it."""
        return WishView(
            id=self.id,
            visit_id=self.visit_id,
            citizen_id=self.citizen_id,
            state=WishState(self.state),
            windows=self.wished(),
            text=self.text,
            asked_by_id=self.asked_by_id,
            asked_by_name=self.asked_by_name,
            on_behalf=self.on_behalf,
            asked_at=self.asked_at,
            received_at=self.received_at,
            answered_at=self.answered_at,
            answered_by_name=self.answered_by_name,
            answer=self.answer,
            proposed=self.proposed(),
            settled_at=self.settled_at,
            settled_by_name=self.settled_by_name,
            moved_at=self.moved_at,
            version=self.version,
            stored_at=self.stored_at,
        )

    def as_told(self) -> dict[str, UUID]:
        """The ids by which its events name it."""
        return {
            "wish_id": self.id,
            "visit_id": self.visit_id,
            "citizen_id": self.citizen_id,
            "municipality_id": self.municipality_id,
        }

    def wished(self) -> tuple[Window, ...]:
        """The windows that were wished for."""
        return tuple(Window(*(datetime.fromisoformat(each[end]) for end in ("from", "to"))) for each in self.windows)

    def proposed(self) -> Window | None:
        """The time that the municipality has proposed, if it has."""
        if self.proposed_starts_at is None or self.proposed_ends_at is None:
            return None
        return Window(self.proposed_starts_at, self.proposed_ends_at)
