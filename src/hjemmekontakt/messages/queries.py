"""Reads of threads: the citizen's list and dialogue, the unit's inbox. To open one is to mark how far one has read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, why_not
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Message, Reading, Thread
from hjemmekontakt.messages.rules import (
    Author,
    BeforeWriting,
    Bookmark,
    Inbox,
    InboxFilter,
    InboxRow,
    MessageForJournal,
    MessageView,
    Reader,
    Sender,
    ServiceToWriteTo,
    StaffThreadView,
    Step,
    ThreadList,
    ThreadRow,
    ThreadState,
    ThreadView,
)
from hjemmekontakt.messages.words import UNNAMED_UNIT
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection

# ── The citizen's side ─────────────────────────────────────────────────────────────────────────────────────────────


@intent
def threads_of(actor: Actor, *, before: Bookmark | None = None, limit: int = 20) -> ThreadList:
    """The citizen's dialogues, the newest first, each with what the reader has not yet read."""
    grant = require(actor, May.LIST_THREADS, about=_herself(actor))
    rows = _with_unread(actor).order_by("-last_message_at", "-id")
    if before is not None:
        rows = rows.filter(_after("(thread.last_message_at, thread.id) < (%s, %s)", before))
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
    calendar = municipalities.calendar(chosen.service.unit.municipality_id)
    return BeforeWriting(tuple(services), chosen, calendar.answer_by(now))


@intent
def thread(actor: Actor, thread_id: UUID) -> ThreadView:
    """A dialogue as its citizen, or who acts for her, opens it; what stands there is then read by this person."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.READ_THREAD, about=about)
    found = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    service = _services(grant, [found.service_id])[found.service_id]
    messages = _messages(found)
    _mark_read(grant, found, messages[-1].place, reader=Reader.CITIZEN)

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
        answer_by_if_sent=municipalities.calendar(found.municipality_id).answer_by(now) if may_write else None,
    )


def subjects_of(grant: Grant, thread_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The subjects of those of the dialogues that the grant reaches, for the log's sentences."""
    return dict(Thread.objects.filter(id__in=list(thread_ids)).values_list("id", "subject"))


# ── The unit's side ────────────────────────────────────────────────────────────────────────────────────────────────

INBOX_PAGE = 50
_NOT_OPENED = [ThreadState.SENT, ThreadState.RECEIVED]


@intent
def inbox(
    actor: Actor,
    unit_id: UUID,
    *,
    filter: InboxFilter = InboxFilter.WAITING,
    after: Bookmark | None = None,
    limit: int = INBOX_PAGE,
) -> Inbox:
    """A unit's inbox: who waits longest for an answer first; answered ones by the newest (R78, R82).

    Whoever the reader may not open is neither shown nor counted: her own family, one without a decision on the
    service, and one with a confidential address (R11, R79).
    """
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    grant = require(actor, May.SEE_INBOX, about=about)
    today = day_of(clock.now())
    rows = list(_inbox_rows(actor, unit_id, filter, after, today=today)[: limit + 1])
    shown = rows[:limit]
    persons = people.persons(grant, {row.citizen_id for row in shown})
    log_list(grant, about, [row.citizen_id for row in shown])
    return Inbox(
        unit_id=unit_id,
        unit_name=next(each.unit_name for each in actor.units if each.unit_id == unit_id),
        filter=filter,
        rows=tuple(_inbox_row(row, persons[row.citizen_id]) for row in shown),
        counts=_counts(_reachable(actor, unit_id, today=today)),
        following=_inbox_bookmark(shown[-1], filter) if len(rows) > limit else None,
    )


@intent
def staff_thread(actor: Actor, thread_id: UUID) -> StaffThreadView:
    """A dialogue as an employee of its unit opens it; the citizen sees «Åpnet av en ansatt» from then on (R19)."""
    grant = require(actor, May.READ_THREAD_AS_STAFF, about=lookup.thread(thread_id))
    found = Thread.objects.select_for_update().get(id=thread_id)
    messages = _messages(found)
    _mark_read(grant, found, messages[-1].place, reader=Reader.EMPLOYEE)
    opened = rules.after(ThreadState(found.state), Step.OPEN)
    if opened != found.state:
        found.state = opened
        found.save(update_fields=["state"])

    person = people.person(grant, found.citizen_id)
    return StaffThreadView(
        id=found.id,
        citizen_id=found.citizen_id,
        person_name=person.name,
        birth_year=person.birth_date.year if person.birth_date else None,
        subject=found.subject,
        state=opened,
        answer_by=found.answer_by,
        service=municipalities.service(found.service_id),
        messages=tuple(messages),
        last_message_id=messages[-1].id,
    )


# ── The journal's side ─────────────────────────────────────────────────────────────────────────────────────────────


@intent
def message_for_journal(actor: Actor, message_id: UUID) -> MessageForJournal:
    """A message as its municipality's journal system is told of it: ids and times, not the text."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    require(actor, May.READ_FOR_JOURNAL, about=lookup.municipality(actor.municipality_id))
    row = Message.objects.filter(id=message_id, municipality_id=actor.municipality_id).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=About("message", message_id))
    return MessageForJournal(row.id, row.thread_id, row.citizen_id, row.unit_id, Sender(row.sender), row.sent_at)


# ── How they are read ──────────────────────────────────────────────────────────────────────────────────────────────


def _herself(actor: Actor) -> About:
    return About("citizen", actor.about_id, citizen_id=actor.about_id)


def _received(grant: Grant, actor: Actor, *, today: date) -> list[ServiceToWriteTo]:
    assert actor.about_id is not None
    decisions = people.decisions_that_hold(grant, actor.about_id, today=today)
    services = _services(grant, [each.service_id for each in decisions])
    return [
        ServiceToWriteTo(service, service.opened(Function.MESSAGES, today=today), service.unit.phone)
        for service in sorted(services.values(), key=lambda each: (each.name, each.unit.name))
    ]


def _services(grant: Grant, ids: Sequence[UUID]) -> dict[UUID, ServiceView]:
    """Services as the citizen's pages name them: where her address is protected, a unit is not named (R11)."""
    services = municipalities.services(list(ids))
    citizen_id = grant.actor.about_id
    if not services or citizen_id is None or people.person(grant, citizen_id).protection is Protection.NONE:
        return services
    return {
        id: replace(each, unit=replace(each.unit, name=str(UNNAMED_UNIT), district_name=""))
        for id, each in services.items()
    }


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
    services = _services(grant, [row.service_id for row in shown])
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
                last_author=_author(last[row.id]),
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


def _messages(found: Thread) -> list[MessageView]:
    readings = list(Reading.objects.filter(thread_id=found.id))
    rows = Message.objects.filter(thread_id=found.id).order_by("place")
    return [_message(row, readings) for row in rows]


def _message(row: Message, readings: Iterable[Reading]) -> MessageView:
    other_side = Reader.EMPLOYEE if row.sender == Sender.CITIZEN else Reader.CITIZEN
    read_at = [each.read_at for each in readings if each.reader_kind == other_side and each.seen_place >= row.place]
    return MessageView(
        id=row.id,
        place=row.place,
        author=_author(row),
        text=row.text,
        sent_at=row.sent_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        read_by=len(read_at),
        read_at=max(read_at, default=None),
    )


def _author(row: Message) -> Author:
    return Author(row.author_id, row.author_name, row.author_role, Sender(row.sender), row.on_behalf)


def _mark_read(grant: Grant, found: Thread, place: int, *, reader: Reader) -> None:
    mark = Reading(
        thread_id=found.id,
        citizen_id=found.citizen_id,
        municipality_id=found.municipality_id,
        unit_id=found.unit_id,
        reader_id=grant.actor.id,
        reader_kind=reader,
        read_at=clock.now(),
        seen_place=place,
    )
    Reading.objects.bulk_create(
        [mark], update_conflicts=True, unique_fields=["thread", "reader_id"], update_fields=["read_at", "seen_place"]
    )


HELPED_TODAY = (
    "EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = thread.citizen_id AND d.unit_id = thread.unit_id"
    " AND d.service_id = thread.service_id AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on >= %s))"
)


def _reachable(actor: Actor, unit_id: UUID, *, today: date) -> QuerySet[Thread]:
    rows = Thread.objects.filter(
        RawSQL(HELPED_TODAY, [today, today], output_field=BooleanField()),  # noqa: S611 - a constant, its values bound
        municipality_id=actor.municipality_id,
        unit_id=unit_id,
        citizen__protection="none",
    )
    return rows.exclude(citizen_id__in=actor.family) if actor.family else rows


def _inbox_rows(
    actor: Actor, unit_id: UUID, filter: InboxFilter, after: Bookmark | None, *, today: date
) -> QuerySet[Thread]:
    rows = _reachable(actor, unit_id, today=today).select_related("service")
    if filter in rules.WAITING_LISTS:
        rows = rows.filter(answer_by__isnull=False).order_by("answer_by", "last_message_at", "id")
        beyond = "(thread.answer_by, thread.last_message_at, thread.id) > (%s, %s, %s)"
    else:
        rows = rows.order_by("-last_message_at", "-id")
        beyond = "(thread.last_message_at, thread.id) < (%s, %s)"
    if filter is InboxFilter.NEW:
        rows = rows.filter(state__in=_NOT_OPENED)
    if filter is InboxFilter.ANSWERED:
        rows = rows.filter(answer_by__isnull=True)
    return rows if after is None else rows.filter(_after(beyond, after))


def _after(comparison: str, bookmark: Bookmark) -> RawSQL:
    return RawSQL(  # noqa: S611 - one of three constants, its values bound
        comparison, [*bookmark.moments, bookmark.id], output_field=BooleanField()
    )


def _inbox_bookmark(row: Thread, filter: InboxFilter) -> Bookmark:
    moments: tuple[datetime, ...] = (row.last_message_at,)
    return Bookmark((row.answer_by, *moments) if filter in rules.WAITING_LISTS and row.answer_by else moments, row.id)


def _counts(reachable: QuerySet[Thread]) -> dict[InboxFilter, int]:
    states = reachable.filter(answer_by__isnull=False).order_by().values_list("state").annotate(count=Count("id"))
    waiting = dict(states)
    new = sum(count for state, count in waiting.items() if state in _NOT_OPENED)
    return {InboxFilter.NEW: new, InboxFilter.WAITING: sum(waiting.values())}


def _inbox_row(row: Thread, person: Person) -> InboxRow:
    return InboxRow(
        id=row.id,
        citizen_id=row.citizen_id,
        person_name=person.name,
        birth_year=person.birth_date.year if person.birth_date else None,
        subject=row.subject,
        service_name=row.service.name,
        state=ThreadState(row.state),
        answer_by=row.answer_by,
        last_at=row.last_message_at,
    )
