"""What ends a wait without an answer, and what ends a dialogue: «Trenger ikke svar», closed, opened again (R18, R21)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import wait_for_the_rest, waiting_in
from hjemmekontakt.messages.actions.handling import did_just_now, locked, record
from hjemmekontakt.messages.actions.storing import save
from hjemmekontakt.messages.models import Message, Note, Thread
from hjemmekontakt.messages.rules import HandlingKind, Refusal, Step, ThreadState

WAITED = ("state", "answer_by", *CLOCK)


@intent
def need_no_reply(actor: Actor, thread_id: UUID, *, seen_message_id: UUID) -> None:
    """An employee says that what the page showed needs no answer; what came later still waits (R21).

    It is counted apart from answers, and the citizen sees «Lest. Trenger ikke svar.»
    """
    about = lookup.thread(thread_id)
    grant = require(actor, May.NEED_NO_REPLY, about=about)
    thread = locked(grant, about)
    if did_just_now(grant, thread, HandlingKind.NO_REPLY):
        return
    seen = Message.objects.filter(id=seen_message_id, thread_id=thread_id).first()
    why_not = rules.why_not_answer_what_waits(
        ThreadState(thread.state),
        seen_place=seen.place if seen else None,
        unit_place=thread.unit_place,
        waits=thread.answer_by is not None,
    ) or rules.why_not_step(ThreadState(thread.state), Step.NEED_NO_REPLY)
    if why_not:
        raise Refused(why_not)
    assert seen is not None  # else it was refused

    waiting_in(grant, thread.id).filter(place__lte=seen.place).update(waived_at=clock.now())
    wait_for_the_rest(grant, thread)
    if thread.answer_by is None:
        thread.state = rules.after(ThreadState(thread.state), Step.NEED_NO_REPLY)
    record(grant, thread, HandlingKind.NO_REPLY)
    save(grant, thread, *WAITED)


@intent
def close_thread(actor: Actor, thread_id: UUID) -> None:
    """An employee closes a dialogue in which nothing waits; pressed twice is once (R18)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.CLOSE_THREAD, about=about)
    thread = locked(grant, about)
    if not did_just_now(grant, thread, HandlingKind.CLOSED):
        _step(grant, thread, Step.CLOSE, HandlingKind.CLOSED)


@intent
def reopen_thread(actor: Actor, thread_id: UUID) -> None:
    """An employee opens a closed dialogue again; pressed twice is once (R18)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.REOPEN_THREAD, about=about)
    thread = locked(grant, about)
    if not did_just_now(grant, thread, HandlingKind.REOPENED):
        _step(grant, thread, Step.REOPEN, HandlingKind.REOPENED)


@intent
def note(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID) -> None:
    """An employee notes something for her colleagues; the citizen never sees it (R78). The same form notes once."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.NOTE_ON_THREAD, about=about)
    thread = locked(grant, about)
    if before := Note.objects.filter(author_id=actor.id, form_key=form_key).first():
        if (before.thread_id, before.text) != (thread.id, text):
            raise Refused(Refusal.FORM_USED)
        return
    if why_not := rules.why_not_text(text):
        raise Refused(why_not)

    Note.objects.create(
        thread_id=thread.id,
        citizen_id=thread.citizen_id,
        municipality_id=thread.municipality_id,
        unit_id=thread.unit_id,
        author_id=actor.id,
        author_name=actor.name,
        text=text,
        written_at=clock.now(),
        form_key=form_key,
    )
    save(grant, thread)


def _step(grant: Grant, thread: Thread, step: Step, what: HandlingKind) -> None:
    state = ThreadState(thread.state)
    if why_not := rules.why_not_step(state, step):
        raise Refused(why_not)
    thread.state = rules.after(state, step)
    thread.closed_at = clock.now() if step is Step.CLOSE else None
    thread.with_leader = False
    record(grant, thread, what)
    save(grant, thread, "state", "closed_at", "with_leader")
