"""The journal's side: it takes a message in, and a unit that answers there is heard here."""

from dataclasses import replace
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.clocks import waiting_in
from hjemmekontakt.messages.actions.storing import put_message, save, sent_before, tell, unless_another
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import AnswerGiven, Sender, Step, ThreadState
from hjemmekontakt.municipalities import queries as municipalities


@intent
def answer_from_journal(actor: Actor, answers_id: UUID, *, text: str, form_key: UUID) -> AnswerGiven:
    """A unit answers in its journal, and the journal sends the answer here; it answers all that waits (R17, R19).

    `answers_id` is the dialogue, or one of its messages. The same answer sent again is the one that stands.
    """
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    require(actor, May.READ_FOR_JOURNAL, about=lookup.municipality(actor.municipality_id))
    message = Message.objects.filter(id=answers_id, municipality_id=actor.municipality_id).first()
    thread_id = message.thread_id if message else answers_id
    grant = require(actor, May.ANSWER_FROM_JOURNAL, about=lookup.thread(thread_id))
    thread = Thread.objects.select_for_update().get(id=thread_id)
    if before := unless_another(grant, sent_before(grant, form_key), thread_id=thread_id, text=text):
        return AnswerGiven(thread_id, before.id)
    if why_not_this := rules.why_not_text(text):
        raise Refused(why_not_this)

    unit = replace(grant, actor=replace(actor, name=municipalities.unit(thread.unit_id).name))
    answered = put_message(unit, thread, sender=Sender.UNIT, text=text, form_key=form_key, signature=unit.actor.name)
    waiting_in(grant, thread_id).update(answered_at=answered.sent_at)
    thread.answer_by = None
    thread.state = rules.after(ThreadState(thread.state), Step.ANSWER)
    save(grant, thread, "state", "answer_by")
    tell(grant, MessageAnswered, answered)
    return AnswerGiven(thread.id, answered.id)


@intent
def record_receipt(actor: Actor, message_id: UUID) -> None:
    """The municipality's journal system has taken a message in: the citizen sees «Mottatt av kommunen» (R19)."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    grant = require(actor, May.READ_FOR_JOURNAL, about=lookup.municipality(actor.municipality_id))
    message = Message.objects.filter(id=message_id, municipality_id=actor.municipality_id).first()
    if message is None:
        require(actor, May.READ_FOR_JOURNAL, about=About("message", message_id))
        return
    thread = Thread.objects.select_for_update().get(id=message.thread_id)
    received = rules.after(ThreadState(thread.state), Step.RECEIVE)
    if received != thread.state and message.place == thread.last_place:
        thread.state = received
        thread.deliver_by = None
        save(grant, thread, "state", "deliver_by")
    elif thread.deliver_by is not None:
        later = Message.objects.filter(thread_id=thread.id, sender=Sender.CITIZEN, place__gt=message.place)
        thread.deliver_by = rules.deliver_by(later.values_list("sent_at", flat=True), answers_in="journal")
        save(grant, thread, "deliver_by")
