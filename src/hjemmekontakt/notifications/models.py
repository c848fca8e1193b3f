"""What each person wants to be told of, and one stored decision for each event and person (M8)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from hjemmekontakt.gateways.handover import Delivery


class Preference(models.Model):
    """How one person wants to be told of one kind of event about one citizen, herself or one she acts for (R46)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    receiver = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    about = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=8)

    class Meta:
        db_table = "preference"
        constraints = [
            models.UniqueConstraint(fields=["receiver", "about", "kind"], name="one_wish_for_each_kind"),
            models.CheckConstraint(condition=Q(channel__in=["sms", "email", "none"]), name="channel_is_known"),
        ]


class Notice(models.Model):
    """One stored decision to tell a person of an event, or not, and why (varsel); unique for each event, person and channel.

    `event_key` names the event without saying what it was. The address is looked up at each sending and never stored (R49).
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

    class Meta:
        db_table = "notice"
        indexes = [
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
