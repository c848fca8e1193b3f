"""The unit's side: an employee answers what a citizen has written."""

from uuid import UUID

from django.db.models import Min

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.storing import put_message, save, sent_before, tell
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import AnswerGiven, Refusal, Sender, Step, ThreadState


@intent
def answer(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID, seen_message_id: UUID) -> AnswerGiven:
    """An employee of the unit answers what the citizen has written, as far as the page showed it (R17, R20, R78).

    Where a colleague has answered since the page was shown, nothing is sent. What the citizen has written since then
    still waits, with its own promise.
    """
    grant = require(actor, May.ANSWER_MESSAGE, about=lookup.thread(thread_id))
    thread = Thread.objects.select_for_update().get(id=thread_id)
    if before := sent_before(grant, form_key, thread_id=thread_id, text=text):
        return AnswerGiven(thread_id, before.id)

    seen = Message.objects.filter(id=seen_message_id, thread_id=thread_id).first()
    why_not_this = rules.why_not_text(text) or _why_not_answer(grant, thread, seen)
    if why_not_this:
        raise Refused(why_not_this)
    assert seen is not None  # else it was refused

    message = put_message(grant, thread, sender=Sender.UNIT, text=text, form_key=form_key)
    waiting = Message.objects.filter(
        thread_id=thread_id, sender=Sender.CITIZEN, answered_at__isnull=True, waived_at__isnull=True
    )
    waiting.filter(place__lte=seen.place).update(answered_at=message.sent_at)
    thread.answer_by = waiting.aggregate(earliest=Min("answer_by"))["earliest"]
    if thread.answer_by is None:
        thread.state = rules.after(ThreadState(thread.state), Step.ANSWER)
    save(grant, thread, "state", "answer_by")
    tell(grant, MessageAnswered, message)
    return AnswerGiven(thread.id, message.id)


def _why_not_answer(grant: Grant, thread: Thread, seen: Message | None) -> Refusal | None:
    if seen is None:
        return Refusal.PAGE_TOO_OLD
    if thread.unit_place > seen.place:
        return Refusal.ANSWERED_MEANWHILE
    return None if consent.is_active(grant, thread.citizen_id) else Refusal.CITIZEN_NOT_ACTIVE
