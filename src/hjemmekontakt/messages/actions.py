"""What is done with messages: a citizen writes and continues, a unit answers, a journal takes note."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Max, Min

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.events import MessageAnswered, MessageSent
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import AnswerGiven, Refusal, Sender, SentMessage, Step, ThreadState
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people

ONE_HOUR = timedelta(hours=1)


@intent
def write_message(
    actor: Actor, *, service_id: UUID, subject: str, text: str, form_key: UUID, visit_id: UUID | None = None
) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes to a service and is promised an answer (R12–R14, R21, M1).

    The same form sent twice writes once and answers as it did.
    """
    service = municipalities.services([service_id]).get(service_id)
    grant = require(actor, May.WRITE_MESSAGE, about=_about_service(actor, service_id, service))
    if visit_id is not None:
        _refuse_foreign_visit(actor, visit_id)
    assert service is not None  # else `require` has refused
    _one_at_a_time(actor)
    calendar = municipalities.calendar(service.unit.municipality_id)
    if before := _sent_before(actor, form_key, subject=subject, text=text):
        return _sent(before, service, calendar)

    why_not_this = rules.why_not_subject(subject) or rules.why_not_text(text) or _why_not_write(grant, actor, service)
    if why_not_this:
        raise Refused(why_not_this)

    now = clock.now()
    answer_by = calendar.answer_by(now)
    thread = Thread.objects.create(
        citizen_id=actor.about_id,
        municipality_id=service.unit.municipality_id,
        unit_id=service.unit.id,
        service_id=service.id,
        visit_id=visit_id,
        subject=subject,
        state=ThreadState.SENT,
        answer_by=answer_by,
        started_at=now,
        last_message_at=now,
    )
    message = _put(actor, thread, 1, sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by)
    _tell(MessageSent, message)
    return _sent(message, service, calendar)


@intent
def reply(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes on in a dialogue; the earliest promise stands (R17, R21)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.WRITE_MESSAGE, about=about)
    _one_at_a_time(actor)
    thread = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    service, calendar = municipalities.service(thread.service_id), municipalities.calendar(thread.municipality_id)
    if before := _sent_before(actor, form_key, thread_id=thread_id, text=text):
        return _sent(before, service, calendar)

    why_not_this = rules.why_not_text(text) or rules.why_not_write(
        active=consent.is_active(grant, thread.citizen_id),
        receives=about.has_decision,
        opened=_opened(service),
        sent_last_hour=_sent_last_hour(actor),
    )
    if why_not_this:
        raise Refused(why_not_this)

    answer_by = calendar.answer_by(clock.now())
    message = _put(
        actor, thread, _next_place(thread), sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by
    )
    thread.state = rules.after(ThreadState(thread.state), Step.WRITE)
    thread.answer_by = rules.earliest(thread.answer_by, answer_by)
    thread.last_message_at = message.sent_at
    thread.save(update_fields=["state", "answer_by", "last_message_at"])
    _tell(MessageSent, message)
    return _sent(message, service, calendar)


@intent
def answer(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID, seen_message_id: UUID) -> AnswerGiven:
    """An employee of the unit answers what the citizen has written, as far as the page showed it (R17, R20, R78).

    Where a colleague has answered since the page was shown, nothing is sent. What the citizen has written since then
    still waits, with its own promise.
    """
    grant = require(actor, May.ANSWER_MESSAGE, about=lookup.thread(thread_id))
    thread = Thread.objects.select_for_update().get(id=thread_id)
    if before := _sent_before(actor, form_key, thread_id=thread_id, text=text):
        return AnswerGiven(thread_id, before.id)

    seen = Message.objects.filter(id=seen_message_id, thread_id=thread_id).first()
    why_not_this = rules.why_not_text(text) or _why_not_answer(grant, actor, thread, seen)
    if why_not_this:
        raise Refused(why_not_this)
    assert seen is not None  # else it was refused

    message = _put(actor, thread, _next_place(thread), sender=Sender.UNIT, text=text, form_key=form_key)
    waiting = Message.objects.filter(thread_id=thread_id, sender=Sender.CITIZEN, answered_at__isnull=True)
    waiting.filter(place__lte=seen.place).update(answered_at=message.sent_at)
    thread.answer_by = waiting.aggregate(earliest=Min("answer_by"))["earliest"]
    if thread.answer_by is None:
        thread.state = rules.after(ThreadState(thread.state), Step.ANSWER)
    thread.last_message_at = message.sent_at
    thread.save(update_fields=["state", "answer_by", "last_message_at"])
    _tell(MessageAnswered, message)
    return AnswerGiven(thread.id, message.id)


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
    require(actor, May.ANSWER_FROM_JOURNAL, about=lookup.thread(thread_id))
    thread = Thread.objects.select_for_update().get(id=thread_id)
    if before := _sent_before(actor, form_key, thread_id=thread_id, text=text):
        return AnswerGiven(thread_id, before.id)
    if why_not_this := rules.why_not_text(text):
        raise Refused(why_not_this)

    unit = replace(actor, name=municipalities.unit(thread.unit_id).name)
    answered = _put(unit, thread, _next_place(thread), sender=Sender.UNIT, text=text, form_key=form_key)
    Message.objects.filter(thread_id=thread_id, sender=Sender.CITIZEN, answered_at__isnull=True).update(
        answered_at=answered.sent_at
    )
    thread.answer_by = None
    thread.state = rules.after(ThreadState(thread.state), Step.ANSWER)
    thread.last_message_at = answered.sent_at
    thread.save(update_fields=["state", "answer_by", "last_message_at"])
    _tell(MessageAnswered, answered)
    return AnswerGiven(thread.id, answered.id)


@intent
def record_receipt(actor: Actor, message_id: UUID) -> None:
    """The municipality's journal system has taken a message in: the citizen sees «Mottatt av kommunen» (R19)."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    require(actor, May.READ_FOR_JOURNAL, about=lookup.municipality(actor.municipality_id))
    message = Message.objects.filter(id=message_id, municipality_id=actor.municipality_id).first()
    if message is None:
        require(actor, May.READ_FOR_JOURNAL, about=About("message", message_id))
        return
    thread = Thread.objects.select_for_update().get(id=message.thread_id)
    received = rules.after(ThreadState(thread.state), Step.RECEIVE)
    if received != thread.state and message.place == _next_place(thread) - 1:
        thread.state = received
        thread.save(update_fields=["state"])


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


def _refuse_foreign_visit(actor: Actor, visit_id: UUID) -> None:
    about = lookup.visit(visit_id)
    if denial := why_not(actor, May.WRITE_MESSAGE, about):
        raise Denied(denial, actor=actor, may=May.WRITE_MESSAGE, about=about)


def _one_at_a_time(actor: Actor) -> None:
    """Let an author's messages come one after the other, so that the hour's limit and a form sent twice are seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('messages of ' || %s, 0))", [str(actor.id)])


def _sent_before(
    actor: Actor, form_key: UUID, *, text: str, thread_id: UUID | None = None, subject: str | None = None
) -> Message | None:
    before = Message.objects.select_related("thread").filter(author_id=actor.id, form_key=form_key).first()
    if before is None:
        return None
    same_subject = subject is None or (before.place == 1 and before.thread.subject == subject)
    same_thread = thread_id is None or before.thread_id == thread_id
    if before.text != text or not same_subject or not same_thread:
        raise Refused(Refusal.FORM_USED)
    return before


def _sent(message: Message, service: ServiceView, calendar: Calendar) -> SentMessage:
    assert message.answer_by is not None  # a citizen's message has its promise
    now = clock.now()
    outside = rules.is_outside_hours(now.astimezone(OSLO), workday=calendar.is_workday(day_of(now)))
    return SentMessage(message.thread_id, message.id, message.answer_by, service.unit.phone if outside else "")


def _why_not_write(grant: Grant, actor: Actor, service: ServiceView) -> Refusal | None:
    assert actor.about_id is not None
    decisions = people.decisions_that_hold(grant, actor.about_id, today=day_of(clock.now()))
    return rules.why_not_write(
        active=consent.is_active(grant, actor.about_id),
        receives=service.id in {each.service_id for each in decisions},
        opened=_opened(service),
        sent_last_hour=_sent_last_hour(actor),
    )


def _why_not_answer(grant: Grant, actor: Actor, thread: Thread, seen: Message | None) -> Refusal | None:
    if seen is None:
        return Refusal.PAGE_TOO_OLD
    if Message.objects.filter(thread_id=thread.id, sender=Sender.UNIT, place__gt=seen.place).exists():
        return Refusal.ANSWERED_MEANWHILE
    return None if consent.is_active(grant, thread.citizen_id) else Refusal.CITIZEN_NOT_ACTIVE


def _opened(service: ServiceView) -> bool:
    return service.opened(Function.MESSAGES, today=day_of(clock.now()))


def _sent_last_hour(actor: Actor) -> int:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_messages_sent_between(%s, %s, %s)", [actor.id, now - ONE_HOUR, now])
        return int(cursor.fetchone()[0])


def _next_place(thread: Thread) -> int:
    return int(Message.objects.filter(thread_id=thread.id).aggregate(last=Max("place"))["last"]) + 1


def _put(
    actor: Actor, thread: Thread, place: int, *, sender: Sender, text: str, form_key: UUID, answer_by: object = None
) -> Message:
    asker = actor.as_asker()
    role = next((unit.role.value for unit in actor.units if unit.unit_id == thread.unit_id), "")
    try:
        return Message.objects.create(
            thread_id=thread.id,
            place=place,
            citizen_id=thread.citizen_id,
            municipality_id=thread.municipality_id,
            unit_id=thread.unit_id,
            sender=sender,
            author_id=asker["asked_by_id"],
            author_name=asker["asked_by_name"],
            author_role=role,
            on_behalf=asker["on_behalf"],
            text=text,
            sent_at=clock.now(),
            answer_by=answer_by,
            form_key=form_key,
        )
    except IntegrityError as clash:  # the same form, sent for somebody whom this actor does not see now
        if "a_form_sends_one_message" in str(clash):
            raise Refused(Refusal.FORM_USED) from None
        raise


def _tell(event: type[MessageSent] | type[MessageAnswered], message: Message) -> None:
    outbox.publish(
        event(
            message_id=message.id,
            thread_id=message.thread_id,
            citizen_id=message.citizen_id,
            municipality_id=message.municipality_id,
        )
    )
