"""The clock of a dialogue as rows keep it: wound when a citizen writes, stopped when nothing waits (R82)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import Calendar
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import STOPPED, Clock, Sender, ThreadState
from hjemmekontakt.municipalities import queries as municipalities

FIELDS = ("alarm_at", "alarm_stage", "leader_at", "with_leader")


def clock_of(grant: Grant, thread: Thread) -> Clock:
    """What a thread's clock shows."""
    return Clock(thread.alarm_at, thread.alarm_stage, thread.leader_at, thread.with_leader)


def put_clock(grant: Grant, thread: Thread, shown: Clock) -> None:
    """Let a thread's clock show this; the caller saves the thread."""
    thread.alarm_at, thread.alarm_stage = shown.alarm_at, shown.stage
    thread.leader_at, thread.with_leader = shown.leader_at, shown.with_leader


def wind(grant: Grant, thread: Thread, *, calendar: Calendar, answers_in: str) -> None:
    """A citizen has written just now: the clock begins, unless it runs already for what she wrote before; the caller saves.

    Where the unit answers in its journal, the journal has a quarter of an hour to take the message in (R19).
    """
    now = clock.now()
    if thread.alarm_at is None and thread.alarm_stage == 0 and thread.answer_by is not None:
        taken = thread.assignee_id is not None
        put_clock(grant, thread, rules.wound(now, thread.answer_by, calendar=calendar, taken=taken, now=now))
    thread.deliver_by = rules.earliest(thread.deliver_by, rules.deliver_by([now], answers_in=answers_in))


def stop(grant: Grant, thread: Thread) -> None:
    """Nothing waits any more: no clock runs; a case that has no office stays with the leader (R28)."""
    is_leaders_case = thread.with_leader and thread.state == ThreadState.AS_CASE
    put_clock(grant, thread, replace(STOPPED, with_leader=is_leaders_case))
    thread.deliver_by = None


def wait_to_be_taken(grant: Grant, thread: Thread) -> None:
    """Nobody has a thread that waits: from now it runs towards the team leader, unless she has it already (R81)."""
    if thread.answer_by is not None and not thread.with_leader:
        calendar = municipalities.calendar(municipalities.unit(thread.unit_id))
        thread.leader_at = rules.goes_to_leader_at(clock.now(), calendar=calendar)


def wait_for_the_rest(grant: Grant, thread: Thread) -> None:
    """Let a dialogue wait for the earliest promise that is left, its clock with it (R21, R82); the caller saves."""
    left = first_promises(grant, [thread.id]).get(thread.id)
    if left is None:
        thread.answer_by = None  # and the clock stops when it is saved
        return
    sent_at, thread.answer_by = left
    calendar = municipalities.calendar(municipalities.unit(thread.unit_id))
    taken = thread.assignee_id is not None
    put_clock(grant, thread, rules.wound(sent_at, thread.answer_by, calendar=calendar, taken=taken, now=clock.now()))


def waiting_in(grant: Grant, *thread_ids: UUID) -> QuerySet[Message]:
    """The citizens' messages in some dialogues that neither have an answer nor are said to need none."""
    return Message.objects.filter(
        thread_id__in=thread_ids, sender=Sender.CITIZEN, answered_at__isnull=True, waived_at__isnull=True
    )


def first_promises(grant: Grant, thread_ids: Sequence[UUID]) -> dict[UUID, tuple[datetime, datetime]]:
    """When the earliest promise that still waits in each thread was given, and for when, in one query."""
    waits = waiting_in(grant, *thread_ids).filter(answer_by__isnull=False)
    rows = waits.values_list("thread_id").annotate(sent=Min("sent_at"), promised=Min("answer_by")).order_by()
    return {thread_id: (sent, promised) for thread_id, sent, promised in rows}
