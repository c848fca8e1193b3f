"""Drafts as their author meets them again: the list of hers, and the one that stands in a place (R25)."""

from uuid import UUID

from django.db.models import QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.messages.models import Draft
from hjemmekontakt.messages.rules import DraftView


@intent
def drafts_of(actor: Actor) -> list[DraftView]:
    """What this person has begun to write for this citizen and not sent, the newest first."""
    grant = require(actor, May.KEEP_DRAFT, about=lookup.citizen(actor.about_id))
    return my_drafts(grant)


def my_drafts(grant: Grant) -> list[DraftView]:
    """The drafts of the one who acts, for the citizen she acts for, the newest first."""
    mine = Draft.objects.filter(author_id=grant.actor.id, citizen_id=grant.actor.about_id)
    return [draft_view(grant, row) for row in mine.select_related("service", "thread").order_by("-saved_at", "id")]


def draft_here(grant: Grant, *, thread_id: UUID | None = None, service_id: UUID | None = None) -> DraftView | None:
    """The draft that the one who acts has in this place; None where she has none."""
    here = at_its_place(grant, thread_id=thread_id, service_id=service_id)
    row = here.select_related("service", "thread").first()
    return draft_view(grant, row) if row else None


def at_its_place(grant: Grant, *, thread_id: UUID | None, service_id: UUID | None) -> QuerySet[Draft]:
    """The draft of the one who acts in a dialogue, or for a new message to a service."""
    mine = Draft.objects.filter(author_id=grant.actor.id)
    if thread_id is not None:
        return mine.filter(thread_id=thread_id)
    return mine.filter(citizen_id=grant.actor.about_id, service_id=service_id, thread__isnull=True)


def draft_view(grant: Grant, row: Draft) -> DraftView:
    """A draft as a page shows it."""
    return DraftView(
        id=row.id,
        service_id=row.service_id,
        service_name=row.service.name,
        thread_id=row.thread_id,
        thread_subject=row.thread.subject if row.thread else "",
        subject=row.subject,
        category=row.category,
        text=row.text,
        form_key=row.form_key,
        saved_at=row.saved_at,
    )
