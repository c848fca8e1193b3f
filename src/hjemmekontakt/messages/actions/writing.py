"""The citizen's side: she, or who acts for her, writes to a service and continues a dialogue."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.attachments import take_attachments
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import wind
from hjemmekontakt.messages.actions.storing import drop_draft, one_at_a_time, put_message, save, sent_before, tell
from hjemmekontakt.messages.events import MessageSent
from hjemmekontakt.messages.models import Handling, Message, Thread
from hjemmekontakt.messages.rules import HandlingKind, Refusal, Sender, SentMessage, Step, ThreadState
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people

ONE_HOUR = timedelta(hours=1)


@intent
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
    service = municipalities.services([service_id]).get(service_id)
    grant = require(actor, May.WRITE_MESSAGE, about=_about_service(actor, service_id, service))
    if visit_id is not None:
        _refuse_foreign(actor, lookup.visit(visit_id))
    if continues_id is not None:
        _refuse_foreign(actor, lookup.thread(continues_id))
    assert service is not None  # else `require` has refused
    one_at_a_time(grant)
    calendar = municipalities.calendar(service.unit)
    if before := sent_before(grant, form_key, subject=subject, text=text):
        return _sent(before, service, calendar)

    why_not_this = (
        rules.why_not_subject(subject)
        or rules.why_not_text(text, limit=service.text_limit)
        or rules.why_not_category(category, offered=service.categories)
        or _why_not_write(grant, actor, service)
    )
    if why_not_this:
        raise Refused(why_not_this)

    answer_by = calendar.answer_by(clock.now())
    thread = _begin(grant, service, subject=subject, text=text, category=category, answer_by=answer_by)
    thread.visit_id, thread.continues_id = visit_id, continues_id
    wind(grant, thread, calendar=calendar, answers_in=service.answers_in)
    thread.save(force_insert=True)
    thread.last_place = 0  # the row is stored as it will be; its first message takes the first place now
    message = put_message(grant, thread, sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by)
    take_attachments(grant, thread, message)
    drop_draft(grant, message)
    tell(grant, MessageSent, message)
    return _sent(message, service, calendar)


@intent
def reply(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes on in a dialogue; the earliest promise stands (R17, R21)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.WRITE_MESSAGE, about=about)
    one_at_a_time(grant)
    thread = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    service = municipalities.service(thread.service_id)
    calendar = municipalities.calendar(service.unit)
    if before := sent_before(grant, form_key, thread_id=thread_id, text=text):
        return _sent(before, service, calendar)

    now = clock.now()
    why_not_this = (
        rules.why_not_text(text, limit=service.text_limit)
        or rules.why_not_reply(ThreadState(thread.state), one_way=thread.one_way, closed_at=thread.closed_at, now=now)
        or rules.why_not_write(
            active=consent.is_active(grant, thread.citizen_id),
            receives=about.has_decision,
            opened=_opened(service),
            sent_last_hour=_sent_last_hour(actor),
        )
    )
    if why_not_this:
        raise Refused(why_not_this)

    if thread.state == ThreadState.CLOSED:
        _reopen(grant, thread)
    answer_by = calendar.answer_by(now)
    message = put_message(grant, thread, sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by)
    take_attachments(grant, thread, message)
    drop_draft(grant, message)
    waited = thread.answer_by is not None
    thread.urgent_words = rules.worry_in(text) is not None or (waited and thread.urgent_words)
    thread.language = rules.language_of(text) or thread.language
    thread.state = rules.after(ThreadState(thread.state), Step.WRITE)
    thread.answer_by = rules.earliest(thread.answer_by, answer_by)
    wind(grant, thread, calendar=calendar, answers_in=service.answers_in)
    save(grant, thread, "state", "answer_by", "urgent_words", "language", "closed_at", "deliver_by", *CLOCK)
    tell(grant, MessageSent, message)
    return _sent(message, service, calendar)


def _begin(
    grant: Grant, service: ServiceView, *, subject: str, text: str, category: str, answer_by: datetime
) -> Thread:
    """A new dialogue, of which the first message is about to be put in."""
    now = clock.now()
    return Thread(
        citizen_id=grant.actor.about_id,
        municipality_id=service.unit.municipality_id,
        unit_id=service.unit.id,
        service_id=service.id,
        subject=subject,
        category=rules.category_or_other(category, offered=service.categories),
        language=rules.language_of(text),
        state=ThreadState.SENT,
        urgent_words=rules.worry_in(f"{subject} {text}") is not None,
        answer_by=answer_by,
        last_place=1,
        citizen_place=1,
        started_at=now,
        last_message_at=now,
        changed_at=clock.real(),
    )


def _reopen(grant: Grant, thread: Thread) -> None:
    """A reply within thirty days opens a closed dialogue again, and that is seen (R18)."""
    now = clock.now()
    Handling.objects.create(
        thread_id=thread.id,
        citizen_id=thread.citizen_id,
        municipality_id=thread.municipality_id,
        unit_id=thread.unit_id,
        what=HandlingKind.REOPENED,
        by_id=grant.actor.id,
        by_name=grant.actor.name,
        place=thread.last_place,
        at=now,
        changed_at=clock.real(),
    )
    thread.closed_at = None


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


def _sent(message: Message, service: ServiceView, calendar: Calendar) -> SentMessage:
    assert message.answer_by is not None  # a citizen's message has its promise
    about = f"{message.thread.subject} {message.text}" if message.place == 1 else message.text
    return SentMessage(
        thread_id=message.thread_id,
        message_id=message.id,
        answer_by=message.answer_by,
        phone_now="" if calendar.is_open(clock.now()) else service.unit.phone,
        unit=service.unit,
        worry=rules.worry_in(about),
    )


def _why_not_write(grant: Grant, actor: Actor, service: ServiceView) -> Refusal | None:
    assert actor.about_id is not None
    decisions = people.decisions_that_hold(grant, actor.about_id, today=day_of(clock.now()))
    return rules.why_not_write(
        active=consent.is_active(grant, actor.about_id),
        receives=service.id in {each.service_id for each in decisions},
        opened=_opened(service),
        sent_last_hour=_sent_last_hour(actor),
    )


def _opened(service: ServiceView) -> bool:
    return service.opened(Function.MESSAGES, today=day_of(clock.now()))


def _sent_last_hour(actor: Actor) -> int:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_messages_sent_between(%s, %s, %s)", [actor.id, now - ONE_HOUR, now])
        return int(cursor.fetchone()[0])
