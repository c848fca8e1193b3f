"""Drafts: what one has begun to write is kept for her alone, on either side of the counter, until it is sent (R25)."""

from dataclasses import dataclass
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.storing import one_at_a_time, throw_away
from hjemmekontakt.messages.models import Draft, Message, Thread
from hjemmekontakt.messages.queries.drafts import at_its_place
from hjemmekontakt.messages.rules import DraftView, Refusal
from hjemmekontakt.municipalities import queries as municipalities


@dataclass(frozen=True, slots=True)
class _Place:
    citizen_id: UUID
    municipality_id: UUID
    unit_id: UUID
    service_id: UUID
    thread_id: UUID | None


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
    grant, place = _place_of(actor, thread_id, service_id)
    if why_not := rules.why_not_draft(subject, text):
        raise Refused(why_not)
    one_at_a_time(grant)
    if Message.objects.filter(author_id=actor.id, form_key=form_key).exists():
        raise Refused(Refusal.SENT_ALREADY)

    before = at_its_place(grant, thread_id=place.thread_id, service_id=place.service_id).select_for_update().first()
    if before is not None and before.form_key != form_key:
        raise Refused(Refusal.DRAFT_ELSEWHERE)
    if not (rules.says_something(text) or rules.says_something(subject)):
        if before is None:
            return None
        if not before.attachments.exists():
            throw_away(grant, before)
            return None

    draft = before or Draft(
        author_id=actor.id,
        citizen_id=place.citizen_id,
        municipality_id=place.municipality_id,
        unit_id=place.unit_id,
        service_id=place.service_id,
        thread_id=place.thread_id,
        form_key=form_key,
    )
    draft.subject, draft.category, draft.text = subject, category if category in rules.CATEGORIES else "", text
    draft.saved_at = clock.now()
    draft.save()
    return draft.view()


@intent
def discard_draft(actor: Actor, *, thread_id: UUID | None = None, service_id: UUID | None = None) -> None:
    """Somebody throws away what she had begun to write in this place."""
    grant, place = _place_of(actor, thread_id, service_id)
    one_at_a_time(grant)
    for draft in at_its_place(grant, thread_id=place.thread_id, service_id=place.service_id):
        throw_away(grant, draft)


def _place_of(actor: Actor, thread_id: UUID | None, service_id: UUID | None) -> tuple[Grant, _Place]:
    may = May.KEEP_DRAFT_AT_WORK if actor.standing is Standing.EMPLOYEE else May.KEEP_DRAFT
    if thread_id is not None:
        grant = require(actor, may, about=lookup.thread(thread_id))
        thread = Thread.objects.get(id=thread_id)
        return grant, _Place(thread.citizen_id, thread.municipality_id, thread.unit_id, thread.service_id, thread_id)
    service = municipalities.services([service_id]).get(service_id) if service_id else None
    if service is None:
        grant = require(actor, may, about=About("service", service_id or UUID(int=0)))
    else:
        grant = require(actor, may, about=About("citizen", actor.about_id, citizen_id=actor.about_id))
    assert service is not None and actor.about_id is not None  # noqa: PT018 - else `require` has refused
    return grant, _Place(actor.about_id, service.unit.municipality_id, service.unit.id, service.id, None)
