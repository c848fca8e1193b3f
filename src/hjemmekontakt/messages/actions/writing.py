"""The citizen's side: she, or who acts for her, writes to a service and continues a dialogue."""

from datetime import datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, intent_in_one_statement, require, requiring
from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.before_sending import (
    PlaceChanged,
    PlaceToWrite,
    place_of_thread,
    place_to_write,
    remembered_place,
)
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import wind
from hjemmekontakt.messages.actions.handling import record
from hjemmekontakt.messages.actions.storing import (
    begin_thread,
    drop_draft,
    put_message,
    save,
    sent_before,
    tell,
    turn_to_write,
    unless_another,
)
from hjemmekontakt.messages.events import MessageSent
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.rules import HandlingKind, Sender, SentByForm, SentMessage, Step, ThreadState
from hjemmekontakt.municipalities.rules import ServiceView


@intent_in_one_statement
def write_message(
    actor: Actor,
    *,
    service_id: UUID,
    subject: str,
    text: str,
    form_key: UUID,
    category: str = "",
    visit_id: UUID | None = None,
    continues_id: UUID | None = None,
) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes to a service and is promised an answer (R12–R15, R21, M1).

    The same form sent twice writes once and answers as it did. `continues_id` is an earlier dialogue of hers that was
    closed too long ago to be opened again (R18).
    """
    written = {"subject": subject, "text": text, "form_key": form_key, "category": category}
    written |= {"visit_id": visit_id, "continues_id": continues_id}
    place = remembered_place(service_id)
    while True:
        is_as_now = place is None
        place = place or place_to_write(service_id)
        try:
            return _write(actor, place, service_id=service_id, **written)
        except PlaceChanged:
            place = None
        except Refused:
            if is_as_now:
                raise
            place = None  # nothing is refused by what is only remembered


def _write(
    actor: Actor,
    place: PlaceToWrite | None,
    *,
    service_id: UUID,
    subject: str,
    text: str,
    form_key: UUID,
    category: str,
    visit_id: UUID | None,
    continues_id: UUID | None,
) -> SentMessage:
    """Write to a service as this place says that it is; raises PlaceChanged where it is not so any more."""
    now = clock.now()
    about = _about_service(actor, service_id, place.service if place else None)
    grant, unlocking, values = requiring(actor, May.WRITE_MESSAGE, about=about)
    if visit_id is not None:
        _refuse_foreign(actor, lookup.visit(visit_id))
    if continues_id is not None:
        _refuse_foreign(actor, lookup.thread(continues_id))
    assert place is not None  # else `requiring` has refused
    service = place.service

    worry = rules.worry_in(f"{subject} {text}")
    why_not_this = (
        rules.why_not_subject(subject)
        or rules.why_not_text(text, limit=service.text_limit)
        or rules.why_not_category(category, offered=service.categories)
        or place.why_not_write(now=now, active=True, receives=True)  # whether she does is asked in her turn
    )
    try:
        if why_not_this:
            raise Refused(why_not_this)
        thread = {"subject": subject, "category": rules.category_or_other(category, offered=service.categories)}
        thread |= {"visit_id": visit_id, "continues_id": continues_id, "urgent_words": worry is not None}
        sent = begin_thread(grant, unlocking, values, place, text=text, form_key=form_key, now=now, **thread)
    except Refused as refused:
        sent = _sent_already(actor, about, form_key=form_key, otherwise=refused)
        unless_another(grant, sent, subject=subject, text=text)
    return _sent(sent, place, now=now, worry=worry)


@intent
def _sent_already(actor: Actor, about: About, *, form_key: UUID, otherwise: Refused) -> SentByForm:
    """What a form has sent before, which holds whatever hinders it now; where it has sent nothing, it is refused."""
    grant = require(actor, May.WRITE_MESSAGE, about=about)
    before = sent_before(grant, form_key)
    if before is None:
        raise otherwise
    return before


@intent
def reply(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes on in a dialogue; the earliest promise stands (R17, R21)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.WRITE_MESSAGE, about=about)
    now = clock.now()
    place, is_active = place_of_thread(grant, thread_id)
    before = turn_to_write(grant, form_key=form_key, now=now)
    thread = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    service, calendar = place.service, place.calendar
    worry = rules.worry_in(f"{before.subject} {text}" if before and before.place == 1 else text)
    if unless_another(grant, before, thread_id=thread_id, text=text):
        return _sent(before, place, now=now, worry=worry)

    why_not_this = (
        rules.why_not_text(text, limit=service.text_limit)
        or rules.why_not_reply(ThreadState(thread.state), one_way=thread.one_way, closed_at=thread.closed_at, now=now)
        or place.why_not_write(now=now, active=is_active, receives=bool(about.has_decision))
    )
    if why_not_this:
        raise Refused(why_not_this)

    if thread.state == ThreadState.CLOSED:
        record(
            grant, thread, HandlingKind.REOPENED
        )  # within thirty days a reply opens it again, and that is seen (R18)
        thread.closed_at = None
    answer_by = calendar.answer_by(now)
    message = put_message(grant, thread, sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by)
    waited = thread.answer_by is not None
    thread.urgent_words = worry is not None or (waited and thread.urgent_words)
    thread.language = rules.language_of(text) or thread.language
    thread.state = rules.after(ThreadState(thread.state), Step.WRITE)
    thread.answer_by = rules.earliest(thread.answer_by, answer_by)
    wind(grant, thread, calendar=calendar, answers_in=service.answers_in)
    save(grant, thread, "state", "answer_by", "urgent_words", "language", "closed_at", "deliver_by", *CLOCK)
    drop_draft(grant, thread, message)
    tell(grant, MessageSent, message)
    sent = SentByForm(message.id, thread.id, message.place, text, answer_by, thread.subject)
    return _sent(sent, place, now=now, worry=worry)


def _about_service(actor: Actor, service_id: UUID, service: ServiceView | None) -> About:
    if service is None:
        return About("service", service_id)
    return About(
        "citizen",
        actor.about_id,
        citizen_id=actor.about_id,
        municipality_id=service.unit.municipality_id,
        unit_id=service.unit.id,
    )


def _refuse_foreign(actor: Actor, about: About) -> None:
    if denial := why_not(actor, May.WRITE_MESSAGE, about):
        raise Denied(denial, actor=actor, may=May.WRITE_MESSAGE, about=about)


def _sent(message: SentByForm, place: PlaceToWrite, *, now: datetime, worry: rules.Worry | None) -> SentMessage:
    unit = place.service.unit
    return SentMessage(
        thread_id=message.thread_id,
        message_id=message.id,
        answer_by=message.answer_by,
        phone_now="" if place.calendar.is_open(now) else unit.phone,
        unit=unit,
        worry=worry,
    )
