"""What each person wants to be told of, and one stored decision for each event and person (M8)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hjemmekontakt.gateways.handover import Delivery

CHANNELS = ["sms", "email", "push", "none"]


class Preference(models.Model):
    """How one person wants to be told of one kind of event about one citizen, herself or one she acts for (R46).

    `mode` and `digest_hour` say which performed visits she is told of, and when (R48).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    receiver = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    about = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=8)
    mode = models.CharField(max_length=12, default="each", db_default="each")
    digest_hour = models.SmallIntegerField(default=18, db_default=18)

    class Meta:
        db_table = "preference"
        constraints = [
            models.UniqueConstraint(fields=["receiver", "about", "kind"], name="one_wish_for_each_kind"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="channel_is_known"),
            models.CheckConstraint(
                condition=Q(mode__in=["each", "first", "digest", "deviations"]), name="mode_is_known"
            ),
            models.CheckConstraint(
                condition=Q(digest_hour__gte=0, digest_hour__lte=23), name="digest_comes_at_an_hour"
            ),
        ]


class QuietHours(models.Model):
    """When a person wants no notices, by the hour in Norway (ro); both hours None where she wants none kept back (R53)."""

    receiver = models.OneToOneField("people.Citizen", models.PROTECT, primary_key=True, related_name="+")
    starts = models.SmallIntegerField(null=True)
    ends = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "quiet_hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__gte=0, starts__lte=23, ends__gte=0, ends__lte=23),
                name="quiet_has_both_hours_or_none",
            )
        ]


class FirstNames(models.Model):
    """Whether her first name may stand in notices to those who act for her, and whether she wants the names of others (R51)."""

    citizen = models.OneToOneField("people.Citizen", models.PROTECT, primary_key=True, related_name="+")
    lends = models.BooleanField(default=False)
    wants = models.BooleanField(default=False)

    class Meta:
        db_table = "first_names"


class OwnContact(models.Model):
    """A number or e-mail address that a person uses instead of the register's, proved by a code, sealed at rest (R49)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)
    address_sealed = models.BinaryField()
    verified_at = models.DateTimeField()

    class Meta:
        db_table = "own_contact"
        constraints = [
            models.UniqueConstraint(fields=["citizen", "channel"], name="one_own_address_for_each_channel"),
            models.CheckConstraint(condition=Q(channel__in=["sms", "email"]), name="own_channel_is_known"),
        ]


class NotifiedBrowser(models.Model):
    """A browser that a person has let be told of her notices (nettleser som varsles), sealed at rest (R46).

    `address_key` is the keyed value by which two persons' browsers are seen to be one (R50); the times are real.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    address_key = models.BinaryField(max_length=32)
    browser_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notified_browser"
        indexes = [models.Index(fields=["address_key"], name="browsers_by_address")]
        constraints = [
            models.UniqueConstraint(fields=["citizen", "address_key"], name="a_person_has_a_browser_told_once")
        ]


class ContactCode(models.Model):
    """A code sent to a number or address, to prove that it is hers; only its keyed digest is kept (R49).

    `asked_at` and `runs_out_at` are real time.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)
    address_sealed = models.BinaryField()
    address_key = models.BinaryField(max_length=32)
    code_digest = models.BinaryField(max_length=32)
    tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    runs_out_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "contact_code"
        indexes = [
            models.Index(fields=["citizen", "-asked_at"], name="codes_of_a_citizen"),
            models.Index(fields=["address_key", "asked_at"], name="codes_to_an_address"),
            models.Index(fields=["asked_at"], name="codes_by_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=["sms", "email"]), name="code_channel_is_known"),
            models.CheckConstraint(condition=Q(tries__lte=5), name="a_code_is_tried_five_times"),
        ]


class Notice(models.Model):
    """One stored decision to tell a person of an event, or not, and why (varsel); unique for each event, person and channel.

    `event_key` names the event without saying what it was. The address is looked up at each sending and never stored (R49):
    of a number only the last two digits are, so that a support desk can say where an SMS went. `segments` is what it cost,
    `joined_to` the digest that told of it (R48), `remind_at` when it is looked at whether it has been read (R56).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    event_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=24)
    about = models.ForeignKey("people.Citizen", models.PROTECT, db_index=False, related_name="+")
    receiver = models.ForeignKey("people.Citizen", models.PROTECT, db_index=False, related_name="+")
    municipality = models.ForeignKey(
        "municipalities.Municipality", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    channel = models.CharField(max_length=8)
    decision = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    decided_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sms_provider = models.CharField(max_length=16, blank=True, default="", db_default="")
    provider_reference = models.CharField(max_length=100, blank=True, default="")
    receipt = models.CharField(max_length=12, blank=True, default="", db_default="")
    receipt_at = models.DateTimeField(null=True)
    segments = models.SmallIntegerField(default=0, db_default=0)
    address_end = models.CharField(max_length=2, blank=True, default="", db_default="")
    last_error = models.CharField(max_length=60, blank=True, default="")
    joined_to = models.UUIDField(null=True)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        indexes = [
            models.Index(fields=["due_at"], name="notices_for_a_digest", condition=Q(decision="gathered")),
            models.Index(fields=["joined_to"], name="notices_in_a_digest", condition=Q(joined_to__isnull=False)),
            models.Index(fields=["remind_at"], name="notices_to_remind", condition=Q(remind_at__isnull=False)),
            models.Index(fields=["due_at", "id"], name="notices_due", condition=Q(decision="due")),
            models.Index(fields=["about", "-decided_at"], name="notices_about_a_citizen"),
            models.Index(fields=["receiver", "-decided_at"], name="notices_to_a_person"),
            models.Index(
                fields=["provider_reference"], name="notices_by_provider_s_name", condition=~Q(provider_reference="")
            ),
            models.Index(
                fields=["municipality", "-decided_at"],
                name="notices_that_reached_nobody",
                condition=Q(decision__in=["no-contact", "failed"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event_key", "receiver", "channel"], name="one_decision_for_each_event_person_and_channel"
            ),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="notice_channel_is_known"),
            models.CheckConstraint(condition=Q(receipt__in=["", *Delivery]), name="receipt_is_known"),
        ]


class ReachedAddress(models.Model):
    """A keyed value of an address that an event has reached, so that a shared phone hears it once (R50)."""

    id = models.BigAutoField(primary_key=True)
    event_key = models.CharField(max_length=80)
    address_key = models.BinaryField(max_length=32)
    notice_id = models.UUIDField()
    reached_at = models.DateTimeField()

    class Meta:
        db_table = "reached_address"
        constraints = [
            models.UniqueConstraint(fields=["event_key", "address_key"], name="an_event_reaches_an_address_once")
        ]


class NoticeSettings(models.Model):
    """What a municipality has set for its notices (varselinnstillinger): the least move that is told of, caps of cost, its night.

    Both hours of the night are None where it has set none: then the installation's holds (R53).
    """

    municipality = models.OneToOneField(
        "municipalities.Municipality", models.PROTECT, primary_key=True, related_name="+"
    )
    least_move_minutes = models.PositiveSmallIntegerField(default=60)
    soft_cap = models.PositiveIntegerField(null=True)
    hard_cap = models.PositiveIntegerField(null=True)
    quiet_from = models.SmallIntegerField(null=True)
    quiet_until = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "notice_settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__gte=21, quiet_from__lte=23, quiet_until__gte=6, quiet_until__lte=9),
                name="a_municipality_is_quiet_by_night_alone",
            )
        ]


class ToldVisit(models.Model):
    """What people were last told of a changed visit (sist varslet besøk): the next move is measured by it (R36).

    `event_key` is the notice that told it, if it told of this visit alone; `before_start` and `before_off` what it told before.
    """

    visit_id = models.UUIDField(primary_key=True)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    is_off = models.BooleanField(default=False)
    event_key = models.CharField(max_length=80, blank=True, default="")
    before_start = models.DateTimeField(null=True)
    before_off = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        db_table = "told_visit"


class CallToMake(models.Model):
    """A change of a visit that must be told by phone where no SMS is known to have come (ring nå), for the visit's unit (R36).

    Watched from the change on; on the list from `raised_at`, until somebody has rung or a receipt has come (`settled_at`).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    event_key = models.CharField(max_length=80)
    visit_id = models.UUIDField()
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service_id = models.UUIDField()
    what = models.CharField(max_length=24)
    known_start = models.DateTimeField()
    new_start = models.DateTimeField()
    critical = models.BooleanField(default=False)
    watched_at = models.DateTimeField()
    raise_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=12, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    called_by_id = models.UUIDField(null=True)
    called_by_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "call_to_make"
        indexes = [
            models.Index(
                fields=["raise_at"],
                condition=Q(settled_at__isnull=True, called_at__isnull=True),
                name="calls_watched",
            ),
            models.Index(
                fields=["unit", "known_start"],
                condition=Q(raised_at__isnull=False, settled_at__isnull=True),
                name="calls_of_a_unit",
            ),
            models.Index(fields=["visit_id"], name="calls_about_a_visit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "event_key"], name="a_change_is_called_about_once"),
        ]


class Reconciliation(models.Model):
    """One look at whether each event of a period has exactly one decision for each who was to be told (avstemming, M8)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    finished_at = models.DateTimeField()
    events = models.IntegerField()
    expected = models.IntegerField()
    missing = models.IntegerField()
    doubled = models.IntegerField()
    examples = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        db_table = "reconciliation"
        indexes = [models.Index(fields=["municipality", "-finished_at"], name="reconciliations_in_order")]


class NoticeCost(models.Model):
    """What a municipality's SMS have cost in a month, in parts (varselkostnad); a part is what a provider counts."""

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    month = models.DateField()
    messages = models.IntegerField(default=0)
    segments = models.IntegerField(default=0)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice_cost"
        constraints = [models.UniqueConstraint(fields=["municipality", "month"], name="a_month_is_counted_once")]
