"""The citizen's side: she, or who acts for her, writes to a service and continues a dialogue."""

from datetime import timedelta
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.storing import one_at_a_time, put_message, save, sent_before, tell
from hjemmekontakt.messages.events import MessageSent
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import Refusal, Sender, SentMessage, Step, ThreadState
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
) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes to a service and is promised an answer (R12–R15, R21, M1).

    The same form sent twice writes once and answers as it did.
    """
    service = municipalities.services([service_id]).get(service_id)
    grant = require(actor, May.WRITE_MESSAGE, about=_about_service(actor, service_id, service))
    if visit_id is not None:
        _refuse_foreign_visit(actor, visit_id)
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

    now = clock.now()
    answer_by = calendar.answer_by(now)
    thread = Thread.objects.create(
        citizen_id=actor.about_id,
        municipality_id=service.unit.municipality_id,
        unit_id=service.unit.id,
        service_id=service.id,
        visit_id=visit_id,
        subject=subject,
        category=category,
        state=ThreadState.SENT,
        answer_by=answer_by,
        last_place=1,
        citizen_place=1,
        started_at=now,
        last_message_at=now,
        changed_at=clock.real(),
    )
    thread.last_place = 0
    message = put_message(grant, thread, sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by)
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

    why_not_this = rules.why_not_text(text, limit=service.text_limit) or rules.why_not_write(
        active=consent.is_active(grant, thread.citizen_id),
        receives=about.has_decision,
        opened=_opened(service),
        sent_last_hour=_sent_last_hour(actor),
    )
    if why_not_this:
        raise Refused(why_not_this)

    answer_by = calendar.answer_by(clock.now())
    message = put_message(grant, thread, sender=Sender.CITIZEN, text=text, form_key=form_key, answer_by=answer_by)
    thread.state = rules.after(ThreadState(thread.state), Step.WRITE)
    thread.answer_by = rules.earliest(thread.answer_by, answer_by)
    save(grant, thread, "state", "answer_by")
    tell(grant, MessageSent, message)
    return _sent(message, service, calendar)


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


def _opened(service: ServiceView) -> bool:
    return service.opened(Function.MESSAGES, today=day_of(clock.now()))


def _sent_last_hour(actor: Actor) -> int:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_messages_sent_between(%s, %s, %s)", [actor.id, now - ONE_HOUR, now])
        return int(cursor.fetchone()[0])
