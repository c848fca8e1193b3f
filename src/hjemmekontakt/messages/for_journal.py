"""What a journal reads of its own municipality's dialogues: messages in their threads, and the files with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.for_journal import counted, let_in, listed, municipality_of, opened
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Message, Reading
from hjemmekontakt.messages.rules import AttachmentView, Author, OpenedFile, Sender
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalMessage:
    """A message in its thread, as a journal reads it: what was said before it, by whom, to whom, and what came with it."""

    id: UUID
    citizen_id: UUID
    national_id: str = field(repr=False)
    unit_id: UUID
    service_id: UUID
    visit_id: UUID | None
    first_id: UUID
    previous_id: UUID | None
    begun_by: Sender
    one_way: bool
    subject: str = field(repr=False)
    text: str = field(repr=False)
    author: Author = field(repr=False)
    channel: str
    sent_at: datetime
    read_at: datetime | None
    files: tuple[AttachmentView, ...]

    @property
    def changed_at(self) -> datetime:
        """When it was sent, or last read by the other side: nothing else of it changes."""
        return max(filter(None, (self.sent_at, self.read_at)))

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in a list, the oldest first."""
        return self.sent_at.isoformat(), str(self.id)


@intent
def message(actor: Actor, id: UUID) -> JournalMessage:
    """One message to or from the journal's own municipality; the citizen finds in her log that it was read (R74)."""
    grant = let_in(actor)
    found = _messages(grant, _of(actor).filter(id=id))
    return opened(grant, found, kind="message", id=id, whose=lambda each: each.citizen_id)


@intent
def search_messages(
    actor: Actor,
    *,
    id: UUID | None = None,
    citizen_id: UUID | None = None,
    thread_of: UUID | None = None,
    sent_from: datetime | None = None,
    sent_before: datetime | None = None,
    changed_from: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[JournalMessage]:
    """The messages of the journal's own municipality, the oldest first; everybody shown is logged.

    `thread_of` is the first message of a dialogue, and finds the others in it. A message is changed by being read: then it
    has its `received`.
    """
    grant = let_in(actor)
    rows = _sought(
        actor,
        id=id,
        citizen_id=citizen_id,
        thread_of=thread_of,
        sent_from=sent_from,
        sent_before=sent_before,
        changed_from=changed_from,
    )
    if after is not None:
        rows = rows.filter(Q(sent_at__gt=after[0]) | Q(sent_at=after[0], id__gt=after[1]))
    found = _messages(grant, rows.order_by("sent_at", "id")[:limit])
    listed(grant, {each.citizen_id for each in found})
    return found


@intent
def count_messages(
    actor: Actor,
    *,
    id: UUID | None = None,
    citizen_id: UUID | None = None,
    thread_of: UUID | None = None,
    sent_from: datetime | None = None,
    sent_before: datetime | None = None,
) -> int:
    """How many messages of the journal's own municipality there are, counted as they are searched for."""
    grant = let_in(actor)
    rows = _sought(
        actor, id=id, citizen_id=citizen_id, thread_of=thread_of, sent_from=sent_from, sent_before=sent_before
    )
    return counted(grant, rows, whose="citizen_id")


@intent
def file(actor: Actor, id: UUID) -> OpenedFile:
    """A file with a message of the journal's own municipality; opening it is logged as reading the message is (R74)."""
    grant = let_in(actor)
    row = Attachment.objects.filter(id=id, municipality_id=municipality_of(actor), message__isnull=False).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=grant.may, about=About("attachment", id))
    about = About("attachment", id, citizen_id=row.citizen_id, municipality_id=row.municipality_id)
    require(actor, May.READ_FOR_JOURNAL, about=about)
    content = AttachmentContent.objects.values_list("content", flat=True).get(attachment_id=row.id)
    return OpenedFile(row.view(), bytes(content))


def _sought(
    actor: Actor,
    *,
    id: UUID | None,
    citizen_id: UUID | None,
    thread_of: UUID | None,
    sent_from: datetime | None,
    sent_before: datetime | None,
    changed_from: datetime | None = None,
) -> "QuerySet[Message]":
    rows = _of(actor)
    if (id, citizen_id, thread_of) == (
        None,
        None,
        None,
    ):  # by its time alone: each unit's messages stand in order of time
        rows = rows.filter(unit_id__in=[each.id for each in municipalities.units_of(municipality_of(actor))])
    if id is not None:
        rows = rows.filter(id=id)
    if citizen_id is not None:
        rows = rows.filter(citizen_id=citizen_id)
    if thread_of is not None:
        first = Message.objects.filter(id=thread_of, place=1, municipality_id=municipality_of(actor))
        rows = rows.filter(thread_id__in=first.values("thread_id"), place__gt=1)
    if sent_from is not None:
        rows = rows.filter(sent_at__gte=sent_from)
    if sent_before is not None:
        rows = rows.filter(sent_at__lt=sent_before)
    if changed_from is not None:
        read = Q(sender=Sender.CITIZEN, read_by_staff_at__gte=changed_from)
        read |= ~Q(sender=Sender.CITIZEN) & Q(read_by_citizen_at__gte=changed_from)
        rows = rows.filter(Q(sent_at__gte=changed_from) | read)
    return rows


def _of(actor: Actor) -> "QuerySet[Message]":
    """Each with its dialogue, the first message of it, the one before, and when the other side had read it."""
    same = Message.objects.filter(thread_id=OuterRef("thread_id"))
    seen = Reading.objects.filter(thread_id=OuterRef("thread_id"), seen_place__gte=OuterRef("place"))
    return (
        Message.objects.filter(municipality_id=municipality_of(actor))
        .select_related("thread")
        .annotate(
            first_id=Subquery(same.filter(place=1).values("id")[:1]),
            begun_by=Subquery(same.filter(place=1).values("sender")[:1]),
            previous_id=Subquery(same.filter(place=OuterRef("place") - 1).values("id")[:1]),
            read_by_staff_at=Subquery(_first(seen.filter(reader_kind="employee"))),
            read_by_citizen_at=Subquery(_first(seen.filter(reader_kind="citizen"))),
        )
    )


def _first(readings: "QuerySet[Reading]") -> "QuerySet[Any]":
    return readings.order_by().values("thread_id").annotate(first=Min("read_at")).values("first")


def _messages(grant: Grant, rows: "QuerySet[Message]") -> list[JournalMessage]:
    found: Sequence[Any] = list(rows)
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    files: dict[UUID, list[AttachmentView]] = {}
    attached = Attachment.objects.filter(message_id__in=[row.id for row in found])
    for each in attached.order_by("added_at", "name", "id"):
        files.setdefault(each.message_id, []).append(each.view())
    return [
        JournalMessage(
            id=row.id,
            citizen_id=row.citizen_id,
            national_id=numbers.get(row.citizen_id, ""),
            unit_id=row.unit_id,
            service_id=row.thread.service_id,
            visit_id=row.thread.visit_id,
            first_id=row.first_id,
            previous_id=row.previous_id,
            begun_by=Sender(row.begun_by),
            one_way=row.thread.one_way,
            subject=row.thread.subject,
            text=row.text,
            author=row.author(),
            channel=row.channel,
            sent_at=row.sent_at,
            read_at=row.read_by_staff_at if row.sender == Sender.CITIZEN else row.read_by_citizen_at,
            files=tuple(files.get(row.id, ())),
        )
        for row in found
    ]
