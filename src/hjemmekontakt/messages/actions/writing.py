"""The citizen's side: she, or who acts for her, writes to a service and continues a dialogue."""

from datetime import datetime
from uuid import UUID, uuid4

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.attachments import take_attachments
from hjemmekontakt.messages.actions.before_sending import Facts, PlaceToWrite, facts, place_to_write
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import wind
from hjemmekontakt.messages.actions.handling import record
from hjemmekontakt.messages.actions.storing import begin_thread, drop_draft, put_message, save, tell, unless_another
from hjemmekontakt.messages.events import MessageSent
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import HandlingKind, Refusal, Sender, SentByForm, SentMessage, Step, ThreadState
from hjemmekontakt.municipalities.rules import Function, ServiceView


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
    place = place_to_write(actor, service_id=service_id)
    service = place.service if place else None
    grant = require(actor, May.WRITE_MESSAGE, about=_about_service(actor, service_id, service))
    if visit_id is not None:
        _refuse_foreign(actor, lookup.visit(visit_id))
    if continues_id is not None:
        _refuse_foreign(actor, lookup.thread(continues_id))
    assert place is not None and service is not None  # noqa: PT018 - else `require` has refused
    known = facts(grant, service, form_key=form_key)
    if before := unless_another(grant, known.before, subject=subject, text=text):
        return _sent(before, place, worry=_worry_in(before))

    why_not_this = (
        rules.why_not_subject(subject)
        or rules.why_not_text(text, limit=service.text_limit)
        or rules.why_not_category(category, offered=service.categories)
        or _why_not_write(known, place, receives=known.receives)
    )
    if why_not_this:
        raise Refused(why_not_this)

    answer_by = place.calendar.answer_by(clock.now())
    worry = rules.worry_in(f"{subject} {text}")
    thread = _begin(grant, service, subject=subject, text=text, category=category, worry=worry, answer_by=answer_by)
    thread.visit_id, thread.continues_id = visit_id, continues_id
    wind(grant, thread, calendar=place.calendar, answers_in=service.answers_in)
    sent = SentByForm(uuid4(), thread.id, 1, text, answer_by, subject)
    begin_thread(grant, thread, message_id=sent.id, text=text, form_key=form_key)
    if known.files_wait:
        message = Message.objects.select_related("thread").get(id=sent.id)
        take_attachments(grant, thread, message)
        drop_draft(grant, message)
    return _sent(sent, place, worry=worry)


@intent
def reply(actor: Actor, thread_id: UUID, *, text: str, form_key: UUID) -> SentMessage:
    """A citizen, or someone with her fullmakt, writes on in a dialogue; the earliest promise stands (R17, R21)."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.WRITE_MESSAGE, about=about)
    place = place_to_write(actor, thread_id=thread_id)
    thread = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    assert place is not None  # a thread has its service
    service, calendar = place.service, place.calendar
    known = facts(grant, service, form_key=form_key)
    if before := unless_another(grant, known.before, thread_id=thread_id, text=text):
        return _sent(before, place, worry=_worry_in(before))

    now = clock.now()
    why_not_this = (
        rules.why_not_text(text, limit=service.text_limit)
        or rules.why_not_reply(ThreadState(thread.state), one_way=thread.one_way, closed_at=thread.closed_at, now=now)
        or _why_not_write(known, place, receives=bool(about.has_decision))
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
    if known.drafts_wait:
        take_attachments(grant, thread, message)
        drop_draft(grant, message)
    waited = thread.answer_by is not None
    worry = rules.worry_in(text)
    thread.urgent_words = worry is not None or (waited and thread.urgent_words)
    thread.language = rules.language_of(text) or thread.language
    thread.state = rules.after(ThreadState(thread.state), Step.WRITE)
    thread.answer_by = rules.earliest(thread.answer_by, answer_by)
    wind(grant, thread, calendar=calendar, answers_in=service.answers_in)
    save(grant, thread, "state", "answer_by", "urgent_words", "language", "closed_at", "deliver_by", *CLOCK)
    tell(grant, MessageSent, message)
    sent = SentByForm(message.id, thread.id, message.place, text, answer_by, thread.subject)
    return _sent(sent, place, worry=worry)


def _begin(
    grant: Grant,
    service: ServiceView,
    *,
    subject: str,
    text: str,
    category: str,
    worry: rules.Worry | None,
    answer_by: datetime,
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
        urgent_words=worry is not None,
        answer_by=answer_by,
        last_place=1,
        citizen_place=1,
        started_at=now,
        last_message_at=now,
        changed_at=clock.real(),
    )


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


def _worry_in(message: SentByForm) -> rules.Worry | None:
    return rules.worry_in(f"{message.subject} {message.text}" if message.place == 1 else message.text)


def _sent(message: SentByForm, place: PlaceToWrite, *, worry: rules.Worry | None) -> SentMessage:
    unit = place.service.unit
    return SentMessage(
        thread_id=message.thread_id,
        message_id=message.id,
        answer_by=message.answer_by,
        phone_now="" if place.calendar.is_open(clock.now()) else unit.phone,
        unit=unit,
        worry=worry,
    )


def _why_not_write(known: Facts, place: PlaceToWrite, *, receives: bool) -> Refusal | None:
    opened = place.service.opened(Function.MESSAGES, today=day_of(clock.now()))
    return rules.why_not_write(
        active=known.active, receives=receives, opened=opened, sent_last_hour=known.sent_last_hour
    )
