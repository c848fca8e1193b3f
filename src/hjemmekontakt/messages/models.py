"""Threads between a citizen and a unit, their messages, and who has read them."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Thread(models.Model):
    """One dialogue (samtale) of a citizen with a unit about one subject in one service (R14)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=50)
    state = models.CharField(max_length=10, default="sent")
    answer_by = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    last_message_at = models.DateTimeField()

    class Meta:
        db_table = "thread"
        indexes = [
            models.Index(fields=["citizen", "-last_message_at"], name="threads_of_a_citizen"),
            models.Index(
                fields=["unit", "answer_by", "id"],
                name="threads_waiting_in_a_unit",
                condition=Q(answer_by__isnull=False),
            ),
            models.Index(fields=["unit", "-last_message_at", "id"], name="threads_of_a_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "received", "opened", "answered"]), name="thread_state_is_known"
            )
        ]


class Message(models.Model):
    """One message (melding); the author's name and role are kept as they were when it was written (R26).

    `place` is its number in the thread: the order, and what is unread, rest on it and not on the time.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    place = models.PositiveIntegerField()
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    sender = models.CharField(max_length=8)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    author_role = models.CharField(max_length=60, blank=True, default="")
    on_behalf = models.BooleanField(default=False)
    text = models.TextField()
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    form_key = models.UUIDField()

    class Meta:
        db_table = "message"
        indexes = [
            models.Index(fields=["author_id", "sent_at"], name="messages_of_an_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author_id", "form_key"], name="a_form_sends_one_message"),
            models.UniqueConstraint(fields=["thread", "place"], name="messages_of_a_thread_stand_in_order"),
            models.CheckConstraint(condition=Q(sender__in=["citizen", "unit"]), name="sender_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something"),
        ]


class Reading(models.Model):
    """When a person or an employee last opened a thread (lest), and the place of the last message she then saw.

    Unread is what came from the other side after that place.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="readings")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    reader_id = models.UUIDField()
    reader_kind = models.CharField(max_length=8)
    read_at = models.DateTimeField()
    seen_place = models.PositiveIntegerField()

    class Meta:
        db_table = "reading"
        constraints = [
            models.UniqueConstraint(fields=["thread", "reader_id"], name="a_reader_has_one_mark_in_a_thread")
        ]
