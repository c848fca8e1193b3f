"""Who has a dialogue: an employee takes it, puts it back, or gives it to a colleague (R78)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.clocks import wait_to_be_taken
from hjemmekontakt.messages.actions.handling import leads, locked, record
from hjemmekontakt.messages.actions.storing import save
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.rules import HandlingKind, Refusal
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Colleague

HELD = ("assignee_id", "assignee_name", "with_leader", "leader_at")


@intent
def take_thread(actor: Actor, thread_id: UUID) -> None:
    """An employee takes a dialogue, so that her colleagues know that she answers it; pressed twice is once."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.TAKE_THREAD, about=about)
    thread = locked(grant, about)
    if thread.assignee_id == actor.id:
        return
    if why_not := rules.why_not_take(assignee_id=thread.assignee_id, taker_id=actor.id):
        raise Refused(why_not)

    _give(thread, actor.id, actor.name)
    record(grant, thread, HandlingKind.TAKEN)
    save(grant, thread, *HELD)


@intent
def put_back_thread(actor: Actor, thread_id: UUID) -> None:
    """Who has a dialogue, or the team leader, puts it back to all; one that nobody has is left as it is."""
    about = lookup.thread(thread_id)
    grant = require(actor, May.PUT_BACK_THREAD, about=about)
    thread = locked(grant, about)
    if thread.assignee_id is None:
        return
    if thread.assignee_id != actor.id and not leads(grant, thread):
        raise Refused(Refusal.TAKEN_BY_ANOTHER)

    record(grant, thread, HandlingKind.PUT_BACK, to_id=thread.assignee_id, to_name=thread.assignee_name)
    thread.assignee_id, thread.assignee_name = None, ""
    wait_to_be_taken(grant, thread)
    save(grant, thread, *HELD)


@intent
def give_thread(actor: Actor, thread_id: UUID, employee_id: UUID) -> Colleague:
    """An employee gives a dialogue to one who works in its unit, whoever had it before; her own family's never (R79).

    One who is away does not get it, but who answers for her meanwhile (R81). Answers who has it now.
    """
    about = lookup.thread(thread_id)
    grant = require(actor, May.GIVE_THREAD, about=about)
    thread = locked(grant, about)
    if thread.assignee_id == employee_id:
        return Colleague(employee_id, thread.assignee_name)
    if employee_id not in {each.id for each in people.colleagues(grant, [thread.unit_id])}:
        raise Refused(Refusal.NOT_A_COLLEAGUE)
    today = day_of(clock.now())
    colleague = people.who_answers_for(grant, employee_id, unit_id=thread.unit_id, today=today)
    if colleague is None:
        raise Refused(Refusal.COLLEAGUE_AWAY)
    if people.is_kept_from(grant, colleague.id, thread.citizen_id, today=today):
        raise Refused(Refusal.NOT_A_COLLEAGUE)

    _give(thread, colleague.id, colleague.name)
    record(grant, thread, HandlingKind.GIVEN, to_id=colleague.id, to_name=colleague.name)
    save(grant, thread, *HELD)
    return colleague


def _give(thread: Thread, employee_id: UUID | None, name: str) -> None:
    thread.assignee_id, thread.assignee_name = employee_id, name
    thread.with_leader = False
    thread.leader_at = None
