"""How a message is stored, whoever writes it: in its place in the thread, once for each form, and told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import statements
from hjemmekontakt.messages.actions.clocks import FIELDS as CLOCK
from hjemmekontakt.messages.actions.clocks import stop
from hjemmekontakt.messages.events import MessageAnswered, MessageSent
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Draft, Message, Thread
from hjemmekontakt.messages.rules import Refusal, Sender, SentByForm


def one_at_a_time(grant: Grant) -> None:
    """Let an author's messages come one after the other, so that the hour's limit and a form sent twice are seen."""
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('messages of ' || %s, 0))"
    statements.run(lock, [str(grant.actor.id)])


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
    with _form_once():
        message = Message.objects.create(
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
    thread.last_message_at = message.sent_at
    if sender is Sender.CITIZEN:
        thread.citizen_place = message.place
    else:
        thread.unit_place = message.place
    return message


def begin_thread(grant: Grant, thread: Thread, *, message_id: UUID, text: str, form_key: UUID) -> None:
    """Store a new dialogue with its first message, a citizen's, and tell of it, in one statement; its draft is no more.

    A draft in which files wait stays: its files are to go with the message. Raises Refused where the same form was sent for
    somebody whom this actor does not see now.
    """
    asker = grant.actor.as_asker()
    event = MessageSent(message_id, thread.id, thread.citizen_id, thread.municipality_id)
    publish, values = outbox.as_statement(event)
    values |= {
        "thread": thread.id,
        "citizen": thread.citizen_id,
        "municipality": thread.municipality_id,
        "unit": thread.unit_id,
        "service": thread.service_id,
        "visit": thread.visit_id,
        "continues": thread.continues_id,
        "subject": thread.subject,
        "category": thread.category,
        "language": thread.language,
        "state": thread.state,
        "urgent_words": thread.urgent_words,
        "answer_by": thread.answer_by,
        "deliver_by": thread.deliver_by,
        "alarm_at": thread.alarm_at,
        "alarm_stage": thread.alarm_stage,
        "leader_at": thread.leader_at,
        "with_leader": thread.with_leader,
        "now": thread.started_at,
        "changed_at": thread.changed_at,
        "message": message_id,
        "author": asker["asked_by_id"],
        "author_name": asker["asked_by_name"],
        "author_role": grant.actor.role_in(thread.unit_id),
        "on_behalf": asker["on_behalf"],
        "text": text,
        "form_key": form_key,
    }
    with _form_once():
        statements.run(statements.SQL["begin_thread"].replace("{publish}", publish), values)


@contextmanager
def _form_once() -> Iterator[None]:
    """A form that has sent a message already, for somebody whom this actor does not see now, is refused."""
    try:
        yield
    except IntegrityError as clash:
        if "a_form_sends_one_message" in str(clash):
            raise Refused(Refusal.FORM_USED) from None
        raise


def drop_draft(grant: Grant, message: Message) -> None:
    """What was sent is no draft any more: the one of this form goes, and one of the same words in the same place (R25)."""
    here = Q(thread_id=message.thread_id) | Q(thread__isnull=True, service_id=message.thread.service_id)
    same = Q(form_key=message.form_key) | (Q(citizen_id=message.citizen_id, text=message.text) & here)
    for draft in Draft.objects.filter(same, author_id=grant.actor.id):
        throw_away(grant, draft)


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
