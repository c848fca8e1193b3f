"""What a municipality's journal system is told of a message."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.messages.models import Message
from hjemmekontakt.messages.rules import MessageForJournal, Sender


@intent
def message_for_journal(actor: Actor, message_id: UUID) -> MessageForJournal:
    """A message as its municipality's journal system is told of it: ids and times, not the text."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    require(actor, May.READ_FOR_JOURNAL, about=lookup.municipality(actor.municipality_id))
    row = Message.objects.filter(id=message_id, municipality_id=actor.municipality_id).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=About("message", message_id))
    return MessageForJournal(row.id, row.thread_id, row.citizen_id, row.unit_id, Sender(row.sender), row.sent_at)
