"""Threads between a citizen and a unit: messages, attachments and drafts, who has read them, and how the unit handles them."""

from uuid import uuid4

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hjemmekontakt.ground.ids import new_id
from hjemmekontakt.messages.rules import AttachmentView, Author, DraftView, Kind, Sender


class Thread(models.Model):
    """One dialogue (samtale) of a citizen with a unit about one subject in one service (R14).

    `last_place`, `citizen_place` and `unit_place` are the places of the last message of all and of each side (0: none):
    what is unread rests on them. `alarm_at` is when its clock next rings and `leader_at` when it goes to the team leader
    unless somebody has taken it, both in domain time; `changed_at` is real time, for pages that refresh themselves.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+", db_index=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=50)
    category = models.CharField(max_length=20, blank=True, default="", db_default="")
    language = models.CharField(max_length=2, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, default="sent")
    one_way = models.BooleanField(default=False, db_default=False)
    urgent_words = models.BooleanField(default=False, db_default=False)
    case_kind = models.CharField(max_length=12, blank=True, default="", db_default="")
    continues_id = models.UUIDField(null=True)
    broadcast_id = models.UUIDField(null=True)
    letter_id = models.UUIDField(null=True)
    assignee_id = models.UUIDField(null=True)
    assignee_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    answer_by = models.DateTimeField(null=True)
    deliver_by = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    alarm_stage = models.PositiveSmallIntegerField(default=0, db_default=0)
    leader_at = models.DateTimeField(null=True)
    with_leader = models.BooleanField(default=False, db_default=False)
    last_place = models.PositiveIntegerField(default=0, db_default=0)
    citizen_place = models.PositiveIntegerField(default=0, db_default=0)
    unit_place = models.PositiveIntegerField(default=0, db_default=0)
    started_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    search = models.GeneratedField(
        expression=SearchVector("subject", config="norwegian"), output_field=SearchVectorField(), db_persist=True
    )

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
            models.Index(fields=["unit", "-changed_at"], name="threads_changed_in_a_unit"),
            models.Index(fields=["citizen", "-changed_at"], name="threads_changed_of_a_citizen"),
            models.Index(
                fields=["assignee_id", "answer_by"],
                name="threads_of_an_assignee",
                condition=Q(assignee_id__isnull=False, answer_by__isnull=False),
            ),
            models.Index(
                fields=["unit", "last_message_at", "id"], name="threads_that_are_cases", condition=Q(state="as-case")
            ),
            models.Index(fields=["unit", "citizen"], name="threads_treated_as_cases", condition=~Q(case_kind="")),
            models.Index(fields=["alarm_at"], name="threads_whose_clock_rings", condition=Q(alarm_at__isnull=False)),
            models.Index(fields=["leader_at"], name="threads_that_nobody_takes", condition=Q(leader_at__isnull=False)),
            models.Index(fields=["deliver_by"], name="threads_to_be_delivered", condition=Q(deliver_by__isnull=False)),
            GinIndex(fields=["search"], name="threads_by_their_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["sent", "failed", "received", "opened", "answered", "no-reply", "as-case", "closed"]
                ),
                name="thread_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(case_kind__in=["", "complaint", "application"]), name="thread_case_kind_is_known"
            ),
        ]


class Message(models.Model):
    """One message (melding); the author's name and role are kept as they were when it was written (R26).

    `place` is its number in the thread: the order, and what is unread, rest on it and not on the time. `channel` tells
    whether it was written here, or tells of what was said on the phone. `signature` stands under an answer (R81).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages", db_index=False)
    place = models.PositiveIntegerField()
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+", db_index=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+", db_index=False)
    sender = models.CharField(max_length=8)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    author_role = models.CharField(max_length=60, blank=True, default="")
    on_behalf = models.BooleanField(default=False)
    channel = models.CharField(max_length=8, default="here", db_default="here")
    text = models.TextField()
    signature = models.CharField(max_length=200, blank=True, default="", db_default="")
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(null=True)
    form_key = models.UUIDField()
    search = models.GeneratedField(
        expression=SearchVector("text", config="norwegian"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        db_table = "message"
        indexes = [
            models.Index(fields=["author_id", "sent_at"], name="messages_of_an_author"),
            models.Index(fields=["citizen", "-sent_at"], name="messages_of_a_citizen"),
            models.Index(fields=["unit", "-sent_at"], name="messages_of_a_unit"),
            GinIndex(fields=["search"], name="messages_by_their_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author_id", "form_key"], name="a_form_sends_one_message"),
            models.UniqueConstraint(fields=["thread", "place"], name="messages_of_a_thread_stand_in_order"),
            models.CheckConstraint(condition=Q(sender__in=["citizen", "unit"]), name="sender_is_known"),
            models.CheckConstraint(condition=Q(channel__in=["here", "phone"]), name="channel_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something"),
        ]

    def author(self) -> Author:
        """Who wrote it, as it was then."""
        return Author(
            self.author_id, self.author_name, self.author_role, Sender(self.sender), self.on_behalf, self.signature
        )


class Reading(models.Model):
    """When a person or an employee last opened a thread (lest), and the place of the last message she then saw.

    Unread is what came from the other side after that place. `here_until` (real time) says until when she counts as having
    it open just now; `archived_place` is how far the thread had come when a citizen put it away: new content brings it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="readings", db_index=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+", db_index=False)  # see `indexes`
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    reader_id = models.UUIDField()
    reader_kind = models.CharField(max_length=8)
    reader_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    read_at = models.DateTimeField()
    seen_place = models.PositiveIntegerField()
    here_until = models.DateTimeField(null=True)
    archived_place = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "reading"
        indexes = [
            models.Index(fields=["citizen", "reader_id"], name="marks_of_a_reader"),
            models.Index(
                fields=["unit", "here_until"], name="readers_here_in_a_unit", condition=Q(here_until__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["thread", "reader_id"], name="a_reader_has_one_mark_in_a_thread")
        ]


class Draft(models.Model):
    """What somebody has begun to write and not sent (kladd): private to its author, on either side of the counter (R25).

    `citizen` is whom it is about, `thread` the dialogue it answers (empty for a new message), `service` where a new
    message would go.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    author_id = models.UUIDField()
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=200, blank=True, default="")
    category = models.CharField(max_length=20, blank=True, default="")
    text = models.TextField(blank=True, default="")
    form_key = models.UUIDField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "draft"
        constraints = [
            models.UniqueConstraint(
                fields=["author_id", "citizen", "service", "thread"],
                name="an_author_has_one_draft_in_a_place",
                nulls_distinct=False,
            )
        ]

    def view(self) -> DraftView:
        """The draft as a page shows it."""
        return DraftView(
            id=self.id,
            service_id=self.service_id,
            service_name=self.service.name,
            thread_id=self.thread_id,
            thread_subject=self.thread.subject if self.thread else "",
            subject=self.subject,
            category=self.category,
            text=self.text,
            form_key=self.form_key,
            saved_at=self.saved_at,
        )


class Attachment(models.Model):
    """A file with a message, or with a draft until it is sent (vedlegg, R16): cleaned, scanned, and named by its content."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    author_id = models.UUIDField()
    draft = models.ForeignKey(Draft, models.PROTECT, null=True, related_name="attachments")
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=4)
    size = models.PositiveIntegerField()
    given_digest = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "attachment"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["pdf", "jpeg", "png"]), name="attachment_kind_is_known"),
            models.CheckConstraint(
                condition=Q(draft__isnull=True) ^ Q(message__isnull=True), name="an_attachment_hangs_on_one_thing"
            ),
            models.UniqueConstraint(fields=["draft", "given_digest"], name="a_draft_has_a_file_once"),
        ]

    def view(self) -> AttachmentView:
        """The file as pages list it."""
        return AttachmentView(id=self.id, name=self.name, kind=Kind(self.kind), size=self.size, added_at=self.added_at)


class AttachmentContent(models.Model):
    """The bytes of an attachment, apart from what lists read."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="content")
    content = models.BinaryField()

    class Meta:
        db_table = "attachment_content"


class Note(models.Model):
    """What an employee notes for her colleagues on a thread (intern merknad); the citizen never sees it (R78)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="notes")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    written_at = models.DateTimeField()
    form_key = models.UUIDField()

    class Meta:
        db_table = "note"
        indexes = [models.Index(fields=["thread", "written_at"], name="notes_of_a_thread")]
        constraints = [
            models.UniqueConstraint(fields=["author_id", "form_key"], name="a_form_notes_once"),
            models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something"),
        ]


class Handling(models.Model):
    """One thing done with a thread at work (behandling): taken, given to somebody, transferred, closed; only ever added.

    `place` is how far the thread had come then; `unit` is where the thread was, `to_unit` where it went; `stage` how much
    of the time had passed when its clock rang, in per cent.
    """

    id = models.BigAutoField(primary_key=True)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="handlings")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("municipalities.Unit", models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=16)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=200, blank=True, default="")
    to_id = models.UUIDField(null=True)
    to_name = models.CharField(max_length=200, blank=True, default="")
    place = models.PositiveIntegerField()
    stage = models.PositiveSmallIntegerField(default=0, db_default=0)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "handling"
        indexes = [
            models.Index(fields=["thread", "id"], name="handlings_of_a_thread"),
            models.Index(
                fields=["unit", "-changed_at"], name="threads_that_left_a_unit", condition=Q(to_unit__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    what__in=[
                        "taken",
                        "given",
                        "put-back",
                        "transferred",
                        "no-reply",
                        "as-case",
                        "closed",
                        "reopened",
                        "alarm",
                        "to-leader",
                        "not-delivered",
                    ]
                ),
                name="handling_is_known",
            )
        ]


class AnswerTemplate(models.Model):
    """A ready answer that a unit, or all units of a municipality, may use (svarmal), with its owner and review date (R80)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=80)
    text_nb = models.TextField()
    text_nn = models.TextField(blank=True, default="")
    text_en = models.TextField(blank=True, default="")
    answerable = models.BooleanField(default=True)
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=200)
    review_on = models.DateField()
    put_away_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "answer_template"
        indexes = [models.Index(fields=["municipality", "unit"], name="templates_of_a_unit")]


class Broadcast(models.Model):
    """One message from a unit to each of a group (utsending), one-way; above fifty receivers a team leader approves (R85)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=50)
    text = models.TextField()
    group = models.JSONField()
    state = models.CharField(max_length=10, default="sending")
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    author_role = models.CharField(max_length=60, blank=True, default="")
    made_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=300, blank=True, default="", db_default="")
    sent_at = models.DateTimeField(null=True)
    form_key = models.UUIDField()

    class Meta:
        db_table = "broadcast"
        indexes = [
            models.Index(fields=["unit", "-made_at"], name="broadcasts_of_a_unit"),
            models.Index(fields=["made_at"], name="broadcasts_to_be_sent", condition=Q(state="sending")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author_id", "form_key"], name="a_form_broadcasts_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "rejected", "withdrawn"]),
                name="broadcast_state_is_known",
            ),
        ]


class BroadcastReceiver(models.Model):
    """One who gets a broadcast (mottaker), fixed when it was made; `thread` is the dialogue it became for her."""

    id = models.BigAutoField(primary_key=True)
    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="receivers")
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+")
    why_not_sent = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        db_table = "broadcast_receiver"
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "citizen"], name="a_broadcast_reaches_a_citizen_once")
        ]


class Letter(models.Model):
    """An important letter to a citizen (brev): digital where she can be told of it, else on paper (R28, R49, R54).

    One that is sent digitally is a dialogue of its own (`thread`), with its file. Of a letter to one who does not use the
    service nothing but that it is to be posted is kept (R96a): then the title is empty. `opened_at` is when she, or who
    acts for her, first opened it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=50, blank=True, default="")
    text = models.TextField(blank=True, default="")
    file_name = models.CharField(max_length=100, blank=True, default="")
    file_size = models.PositiveIntegerField(default=0)
    given_digest = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10)
    why_paper = models.CharField(max_length=20, blank=True, default="")
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    author_role = models.CharField(max_length=60, blank=True, default="")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    on_paper_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    posted_by_id = models.UUIDField(null=True)
    posted_by_name = models.CharField(max_length=200, blank=True, default="")
    form_key = models.UUIDField()

    class Meta:
        db_table = "letter"
        indexes = [
            models.Index(fields=["unit", "-made_at", "-id"], name="letters_of_a_unit"),
            models.Index(fields=["unit", "on_paper_at"], name="letters_to_be_posted", condition=Q(state="paper")),
            models.Index(fields=["made_at"], name="letters_that_wait", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author_id", "form_key"], name="a_form_sends_one_letter"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "digital", "opened", "paper", "posted", "stopped"]),
                name="letter_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["digital", "opened"]) | Q(thread__isnull=False),
                name="a_digital_letter_is_a_dialogue",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paper", "posted"]) | ~Q(why_paper=""), name="paper_has_its_reason"
            ),
        ]


class LetterFile(models.Model):
    """The bytes of a letter that is not sent digitally, to be printed (brevfil); a digital one has its file in its dialogue."""

    letter = models.OneToOneField(Letter, models.CASCADE, primary_key=True, related_name="content")
    content = models.BinaryField()

    class Meta:
        db_table = "letter_file"
