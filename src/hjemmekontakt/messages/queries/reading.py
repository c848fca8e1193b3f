"""How dialogues are read, on either side of the counter: the messages of a thread, and how far one has read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock
from hjemmekontakt.messages.models import Message, Reading, Thread
from hjemmekontakt.messages.rules import Bookmark, MessageView, Reader, Sender
from hjemmekontakt.messages.words import UNNAMED_UNIT
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


def messages_of(grant: Grant, found: Thread) -> list[MessageView]:
    """The messages of a thread in their order, each with who has read it on the other side."""
    readings = list(Reading.objects.filter(thread_id=found.id))
    rows = Message.objects.filter(thread_id=found.id).order_by("place")
    return [_message(row, readings) for row in rows]


def _message(row: Message, readings: Iterable[Reading]) -> MessageView:
    other_side = Reader.EMPLOYEE if row.sender == Sender.CITIZEN else Reader.CITIZEN
    read_at = [each.read_at for each in readings if each.reader_kind == other_side and each.seen_place >= row.place]
    return MessageView(
        id=row.id,
        place=row.place,
        author=row.author(),
        text=row.text,
        sent_at=row.sent_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        read_by=len(read_at),
        read_at=max(read_at, default=None),
    )


def mark_read(grant: Grant, found: Thread, *, reader: Reader) -> None:
    """Remember that this reader has seen a thread as far as it has come now."""
    mark = Reading(
        thread_id=found.id,
        citizen_id=found.citizen_id,
        municipality_id=found.municipality_id,
        unit_id=found.unit_id,
        reader_id=grant.actor.id,
        reader_kind=reader,
        reader_name=grant.actor.name,
        read_at=clock.now(),
        seen_place=found.last_place,
    )
    Reading.objects.bulk_create(
        [mark],
        update_conflicts=True,
        unique_fields=["thread", "reader_id"],
        update_fields=["read_at", "seen_place", "reader_name", "unit"],
    )


def beyond(comparison: str, bookmark: Bookmark) -> RawSQL:
    """The condition that a row stands beyond a bookmark in its list."""
    return RawSQL(  # noqa: S611 - one of three constants, its values bound
        comparison, [*bookmark.moments, bookmark.id], output_field=BooleanField()
    )
