"""What the portal's own clock does with dialogues: rings before a promise is broken, says what was not delivered, and takes
nothing for granted of one who is away (R19, R81, R82).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.clocks import FIELDS, clock_of, first_promises, put_clock
from hjemmekontakt.messages.actions.handling import line
from hjemmekontakt.messages.events import ClockRang, MessageNotDelivered
from hjemmekontakt.messages.models import Handling, Thread
from hjemmekontakt.messages.rules import STOPPED, HandlingKind, Ring, Step, ThreadState
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Colleague

AT_ONCE = 100


@intent
def ring_alarms(actor: Actor, municipality_id: UUID, *, now: datetime, limit: int = AT_ONCE) -> int:
    """The portal rings for what nears its promised hour, and says what the journal has not taken in; how many it dealt with.

    At half, four fifths and all of the time, once for each, and once in all where several are due: the highest. What has
    come so far, or that nobody has taken for four working hours, goes to the team leader (R81, R82). Another worker's rows
    are passed over; who is killed has done nothing.
    """
    grant = require(actor, May.RING_ALARMS, about=lookup.municipality(municipality_id))
    due = Thread.objects.select_for_update(skip_locked=True).filter(
        Q(alarm_at__lte=now) | Q(leader_at__lte=now) | Q(deliver_by__lte=now), municipality_id=municipality_id
    )
    threads = list(due[:limit])
    promises = first_promises(grant, [thread.id for thread in threads])
    calendars = municipalities.calendars({thread.unit_id for thread in threads})
    done = [
        *(said for thread in threads for said in _ring(grant, thread, promises, calendars[thread.unit_id], now=now)),
        *(said for thread in threads for said in _fail(grant, thread, now=now)),
    ]
    _keep(grant, threads, done, "state", "deliver_by", *FIELDS)
    return len(threads)


@intent
def set_clocks_anew(actor: Actor, unit_id: UUID, municipality_id: UUID) -> int:
    """A unit's days or hours were changed: the clocks of what waits ring by the new ones, and no promise moves (R21)."""
    grant = require(actor, May.RING_ALARMS, about=lookup.municipality(municipality_id))
    rows = Thread.objects.select_for_update().filter(
        unit_id=unit_id, municipality_id=municipality_id, answer_by__isnull=False
    )
    threads = list(rows)
    promises = first_promises(grant, [thread.id for thread in threads])
    calendar = municipalities.calendar(municipalities.unit(unit_id))
    for thread in threads:
        if thread.id in promises:
            rings = rules.moments(*promises[thread.id], calendar=calendar)
            put_clock(grant, thread, rules.set_anew(clock_of(grant, thread), rings))
    _keep(grant, threads, [], "alarm_at")
    return len(threads)


@intent
def hand_on_from_absent(actor: Actor, municipality_id: UUID, *, now: datetime, limit: int = AT_ONCE) -> int:
    """The portal lets nothing wait for one who is away: it goes to her substitute, or back to the queue (R81); how many."""
    grant = require(actor, May.RING_ALARMS, about=lookup.municipality(municipality_id))
    today = day_of(now)
    away = people.who_cannot_answer(grant, municipality_id, today=today)
    rows = Thread.objects.select_for_update(skip_locked=True).filter(
        municipality_id=municipality_id, assignee_id__in=list(away), answer_by__isnull=False
    )
    threads = list(rows[:limit])
    units = municipalities.calendars({thread.unit_id for thread in threads})
    answering = {
        (id, unit): people.who_answers_for(grant, id, unit_id=unit, today=today)
        for id, unit in {(thread.assignee_id, thread.unit_id) for thread in threads if thread.assignee_id}
    }
    lines = [
        _hand_on(grant, thread, answering.get((thread.assignee_id, thread.unit_id)), units[thread.unit_id], now=now)
        for thread in threads
        if thread.assignee_id
    ]
    _keep(grant, threads, lines, "assignee_id", "assignee_name", "leader_at")
    return len(threads)


def _ring(
    grant: Grant, thread: Thread, promises: dict[UUID, tuple[datetime, datetime]], calendar: Calendar, *, now: datetime
) -> Iterable[Handling]:
    shown = clock_of(grant, thread)
    if thread.id not in promises:
        rung = Ring(STOPPED, None)
    else:
        rung = rules.ring(shown, rules.moments(*promises[thread.id], calendar=calendar), now=now)
    put_clock(grant, thread, rung.clock)
    if rung.says:
        outbox.publish(ClockRang(thread.id, thread.unit_id, thread.municipality_id))
    stages = {HandlingKind.ALARM: rung.stage or 0}
    said = [HandlingKind(each) for each in rung.says]
    return [line(grant, thread, what, at=now, stage=stages.get(what, 0)) for what in said]


def _fail(grant: Grant, thread: Thread, *, now: datetime) -> Iterable[Handling]:
    if thread.deliver_by is None or thread.deliver_by > now:
        return []
    thread.deliver_by = None
    failed = rules.after(ThreadState(thread.state), Step.FAIL)
    if failed == thread.state:
        return []
    thread.state = failed
    outbox.publish(MessageNotDelivered(thread.id, thread.citizen_id, thread.municipality_id))
    return [line(grant, thread, HandlingKind.NOT_DELIVERED, at=now)]


def _hand_on(grant: Grant, thread: Thread, to: Colleague | None, calendar: Calendar, *, now: datetime) -> Handling:
    thread.assignee_id, thread.assignee_name = (to.id, to.name) if to else (None, "")
    if to is None and not thread.with_leader:
        thread.leader_at = rules.goes_to_leader_at(now, calendar=calendar)
    done = line(grant, thread, HandlingKind.GIVEN if to else HandlingKind.PUT_BACK, at=now)
    done.to_id, done.to_name = thread.assignee_id, thread.assignee_name
    return done


def _keep(grant: Grant, threads: Sequence[Thread], lines: Sequence[Handling], *fields: str) -> None:
    for thread in threads:
        thread.changed_at = clock.real()
    Thread.objects.bulk_update(threads, [*fields, "changed_at"])
    Handling.objects.bulk_create(lines)
