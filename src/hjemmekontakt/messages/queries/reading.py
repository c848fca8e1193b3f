"""How dialogues are read, on either side of the counter: the messages of a thread, and how far one has read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from uuid import UUID

import msgspec
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from msgspec import Struct

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.rules import Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.messages import statements
from hjemmekontakt.messages.models import Handling, Thread
from hjemmekontakt.messages.rules import (
    HERE_AFTER_OPENING,
    SHOWN_TO_THE_CITIZEN,
    AttachmentView,
    Author,
    Bookmark,
    HandlingForCitizen,
    HandlingKind,
    Kind,
    MessageView,
    Reader,
    Sender,
)
from hjemmekontakt.messages.words import UNNAMED_UNIT
from hjemmekontakt.messages.words.signing import unit_left_out
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceView
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection


def services_named(grant: Grant, ids: Sequence[UUID]) -> dict[UUID, ServiceView]:
    """Services as the citizen's pages name them: where her address is protected, a unit is not named (R11)."""
    services = municipalities.services(list(ids))
    citizen_id = grant.actor.about_id
    if not services or citizen_id is None or people.person(grant, citizen_id).protection is Protection.NONE:
        return services
    return {
        id: replace(each, unit=replace(each.unit, name=str(UNNAMED_UNIT), district_name=""))
        for id, each in services.items()
    }


def messages_of(grant: Grant, thread_id: UUID) -> tuple[MessageView, ...]:
    """The messages of a thread in their order, each with its files and who has read it on the other side."""
    (row,) = statements.rows("thread_messages", thread=thread_id)
    return messages_in(grant, row, MARKS.decode(row["readings"] or "[]"))


class Read(Struct, array_like=True, frozen=True):
    """A message as `sql/thread_messages.sql` reads it."""

    id: UUID
    place: int
    author_id: UUID
    author_name: str
    author_role: str
    sender: Sender
    on_behalf: bool
    text: str
    signature: str
    channel: str
    sent_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    waived_at: datetime | None


class Mark(Struct, array_like=True, frozen=True):
    """How far one reader of a thread has come, and until when she counts as having it open."""

    reader_id: UUID
    kind: Reader
    name: str
    read_at: datetime
    seen_place: int
    here_until: datetime | None


MESSAGES = msgspec.json.Decoder(list[Read])
MARKS = msgspec.json.Decoder(list[Mark])
FILES = msgspec.json.Decoder(list[tuple[UUID, UUID, str, Kind, int, datetime]])
_added = itemgetter(5, 2, 1)


def messages_in(grant: Grant, row: statements.Row, marks: Sequence[Mark]) -> tuple[MessageView, ...]:
    """The messages of a thread as `messages_of` gives them, of a row that `sql/thread_messages.sql` is a part of."""
    theirs = Sender.CITIZEN if grant.actor.standing is Standing.EMPLOYEE else Sender.UNIT
    seen_place = next((mark.seen_place for mark in marks if mark.reader_id == grant.actor.id), 0)
    files: dict[UUID, list[AttachmentView]] = {}
    if row["files"]:
        for message_id, *file in sorted(FILES.decode(row["files"]), key=_added):
            files.setdefault(message_id, []).append(AttachmentView(*file))
    return tuple(
        _message(
            read,
            author_of(grant, _author(read), protection=row["protection"]),
            read_at=[mark.read_at for mark in marks if _has_read(mark, read)],
            is_new=read.sender is theirs and read.place > seen_place,
            files=files.get(read.id, ()),
        )
        for read in MESSAGES.decode(row["messages"] or "[]")
    )


def handlings_of(grant: Grant, found: Thread) -> list[HandlingForCitizen]:
    """What was done with a thread that concerns its citizen, in its order; a unit is not named to the protected (R11)."""
    rows = Handling.objects.filter(thread_id=found.id, what__in=list(SHOWN_TO_THE_CITIZEN)).order_by("id")
    return [
        HandlingForCitizen(HandlingKind(what), place, at, from_unit, to_unit or "")
        for what, place, at, from_unit, to_unit in rows.values_list(
            "what", "place", "at", "unit__name", "to_unit__name"
        )
    ]


def author_of(grant: Grant, author: Author, *, protection: str) -> Author:
    """Who wrote a message; to one whose address is protected a signature does not name the unit (R11)."""
    if protection == Protection.NONE or not author.signature:
        return author
    if not author.role:
        return replace(author, name=str(UNNAMED_UNIT), signature="")
    return replace(author, signature=unit_left_out(author))


def _author(read: Read) -> Author:
    return Author(read.author_id, read.author_name, read.author_role, read.sender, read.on_behalf, read.signature)


def _has_read(mark: Mark, read: Read) -> bool:
    """Whether this reader is of the other side, and has come as far as this message."""
    return mark.seen_place >= read.place and (mark.kind is Reader.EMPLOYEE) == (read.sender is Sender.CITIZEN)


def _message(
    read: Read, author: Author, *, read_at: Sequence[datetime], is_new: bool, files: Sequence[AttachmentView]
) -> MessageView:
    return MessageView(
        id=read.id,
        place=read.place,
        author=author,
        text=read.text,
        sent_at=read.sent_at,
        answer_by=read.answer_by,
        answered_at=read.answered_at,
        read_by=len(read_at),
        read_at=max(read_at, default=None),
        is_new=is_new,
        channel=read.channel,
        signature=author.signature,
        waived_at=read.waived_at,
        files=tuple(files),
    )


def mark_read(grant: Grant, found: Thread, *, reader: Reader) -> None:
    """Remember that this reader has seen a thread as far as it has come now."""
    here_until = clock.real() + HERE_AFTER_OPENING if reader is Reader.EMPLOYEE else None
    values = {
        "thread": found.id,
        "citizen": found.citizen_id,
        "municipality": found.municipality_id,
        "unit": found.unit_id,
        "reader": grant.actor.id,
        "kind": reader.value,
        "name": grant.actor.name,
        "now": clock.now(),
        "place": found.last_place,
        "here_until": here_until,
    }
    statements.run(statements.SQL["mark_read"], values)


def beyond(comparison: str, bookmark: Bookmark) -> RawSQL:
    """The condition that a row stands beyond a bookmark in its list."""
    return RawSQL(  # noqa: S611 - one of three constants, its values bound
        comparison, [*bookmark.moments, bookmark.id], output_field=BooleanField()
    )
