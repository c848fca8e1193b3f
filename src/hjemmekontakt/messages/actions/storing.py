"""How a message is stored, whoever writes it: in its place in the thread, once for each form, and told of."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import IntegrityError, OperationalError
from django.db.models import QuerySet

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.ids import new_ids
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.statements import in_json
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules, statements
from hjemmekontakt.messages.actions.before_sending import PlaceChanged, PlaceToWrite
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import stop
from hjemmekontakt.messages.events import MessageAnswered, MessageSent
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Draft, Message, Thread
from hjemmekontakt.messages.rules import Refusal, Sender, SentByForm

TURN = "SELECT * FROM hk_turn_to_write(%s, %s, %s, %s)"
DRAFT_IS_SENT = "SELECT hk_draft_is_sent(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def one_at_a_time(grant: Grant) -> None:
    """Let an author's messages come one after the other, so that the hour's limit and a form sent twice are seen."""
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('messages of ' || %s, 0))"
    statements.run(lock, [str(grant.actor.id)])


def turn_to_write(grant: Grant, *, form_key: UUID, now: datetime) -> SentByForm | None:
    """Let the author's turn come, and say what this form has sent already; raises Refused over the hour's limit."""
    try:
        rows = statements.fetch(TURN, [grant.actor.id, form_key, now, rules.MESSAGES_PER_HOUR])
    except OperationalError as failed:
        _refuse_as_the_database_does(failed)
        raise
    return SentByForm(*rows[0]) if rows else None


def sent_before(grant: Grant, form_key: UUID) -> SentByForm | None:
    """What the author has sent with this form already."""
    rows = Message.objects.filter(author_id=grant.actor.id, form_key=form_key)
    sent = rows.values_list("id", "thread_id", "place", "text", "answer_by", "thread__subject").first()
    return SentByForm(*sent) if sent else None


def unless_another(grant: Grant, before: SentByForm | None, **written: Any) -> SentByForm | None:
    """The message that a form has sent already; raises Refused where it was another one than what is written now."""
    if before is not None and (why_not := before.why_not_again(**written)):
        raise Refused(why_not)
    return before


def put_message(
    grant: Grant,
    thread: Thread,
    *,
    sender: Sender,
    text: str,
    form_key: UUID,
    answer_by: datetime | None = None,
    channel: str = "here",
    signature: str = "",
) -> Message:
    """Put a message at the end of a locked thread and move the thread's places; the caller saves the thread.

    Raises Refused where the same form was sent for somebody whom this actor does not see now.
    """
    asker = grant.actor.as_asker()
    thread.last_place += 1
    message = Message(
        thread_id=thread.id,
        place=thread.last_place,
        citizen_id=thread.citizen_id,
        municipality_id=thread.municipality_id,
        unit_id=thread.unit_id,
        sender=sender,
        author_id=asker["asked_by_id"],
        author_name=asker["asked_by_name"],
        author_role=grant.actor.role_in(thread.unit_id),
        on_behalf=asker["on_behalf"],
        channel=channel,
        text=text,
        signature=signature,
        sent_at=clock.now(),
        answer_by=answer_by,
        form_key=form_key,
    )
    try:
        message.save(force_insert=True)
    except IntegrityError as failed:
        _refuse_as_the_database_does(failed)
        raise
    thread.last_message_at = message.sent_at
    if sender is Sender.CITIZEN:
        thread.citizen_place = message.place
    else:
        thread.unit_place = message.place
    return message


def begin_thread(
    grant: Grant,
    unlocking: str,
    values: dict[str, object],
    place: PlaceToWrite,
    *,
    text: str,
    form_key: UUID,
    now: datetime,
    **about: Any,
) -> SentByForm:
    """Store a new dialogue with its first message, a citizen's, and tell of it.

    One statement does it, with what `unlocking` and its values say (`access.requiring`), and is its own transaction. `about` are
    further columns of the dialogue: its subject, and what it is about. Its clock begins, and her draft is no more. Raises
    PlaceChanged where the place is not as it was read any more, and Refused where she is not active or does not receive the
    service, over the hour's limit, and where the same form was sent already: then nothing is stored, nor written down.
    """
    service, calendar = place.service, place.calendar
    answer_by = calendar.answer_by(now)
    winds = rules.wound(now, answer_by, calendar=calendar, taken=False, now=now)
    message_id, thread_id = new_ids(2)
    municipality_id = service.unit.municipality_id
    thread = about | {
        "id": thread_id,
        "citizen_id": grant.actor.about_id,
        "municipality_id": municipality_id,
        "unit_id": service.unit.id,
        "service_id": service.id,
        "language": rules.language_of(text),
        "answer_by": answer_by,
        "alarm_at": winds.alarm_at,
        "leader_at": winds.leader_at,
        "deliver_by": rules.deliver_by([now], answers_in=service.answers_in),
        "changed_at": clock.real(),
    }
    asker = grant.actor.as_asker()
    message = {
        "id": message_id,
        "author_id": asker["asked_by_id"],
        "author_name": asker["asked_by_name"],
        "on_behalf": asker["on_behalf"],
        "text": text,
        "sent_at": now,
        "form_key": form_key,
    }
    values |= {
        "thread": in_json(thread),
        "message": in_json(message),
        "event": in_json(MessageSent(message_id, thread_id, grant.actor.about_id, municipality_id)),
        "listeners": outbox.listeners_of(MessageSent),
        "edition": place.edition,
        "today": day_of(now),
        "most": rules.MESSAGES_PER_HOUR,
    }
    try:
        statements.run(_beginning(unlocking), values)
    except (IntegrityError, OperationalError) as failed:
        _refuse_as_the_database_does(failed)
        raise
    return SentByForm(message_id, thread_id, 1, text, answer_by, about["subject"])


@cache
def _beginning(unlocking: str) -> str:
    return statements.SQL["begin_thread"].format(unlocking=unlocking)


def _refuse_as_the_database_does(failed: IntegrityError | OperationalError) -> None:
    """Raise what the database says no to: a form that was sent already, for whomever; one message too many; and whatever
    hinders a new dialogue.
    """
    match failed.__cause__:
        case psycopg.errors.UniqueViolation(diag=said) if said.constraint_name == "a_form_sends_one_message":
            raise Refused(Refusal.FORM_USED) from None
        case psycopg.Error(sqlstate="54000"):  # program_limit_exceeded: `hk_turn_to_write`
            raise Refused(Refusal.TOO_MANY) from None
        case psycopg.Error(sqlstate="HK001", diag=said) if said.message_primary == "changed":  # `hk_why_not_begin`
            raise PlaceChanged from None
        case psycopg.Error(sqlstate="HK001", diag=said):
            raise Refused(Refusal(said.message_primary)) from None


def drop_draft(grant: Grant, thread: Thread, message: Message) -> None:
    """What was sent is no draft any more, and its files go with the message (R25; `hk_draft_is_sent` says which draft)."""
    statements.run_with_next(
        DRAFT_IS_SENT,
        [
            grant.actor.id,
            message.citizen_id,
            thread.service_id,
            thread.id,
            message.id,
            thread.unit_id,
            message.place == 1,
            message.form_key,
            message.text,
        ],
    )


def throw_away(grant: Grant, draft: Draft) -> None:
    """Let a draft be no more, nor its files."""
    drop_files(grant, Attachment.objects.filter(draft_id=draft.id))
    draft.delete()


def drop_files(grant: Grant, files: QuerySet[Attachment]) -> None:
    """Let files be no more, that were never sent."""
    ids = list(files.values_list("id", flat=True))
    AttachmentContent.objects.filter(attachment_id__in=ids).delete()
    Attachment.objects.filter(id__in=ids).delete()


def save(grant: Grant, thread: Thread, *fields: str) -> None:
    """Save what has changed of a thread, and let pages that refresh themselves know; nothing that waits, no clock (R82)."""
    if "answer_by" in fields and thread.answer_by is None:
        stop(grant, thread)
        fields = (*fields, *CLOCK, "deliver_by")
    thread.changed_at = clock.real()
    places = ["last_place", "citizen_place", "unit_place", "last_message_at"]
    thread.save(update_fields={*fields, *places, "changed_at"})


def tell(grant: Grant, event: type[MessageSent] | type[MessageAnswered], message: Message) -> None:
    """Publish that a message was sent."""
    outbox.publish(
        event(
            message_id=message.id,
            thread_id=message.thread_id,
            citizen_id=message.citizen_id,
            municipality_id=message.municipality_id,
        )
    )
