"""The citizen's side: her list, a dialogue as she opens it, and what she needs to write."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import UNLOCKED, Denied, Grant, intent, intent_in_one_statement, require, requiring
from hjemmekontakt.access.rules import About, Actor, Denial, May, why_not
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import pulse, rules, statements
from hjemmekontakt.messages.models import Message, Reading, Thread
from hjemmekontakt.messages.queries.drafts import draft_here, my_drafts
from hjemmekontakt.messages.queries.letters import mark_letter_opened
from hjemmekontakt.messages.queries.reading import (
    author_of,
    beyond,
    handlings_of,
    mark_read,
    messages_of,
    services_named,
)
from hjemmekontakt.messages.rules import (
    BeforeWriting,
    Bookmark,
    DraftPlace,
    HandlingForCitizen,
    LinkedThread,
    MessageView,
    Reader,
    Sender,
    ServiceToWriteTo,
    ThreadList,
    ThreadRow,
    ThreadState,
    ThreadView,
    Unread,
    UnreadThread,
    Worry,
)
from hjemmekontakt.messages.words import UNNAMED_UNIT
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import CoverView, Function, ServiceView
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection

UNREAD = statements.SQL["unread"].format(unlocked=UNLOCKED)
ANY_UNREAD = statements.SQL["any_unread"].format(unlocked=UNLOCKED)
"""Whether there is anything `unread`, as one value (`access.Beside`) of a `reader`: mostly there is not."""


@intent
def threads_of(actor: Actor, *, before: Bookmark | None = None, limit: int = 20, archived: bool = False) -> ThreadList:
    """The citizen's dialogues, the newest first, each with what the reader has not yet read; or those in her archive.

    Her own drafts stand first in the list, and only on its first page (R18, R25).
    """
    grant = require(actor, May.LIST_THREADS, about=_herself(actor))
    came_to = pulse.of_citizen(actor)  # before the rows: what comes meanwhile is asked for again
    put_away = Exists(_put_away(actor))
    rows = _with_unread(actor).filter(put_away if archived else ~put_away).order_by("-last_message_at", "-id")
    if before is not None:
        rows = rows.filter(beyond("(thread.last_message_at, thread.id) < (%s, %s)", before))
    shown = replace(_thread_list(grant, rows, limit=limit), pulse="" if archived else came_to)
    if archived or before is not None:
        return shown
    has_archive = Thread.objects.filter(put_away, citizen_id=actor.about_id).exists()
    return replace(shown, drafts=tuple(my_drafts(grant)) if shown.may_write else (), put_away=has_archive)


@intent_in_one_statement
def unread(actor: Actor, *, limit: int = 3) -> Unread:
    """What the units have written that this person has not read: the newest dialogues, and how many messages in all."""
    _, parts, values = requiring(actor, May.LIST_THREADS, about=_herself(actor))
    statement = f"WITH {parts} {UNREAD}"
    rows = statements.named(statement, **values, citizen=actor.about_id, reader=actor.id, most=limit)
    return Unread(
        rows=tuple(
            UnreadThread(
                id=row["id"],
                subject=row["subject"],
                unit_name=row["unit_name"] if row["protection"] == Protection.NONE else str(UNNAMED_UNIT),
                last_at=row["last_at"],
            )
            for row in rows
        ),
        messages=int(rows[0]["messages"]) if rows else 0,
    )


@intent
def services_to_write_to(actor: Actor) -> list[ServiceToWriteTo]:
    """The services she receives today, with whether each is opened for messages, and the phone to call if not (R12)."""
    grant = require(actor, May.SEE_CONTACTS, about=_herself(actor))
    return _received(grant, actor, today=day_of(clock.now()))


@intent
def before_writing(actor: Actor, service_id: UUID | None = None, *, continues_id: UUID | None = None) -> BeforeWriting:
    """What the page «Skriv melding» needs: where she may write, by when the answer would come, her draft (R12, R25, M1).

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
    return BeforeWriting(
        services=tuple(services),
        chosen=chosen,
        answer_by=calendar.answer_by(now),
        draft=draft_here(grant, DraftPlace(service_id=chosen.service.id)),
        cover=_cover(grant, chosen.service, today=day_of(now)),
        continues=_earlier(grant, continues_id) if continues_id else None,
    )


@intent
def thread(actor: Actor, thread_id: UUID, *, whose: About | None = None) -> ThreadView:
    """A dialogue as its citizen, or who acts for her, opens it; what stands there is then read by this person.

    `whose` is what the door has found out, where it has.
    """
    about = lookup.thread(thread_id, known=whose)
    grant = require(actor, May.READ_THREAD, about=about)
    found = Thread.objects.select_for_update().get(id=thread_id, citizen_id=actor.about_id)
    service = services_named(grant, [found.service_id])[found.service_id]
    messages = messages_of(grant, found.id)
    is_put_away = Thread.objects.filter(Exists(_put_away(actor)), id=thread_id).exists()
    mark_read(grant, found, reader=Reader.CITIZEN)
    if found.letter_id is not None:
        mark_letter_opened(grant, found)

    now = clock.now()
    state = ThreadState(found.state)
    may_write = why_not(actor, May.WRITE_MESSAGE, about) is None
    continues, continued_by = _linked(found)
    return ThreadView(
        id=found.id,
        citizen_id=found.citizen_id,
        subject=found.subject,
        state=state,
        answer_by=found.answer_by,
        service=service,
        messages=messages,
        may_write=may_write,
        one_way=found.one_way,
        is_letter=found.letter_id is not None,
        from_unit_only=found.citizen_place == 0,
        case_kind=found.case_kind,
        is_put_away=is_put_away,
        handlings=tuple(_unnamed(grant, handlings_of(grant, found), service)),
        continues=continues,
        continued_by=continued_by,
        draft=draft_here(grant, DraftPlace(thread_id=found.id)) if may_write else None,
        cover=_cover(grant, service, today=day_of(now)),
        worry=_worry(found, messages, actor),
        why_not_reply=rules.why_not_reply(state, one_way=found.one_way, closed_at=found.closed_at, now=now)
        or rules.why_not_write(
            active=consent.is_active(grant, found.citizen_id),
            receives=about.has_decision,
            opened=service.opened(Function.MESSAGES, today=day_of(now)),
        ),
        answer_by_if_sent=municipalities.calendar(service.unit).answer_by(now) if may_write else None,
        pulse=rules.pulse_of_thread(found.id, found.last_place, found.state, found.answer_by),
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


def _put_away(actor: Actor) -> QuerySet[Reading]:
    """The mark of one who has put a dialogue away, as far as nothing has come since."""
    return Reading.objects.filter(
        thread_id=OuterRef("id"), reader_id=actor.id, archived_place__gte=OuterRef("last_place")
    )


def _earlier(grant: Grant, thread_id: UUID) -> LinkedThread:
    about = lookup.thread(thread_id)
    if denial := why_not(grant.actor, May.READ_THREAD, about):
        raise Denied(denial, actor=grant.actor, may=May.READ_THREAD, about=about)
    return LinkedThread(*Thread.objects.values_list("id", "subject").get(id=thread_id))


def _linked(found: Thread) -> tuple[LinkedThread | None, LinkedThread | None]:
    """The dialogue that this one continues, and the newest that continues it (R18)."""
    rows = Thread.objects.filter(Q(id=found.continues_id) | Q(continues_id=found.id), citizen_id=found.citizen_id)
    links = [LinkedThread(*each) for each in rows.order_by("started_at", "id").values_list("id", "subject")]
    before = next((each for each in links if each.id == found.continues_id), None)
    after = [each for each in links if each.id != found.continues_id]
    return before, after[-1] if after else None


def _worry(found: Thread, messages: Sequence[MessageView], actor: Actor) -> Worry | None:
    """What her last words give reason to fear, for as long as they wait for an answer (R24)."""
    last = messages[-1]
    if found.answer_by is None or last.author.id != actor.id or last.author.sender is not Sender.CITIZEN:
        return None
    return rules.worry_in(f"{found.subject} {last.text}" if last.place == 1 else last.text)


def _cover(grant: Grant, service: ServiceView, *, today: date) -> CoverView | None:
    """Who answers while the unit is closed; units are not named where the service's own is not (R11)."""
    cover = municipalities.cover_of(service.unit.id, today=today)
    if cover is None or cover.unit_name == service.unit.name:
        return cover
    return replace(cover, unit_name=service.unit.name, covering_unit_name=None)


def _unnamed(grant: Grant, handlings: list[HandlingForCitizen], service: ServiceView) -> list[HandlingForCitizen]:
    """Handlings without the names of units, where the service's own unit is not named (R11)."""
    if service.unit.name != str(UNNAMED_UNIT):
        return handlings
    return [replace(each, from_unit="", to_unit="") for each in handlings]


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
                last_author=author_of(grant, last[row.id].author(), protection=last[row.id].protection),
                last_line=rules.first_line(last[row.id].text),
                last_at=row.last_message_at,
                unread=row.unread,  # type: ignore[attr-defined]
                phone=services[row.service_id].unit.phone,
                case_kind=row.case_kind,
                answers_in=services[row.service_id].answers_in,
                from_unit_only=row.citizen_place == 0,
                is_letter=row.letter_id is not None,
            )
            for row in shown
        ),
        following,
        may_write=why_not(grant.actor, May.WRITE_MESSAGE, _herself(grant.actor)) is None,
    )


def _last_messages(thread_ids: Sequence[UUID]) -> Iterable[Message]:
    rows = Message.objects.filter(thread_id__in=thread_ids).annotate(protection=F("citizen__protection"))
    return rows.order_by("thread_id", "-place").distinct("thread_id")
