"""How dialogues are read, on either side of the counter: the messages of a thread, and how far one has read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

import msgspec
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

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
    return _messages(grant, statements.rows("thread_messages", thread=thread_id, reader=grant.actor.id))


class Read(TypedDict):
    """A message as `sql/thread_messages.sql` reads it."""

    id: UUID
    place: int
    author_id: UUID
    author_name: str
    author_role: str
    sender: str
    on_behalf: bool
    text: str
    signature: str
    channel: str
    sent_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    waived_at: datetime | None
    protection: str
    readers: int
    last_at: datetime | None
    seen_place: int
    files: list[Any] | None


MESSAGES = msgspec.json.Decoder(list[Read])


def messages_in(grant: Grant, read: str | None) -> tuple[MessageView, ...]:
    """The messages of a thread as `messages_of` gives them, where a statement has read them as one value."""
    return _messages(grant, MESSAGES.decode(read or "[]"))


def _messages(grant: Grant, rows: Iterable[Mapping[str, Any]]) -> tuple[MessageView, ...]:
    theirs = Sender.CITIZEN if grant.actor.standing is Standing.EMPLOYEE else Sender.UNIT
    return tuple(_message(grant, row, theirs=theirs) for row in rows)


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


def _message(grant: Grant, row: Mapping[str, Any], *, theirs: Sender) -> MessageView:
    sender = Sender(row["sender"])
    author = Author(
        row["author_id"], row["author_name"], row["author_role"], sender, row["on_behalf"], row["signature"]
    )
    author = author_of(grant, author, protection=row["protection"])
    return MessageView(
        id=row["id"],
        place=row["place"],
        author=author,
        text=row["text"],
        sent_at=row["sent_at"],
        answer_by=row["answer_by"],
        answered_at=row["answered_at"],
        read_by=row["readers"],
        read_at=row["last_at"],
        is_new=sender is theirs and row["place"] > row["seen_place"],
        channel=row["channel"],
        signature=author.signature,
        waived_at=row["waived_at"],
        files=tuple(_file(*each) for each in row["files"] or ()),
    )


def _file(id: str, name: str, kind: str, size: int, added_at: str) -> AttachmentView:
    return AttachmentView(UUID(id), name, Kind(kind), size, datetime.fromisoformat(added_at))


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
