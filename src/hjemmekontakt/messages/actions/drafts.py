"""Drafts: what one has begun to write is kept for her alone, on either side of the counter, until it is sent (R25)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.storing import one_at_a_time, throw_away
from hjemmekontakt.messages.models import Draft, Message, Thread
from hjemmekontakt.messages.queries.drafts import own_draft
from hjemmekontakt.messages.rules import DraftPlace, DraftView, Refusal
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceView


@intent
def save_draft(
    actor: Actor,
    *,
    text: str,
    form_key: UUID,
    thread_id: UUID | None = None,
    service_id: UUID | None = None,
    subject: str = "",
    category: str = "",
) -> DraftView | None:
    """Keep what somebody has begun to write, for her eyes alone; nothing to keep means that the draft is gone (R25).

    It leaves no line in the log. What was sent from the same page is never brought back as a draft, and a draft from
    another page in the same place is never written over.
    """
    place = DraftPlace(service_id=service_id, thread_id=thread_id)
    grant, home = _may_keep(actor, place)
    if why_not := rules.why_not_draft(subject, text):
        raise Refused(why_not)
    one_at_a_time(grant)
    if Message.objects.filter(author_id=actor.id, form_key=form_key).exists():
        raise Refused(Refusal.SENT_ALREADY)

    before = own_draft(grant, place).select_for_update().first()
    if before is not None and before.form_key != form_key:
        raise Refused(Refusal.DRAFT_ELSEWHERE)
    if not (rules.says_something(text) or rules.says_something(subject)):
        if before is None:
            return None
        if not before.attachments.exists():
            throw_away(grant, before)
            return None

    draft = before or new_draft(grant, home, form_key=form_key)
    write_down(grant, draft, subject=subject, category=category, text=text)
    return draft.view()


@intent
def discard_draft(actor: Actor, *, thread_id: UUID | None = None, service_id: UUID | None = None) -> None:
    """Somebody throws away what she had begun to write in this place."""
    place = DraftPlace(service_id=service_id, thread_id=thread_id)
    grant, _home = _may_keep(actor, place)
    one_at_a_time(grant)
    for draft in own_draft(grant, place):
        throw_away(grant, draft)


def new_draft(grant: Grant, home: Thread | ServiceView, *, form_key: UUID) -> Draft:
    """A draft that is begun in a dialogue, or for a new message to a service; stored when it is written down."""
    if isinstance(home, Thread):
        municipality_id, unit_id, service_id = home.municipality_id, home.unit_id, home.service_id
        citizen_id, thread_id = home.citizen_id, home.id
    else:
        municipality_id, unit_id, service_id = home.unit.municipality_id, home.unit.id, home.id
        citizen_id, thread_id = grant.actor.about_id, None
    return Draft(
        author_id=grant.actor.id,
        citizen_id=citizen_id,
        municipality_id=municipality_id,
        unit_id=unit_id,
        service_id=service_id,
        thread_id=thread_id,
        form_key=form_key,
    )


def write_down(grant: Grant, draft: Draft, *, subject: str, category: str, text: str) -> None:
    """Store what is written so far; a category that there is none of is left out."""
    draft.subject, draft.category, draft.text = subject, category if category in rules.CATEGORIES else "", text
    draft.saved_at = clock.now()
    draft.save()


def _may_keep(actor: Actor, place: DraftPlace) -> tuple[Grant, Thread | ServiceView]:
    """Decide and unlock: who may write in this place may keep a draft there; with the dialogue or the service it is for."""
    may = May.KEEP_DRAFT_AT_WORK if actor.standing is Standing.EMPLOYEE else May.KEEP_DRAFT
    if place.thread_id is not None:
        grant = require(actor, may, about=lookup.thread(place.thread_id))
        return grant, Thread.objects.get(id=place.thread_id)
    service = municipalities.services([place.service_id]).get(place.service_id) if place.service_id else None
    if service is None:
        grant = require(actor, may, about=About("service", place.service_id or UUID(int=0)))
    else:
        grant = require(actor, may, about=About("citizen", actor.about_id, citizen_id=actor.about_id))
    assert service is not None  # else `require` has refused
    return grant, service
