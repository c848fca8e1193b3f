"""Drafts as their author meets them again: the list of hers, and the one that stands in a place (R25)."""

from django.db.models import QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.messages.models import Draft
from hjemmekontakt.messages.rules import DraftPlace, DraftView


@intent
def drafts_of(actor: Actor) -> list[DraftView]:
    """What this person has begun to write for this citizen and not sent, the newest first."""
    grant = require(actor, May.KEEP_DRAFT, about=lookup.citizen(actor.about_id))
    return my_drafts(grant)


def my_drafts(grant: Grant) -> list[DraftView]:
    """The drafts of the one who acts, for the citizen she acts for, the newest first."""
    mine = Draft.objects.filter(author_id=grant.actor.id, citizen_id=grant.actor.about_id)
    return [row.view() for row in mine.select_related("service", "thread").order_by("-saved_at", "id")]


def draft_here(grant: Grant, place: DraftPlace) -> DraftView | None:
    """The draft that the one who acts has in this place; None where she has none."""
    row = own_draft(grant, place).select_related("service", "thread").first()
    return row.view() if row else None


def own_draft(grant: Grant, place: DraftPlace) -> QuerySet[Draft]:
    """The draft of the one who acts in a dialogue, or for a new message to a service; one at most."""
    mine = Draft.objects.filter(author_id=grant.actor.id)
    if place.thread_id is not None:
        return mine.filter(thread_id=place.thread_id)
    return mine.filter(citizen_id=grant.actor.about_id, service_id=place.service_id, thread__isnull=True)
