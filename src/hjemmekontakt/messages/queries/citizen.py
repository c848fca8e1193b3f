"""The citizen's side: her list, a dialogue as she opens it, and what she needs to write."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, why_not
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Message, Reading, Thread
from hjemmekontakt.messages.queries.reading import beyond, mark_read, messages_of, services_named
from hjemmekontakt.messages.rules import (
    BeforeWriting,
    Bookmark,
    Reader,
    Sender,
    ServiceToWriteTo,
    ThreadList,
    ThreadRow,
    ThreadState,
    ThreadView,
)
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function
from hjemmekontakt.people import queries as people


@intent
def threads_of(actor: Actor, *, before: Bookmark | None = None, limit: int = 20) -> ThreadList:
    """The citizen's dialogues, the newest first, each with what the reader has not yet read."""
    grant = require(actor, May.LIST_THREADS, about=_herself(actor))
    rows = _with_unread(actor).order_by("-last_message_at", "-id")
    if before is not None:
        rows = rows.filter(beyond("(thread.last_message_at, thread.id) < (%s, %s)", before))
    return _thread_list(grant, rows, limit=limit)


@intent
def latest_unread(actor: Actor, *, limit: int = 3) -> list[ThreadRow]:
    """The dialogues in which the unit has written something that this person has not read, the newest first."""
    grant = require(actor, May.LIST_THREADS, about=_herself(actor))
    rows = _with_unread(actor).filter(unread__gt=0).order_by("-last_message_at", "-id")
    return list(_thread_list(grant, rows, limit=limit).rows)


@intent
def unread_count(actor: Actor) -> int:
    """How many messages from the units this person has not read."""
    require(actor, May.LIST_THREADS, about=_herself(actor))
    return sum(_with_unread(actor).filter(unread__gt=0).values_list("unread", flat=True))


@intent
def services_to_write_to(actor: Actor) -> list[ServiceToWriteTo]:
    """The services she receives today, with whether each is opened for messages, and the phone to call if not (R12)."""
    grant = require(actor, May.SEE_CONTACTS, about=_herself(actor))
    return _received(grant, actor, today=day_of(clock.now()))


@intent
def before_writing(actor: Actor, service_id: UUID | None = None) -> BeforeWriting:
    """What the page «Skriv melding» needs: where she may write, and by when the answer would come (R12, M1).

    The service is chosen where there is only one to choose. One that she does not receive is unknown to her.
    """
    grant = require(actor, May.SEE_CONTACTS, about=_herself(actor))
    if denial := why_not(actor, May.WRITE_MESSAGE, _herself(actor)):
        raise Denied(denial, actor=actor, may=May.WRITE_MESSAGE, about=_herself(actor))
    now = clock.now()
    services = _received(grant, actor, today=day_of(now))
    wanted = [each for each in services if each.service.id == service_id or (service_id is None and each.opened)]
    if service_id is not None and not wanted:
        nowhere = About("service", service_id)
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.WRITE_MESSAGE, about=nowhere)
    chosen = wanted[0] if len(wanted) == 1 else None
    if chosen is None or not chosen.opened:
        return BeforeWriting(tuple(services), chosen, None)
    calendar = municipalities.calendar(chosen.service.unit)
    return BeforeWriting(tuple(services), chosen, calendar.answer_by(now))


@intent
def thread(actor: Actor, thread_id: UUID) -> ThreadView:
    """A dialogue as its citizen, or who acts for her, opens it; what stands there is then read by this person."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.READ_THREAD, about=about)
    found = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    service = services_named(grant, [found.service_id])[found.service_id]
    messages = messages_of(grant, found)
    mark_read(grant, found, reader=Reader.CITIZEN)

    now = clock.now()
    may_write = why_not(actor, May.WRITE_MESSAGE, about) is None
    return ThreadView(
        id=found.id,
        citizen_id=found.citizen_id,
        subject=found.subject,
        state=ThreadState(found.state),
        answer_by=found.answer_by,
        service=service,
        messages=tuple(messages),
        may_write=may_write,
        why_not_reply=rules.why_not_write(
            active=consent.is_active(grant, found.citizen_id),
            receives=about.has_decision,
            opened=service.opened(Function.MESSAGES, today=day_of(now)),
        ),
        answer_by_if_sent=municipalities.calendar(service.unit).answer_by(now) if may_write else None,
    )


def subjects_of(grant: Grant, thread_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The subjects of those of the dialogues that the grant reaches, for the log's sentences."""
    return dict(Thread.objects.filter(id__in=list(thread_ids)).values_list("id", "subject"))


def _herself(actor: Actor) -> About:
    return About("citizen", actor.about_id, citizen_id=actor.about_id)


def _received(grant: Grant, actor: Actor, *, today: date) -> list[ServiceToWriteTo]:
    assert actor.about_id is not None
    decisions = people.decisions_that_hold(grant, actor.about_id, today=today)
    services = services_named(grant, [each.service_id for each in decisions])
    return [
        ServiceToWriteTo(service, service.opened(Function.MESSAGES, today=today), service.unit.phone)
        for service in sorted(services.values(), key=lambda each: (each.name, each.unit.name))
    ]


def _with_unread(actor: Actor) -> QuerySet[Thread]:
    seen = Reading.objects.filter(thread_id=OuterRef("thread_id"), reader_id=actor.id).values("seen_place")
    unseen = Message.objects.filter(
        thread_id=OuterRef("id"),
        sender=Sender.UNIT,
        place__gt=Coalesce(Subquery(seen, output_field=IntegerField()), Value(0)),
    )
    counted = unseen.order_by().values("thread_id").annotate(count=Count("id")).values("count")
    unread = Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
    return Thread.objects.filter(citizen_id=actor.about_id).annotate(unread=unread)


def _thread_list(grant: Grant, rows: QuerySet[Thread], *, limit: int) -> ThreadList:
    found = list(rows[: limit + 1])
    shown = found[:limit]
    last = {message.thread_id: message for message in _last_messages([row.id for row in shown])}
    services = services_named(grant, [row.service_id for row in shown])
    following = Bookmark((shown[-1].last_message_at,), shown[-1].id) if len(found) > limit else None
    return ThreadList(
        tuple(
            ThreadRow(
                id=row.id,
                subject=row.subject,
                service_name=services[row.service_id].name,
                unit_name=services[row.service_id].unit.name,
                state=ThreadState(row.state),
                answer_by=row.answer_by,
                last_author=last[row.id].author(),
                last_line=rules.first_line(last[row.id].text),
                last_at=row.last_message_at,
                unread=row.unread,  # type: ignore[attr-defined]
            )
            for row in shown
        ),
        following,
        may_write=why_not(grant.actor, May.WRITE_MESSAGE, _herself(grant.actor)) is None,
    )


def _last_messages(thread_ids: Sequence[UUID]) -> Iterable[Message]:
    return Message.objects.filter(thread_id__in=thread_ids).order_by("thread_id", "-place").distinct("thread_id")
