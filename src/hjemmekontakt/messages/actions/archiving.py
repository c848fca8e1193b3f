"""The archive: a reader puts a dialogue away in her own list, and takes it back; nobody else's list changes (R18)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.messages.models import Reading


@intent
def put_away(actor: Actor, thread_id: UUID) -> None:
    """A reader puts a dialogue that she has opened into her archive, as far as she has read it; new content brings it back."""
    require(actor, May.ARRANGE_THREADS, about=lookup.thread(thread_id))
    mine = Reading.objects.select_for_update().filter(thread_id=thread_id, reader_id=actor.id).first()
    if mine is not None:
        mine.archived_place = mine.seen_place
        mine.save(update_fields=["archived_place"])


@intent
def fetch_back(actor: Actor, thread_id: UUID) -> None:
    """A reader takes a dialogue back out of her archive."""
    require(actor, May.ARRANGE_THREADS, about=lookup.thread(thread_id))
    Reading.objects.filter(thread_id=thread_id, reader_id=actor.id).update(archived_place=None)
