"""The municipality as a tree: municipality, district, unit, service; all of it public (R88, R89)."""

from datetime import time
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Municipality(models.Model):
    """A municipality that takes part (kommune)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=60)
    orgnr = models.CharField(max_length=9, unique=True)
    her_id = models.CharField(max_length=12, unique=True)
    phone = models.CharField(max_length=20)
    sms_sender = models.CharField(max_length=11)

    class Meta:
        db_table = "municipality"
        ordering = ["name"]


class District(models.Model):
    """A district of a municipality (bydel, distrikt)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="districts")
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "district"
        ordering = ["name"]


class Unit(models.Model):
    """A unit of the home service (tjenestested) with its duty phone and opening hours; or an office that treats cases (R28).

    `opens_at` and `closes_at` are the phone's hours; `reads_from` and `reads_until` those in which messages are read, and
    answered by: the answering promise rests on them (R21). `shows_names` tells whether citizens see who comes by name (R35).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="units")
    district = models.ForeignKey(District, models.PROTECT, related_name="units")
    name = models.CharField(max_length=80)
    her_id = models.CharField(max_length=12, unique=True)
    phone = models.CharField(max_length=20)
    opens_at = models.TimeField(default=time(8))
    closes_at = models.TimeField(default=time(15, 30))
    kind = models.CharField(max_length=8, default="care", db_default="care")
    reads_from = models.TimeField(default=time(8), db_default=time(8))
    reads_until = models.TimeField(default=time(16), db_default=time(16))
    reads_on_saturday = models.BooleanField(default=False, db_default=False)
    signs_with = models.CharField(max_length=10, default="first-name", db_default="first-name")
    shows_names = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "unit"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["care", "office"]), name="unit_kind_is_known"),
            models.CheckConstraint(condition=Q(signs_with__in=["first-name", "role"]), name="unit_signature_is_known"),
            models.CheckConstraint(condition=Q(reads_until__gt=F("reads_from")), name="unit_reads_until_after_from"),
        ]


class Service(models.Model):
    """A service that a unit gives (tjeneste), with the day from which each function is open; None is not opened (R12, R88).

    `answers_in` is where its staff answer messages, `visits_in` where they report visits and answer what is asked about them:
    in the journal or here. `silence_from` is the day from which a visit without a word rings (M2).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="services")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="services")
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=12)
    messages_from = models.DateField(null=True)
    visits_from = models.DateField(null=True)
    cancel_from = models.DateField(null=True)
    notices_from = models.DateField(null=True)
    late_cancel_allowed = models.BooleanField(default=True)
    attachments_from = models.DateField(null=True)
    categories = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    text_limit = models.PositiveIntegerField(default=4000, db_default=4000)
    answers_in = models.CharField(max_length=8, default="portal", db_default="portal")
    visits_in = models.CharField(max_length=8, default="journal", db_default="journal")
    silence_from = models.DateField(null=True)
    wishes_from = models.DateField(null=True)

    class Meta:
        db_table = "service"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], name="a_unit_gives_a_service_once"),
            models.CheckConstraint(condition=Q(answers_in__in=["portal", "journal"]), name="service_answers_somewhere"),
            models.CheckConstraint(
                condition=Q(visits_in__in=["portal", "journal"]), name="service_keeps_visits_somewhere"
            ),
        ]


class ClosingDay(models.Model):
    """A day on which a municipality, or one unit of it, answers no messages beyond the red days (stengt dag, R22).

    With `open_until` it is a half day: messages are read until then.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="closing_days")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="closing_days")
    day = models.DateField()
    open_until = models.TimeField(null=True)
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "closing_day"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "unit", "day"], name="a_day_is_closed_once", nulls_distinct=False
            )
        ]


class OrganisationEdition(models.Model):
    """Which edition of a municipality's organisation stands (utgave): another with each change of it, its closing days too.

    Triggers alone write it. Who remembers something of the organisation asks by it whether that still stands.
    """

    municipality = models.OneToOneField(Municipality, models.CASCADE, primary_key=True, related_name="+")
    edition = models.UUIDField()

    class Meta:
        db_table = "organisation_edition"


class Cover(models.Model):
    """A time in which a unit is closed and another answers for it (dekning): its staff then see the closed unit's inbox (R79).

    Without a covering unit the pages say only whom to call.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="covers")
    covering_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    phone = models.CharField(max_length=20)

    class Meta:
        db_table = "cover"
        indexes = [models.Index(fields=["covering_unit", "ends_on"], name="covers_by_a_unit")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cover_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(covering_unit__isnull=True) | ~Q(covering_unit=F("unit")),
                name="a_unit_does_not_cover_itself",
            ),
        ]


class JournalHook(models.Model):
    """Where a municipality's journal system wants to be told that something has happened (krok); the secret is sealed.

    `heard_at` is when the journal last spoke with us, or answered; `failing_since` from when it has not answered us,
    `back_at` since when it is in touch again after a break, and `asked_at` when it was last asked whether it is there, in
    real time (R33).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="journal_hooks")
    url = models.CharField(max_length=300)
    secret_sealed = models.BinaryField()
    active = models.BooleanField(default=True)
    heard_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "journal_hook"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "url"], name="a_journal_is_told_once_at_an_address")
        ]


class Subscription(models.Model):
    """What a journal has asked to be told of, by itself, and where (abonnement); its secrets are sealed.

    `topic` is the last part of the topic's address. `events` is how many have been put to it, and the number of the last.
    `shaken_at` is when its address last said that it is there; `due_at` when there is something for the worker to do next,
    and `failing_since` from when it has not answered: all in real time.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    version = models.IntegerField(default=1)
    status = models.CharField(max_length=10, default="requested")
    topic = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    content = models.CharField(max_length=8, default="id-only")
    authorization_sealed = models.BinaryField(null=True)
    secret_sealed = models.BinaryField(null=True)
    heartbeat_s = models.PositiveIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)
    events = models.BigIntegerField(default=0)
    shaken_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    last_error = models.CharField(max_length=20, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "subscription"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="subscriptions_that_are_due")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "client_id", "topic", "url", "unit", "service"],
                name="a_client_subscribes_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "active", "error", "off"]), name="subscription_status_is_known"
            ),
            models.CheckConstraint(condition=Q(content__in=["empty", "id-only"]), name="subscription_content_is_known"),
            models.CheckConstraint(
                condition=Q(authorization_sealed__isnull=False) | Q(secret_sealed__isnull=False),
                name="a_subscriber_can_tell_that_it_is_we",
            ),
        ]


class SubscriptionDelivery(models.Model):
    """One event on its way to one subscriber (levering), under the number by which it is told however often it is tried.

    `source` is the outbox row that it came from: the same one heard twice is one. It waits, is sent, or is given up (`dead`)
    72 hours after `waits_from`, and may then be dropped by a person.
    """

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    number = models.BigIntegerField()
    source = models.BigIntegerField()
    focus_kind = models.CharField(max_length=20)
    focus_id = models.UUIDField()
    state = models.CharField(max_length=8, default="waiting")
    happened_at = models.DateTimeField()
    waits_from = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=20, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscription_delivery"
        indexes = [
            models.Index(fields=["subscription", "number"], condition=Q(state="waiting"), name="deliveries_that_wait"),
            models.Index(fields=["municipality"], condition=Q(state="dead"), name="deliveries_given_up"),
            models.Index(
                fields=["settled_at"], condition=Q(state__in=["sent", "dropped"]), name="deliveries_to_be_forgotten"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="events_of_a_subscription_stand_in_order"),
            models.UniqueConstraint(
                fields=["subscription", "source", "focus_id"], name="an_event_is_put_to_a_subscription_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "dead", "dropped"]), name="delivery_state_is_known"
            ),
        ]
