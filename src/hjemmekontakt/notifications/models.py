"""What each person wants to be told of, and one stored decision for each event and person (M8)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from hjemmekontakt.gateways.handover import Delivery


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
            models.CheckConstraint(condition=Q(channel__in=["sms", "email", "none"]), name="channel_is_known"),
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

    `event_key` names the event without saying what it was. The address is looked up at each sending and never stored (R49).
    `joined_to` is the digest that told of it (R48), `remind_at` when it is looked at whether it has been read (R56).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    event_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=24)
    about = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    receiver = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, null=True, related_name="+")
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
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event_key", "receiver", "channel"], name="one_decision_for_each_event_person_and_channel"
            ),
            models.CheckConstraint(condition=Q(channel__in=["sms", "email", "none"]), name="notice_channel_is_known"),
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
