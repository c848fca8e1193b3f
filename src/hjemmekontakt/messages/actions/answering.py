"""The unit's side: an employee answers what a citizen has written, here or on the phone."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import wait_for_the_rest, waiting_in
from hjemmekontakt.messages.actions.handling import locked
from hjemmekontakt.messages.actions.signing import signature_of
from hjemmekontakt.messages.actions.storing import (
    drop_draft,
    one_at_a_time,
    put_message,
    save,
    sent_before,
    tell,
    unless_another,
)
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import AnswerGiven, Channel, Refusal, Sender, Step, ThreadState


@intent
def answer(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID, seen_message_id: UUID) -> AnswerGiven:
    """An employee of the unit answers what the citizen has written, as far as the page showed it (R17, R20, R78).

    Where a colleague has answered since the page was shown, nothing is sent. What the citizen has written since then
    still waits, with its own promise.
    """
    about = lookup.thread(thread_id)
    grant = require(actor, May.ANSWER_MESSAGE, about=about)
    return _answer(grant, about, Channel.HERE, text=text, form_key=form_key, seen_message_id=seen_message_id)


@intent
def answer_by_phone(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID, seen_message_id: UUID) -> AnswerGiven:
    """An employee has called, and writes a line about it: that line is the answer (R21)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.ANSWER_BY_PHONE, about=about)
    return _answer(grant, about, Channel.PHONE, text=text, form_key=form_key, seen_message_id=seen_message_id)


def _answer(
    grant: Grant, about: About, channel: Channel, *, text: str, form_key: UUID, seen_message_id: UUID
) -> AnswerGiven:
    one_at_a_time(grant)
    thread = locked(grant, about)
    if before := unless_another(grant, sent_before(grant, form_key), thread_id=thread.id, text=text):
        return AnswerGiven(thread.id, before.id)

    seen = Message.objects.filter(id=seen_message_id, thread_id=thread.id).first()
    why_not_this = rules.why_not_text(text) or _why_not_answer(grant, thread, seen)
    if why_not_this:
        raise Refused(why_not_this)
    assert seen is not None  # else it was refused

    signed = signature_of(grant, thread)
    message = put_message(
        grant, thread, sender=Sender.UNIT, text=text, form_key=form_key, channel=channel, signature=signed
    )
    waiting_in(grant, thread.id).filter(place__lte=seen.place).update(answered_at=message.sent_at)
    wait_for_the_rest(grant, thread)
    if thread.answer_by is None:
        thread.state = rules.after(ThreadState(thread.state), Step.ANSWER)
    save(grant, thread, "state", "answer_by", *CLOCK)
    drop_draft(grant, thread, message)
    tell(grant, MessageAnswered, message)
    return AnswerGiven(thread.id, message.id)


def _why_not_answer(grant: Grant, thread: Thread, seen: Message | None) -> Refusal | None:
    return rules.why_not_answer_what_waits(
        ThreadState(thread.state),
        seen_place=seen.place if seen else None,
        unit_place=thread.unit_place,
        active=consent.is_active(grant, thread.citizen_id),
    )
