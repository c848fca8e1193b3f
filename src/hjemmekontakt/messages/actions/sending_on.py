"""A dialogue that is not answered where it came: it goes to another service, or is treated as a case (R28, R78)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.clocks import waiting_in
from hjemmekontakt.messages.actions.handling import MOVED, did_just_now, locked, move_to, record
from hjemmekontakt.messages.actions.storing import save
from hjemmekontakt.messages.events import ThreadTransferred, ThreadTreatedAsCase
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import CaseKind, HandlingKind, Refusal, Step, ThreadState
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people


@intent
def transfer_thread(actor: Actor, thread_id: UUID, to_service_id: UUID) -> None:
    """An employee sends a misdirected dialogue to another service that the citizen has; the promise given stands (R78).

    From then on nobody reaches it from where it was.
    """
    about = lookup.thread(thread_id)
    grant = require(actor, May.TRANSFER_THREAD, about=about)
    thread = locked(grant, about)
    if thread.service_id == to_service_id and did_just_now(grant, thread, HandlingKind.TRANSFERRED):
        return
    service = _service_in(thread, to_service_id)
    if why_not := _why_not_transfer(grant, thread, service):
        raise Refused(why_not)

    from_unit_id = thread.unit_id
    move_to(grant, thread, service, what=HandlingKind.TRANSFERRED)
    save(grant, thread, *MOVED)
    last_message_id = Message.objects.values_list("id", flat=True).get(thread_id=thread.id, place=thread.last_place)
    outbox.publish(
        ThreadTransferred(
            thread_id=thread.id,
            message_id=last_message_id,
            citizen_id=thread.citizen_id,
            municipality_id=thread.municipality_id,
            from_unit_id=from_unit_id,
            to_unit_id=thread.unit_id,
        )
    )


@intent
def treat_as_case(actor: Actor, thread_id: UUID, kind: CaseKind) -> None:
    """An employee says that a dialogue is a complaint or an application: it is answered by a letter, not here (R28).

    It goes to the municipality's office for cases; where there is none, to the unit's team leader. No case system is
    connected: the event is all that leaves.
    """
    about = lookup.thread(thread_id)
    grant = require(actor, May.TREAT_AS_CASE, about=about)
    thread = locked(grant, about)
    if thread.case_kind == kind and did_just_now(grant, thread, HandlingKind.AS_CASE):
        return
    state = ThreadState(thread.state)
    if why_not := rules.why_not_step(state, Step.TREAT_AS_CASE):
        raise Refused(why_not)

    thread.case_kind = kind
    thread.state = rules.after(state, Step.TREAT_AS_CASE)
    waiting_in(grant, thread.id).update(waived_at=clock.now())
    thread.answer_by = None
    office = municipalities.office_of(thread.municipality_id)
    if office is not None and office.unit.id != thread.unit_id:
        move_to(grant, thread, office, what=HandlingKind.AS_CASE)
    else:
        record(grant, thread, HandlingKind.AS_CASE)
        thread.with_leader = office is None
    save(grant, thread, "case_kind", "state", "answer_by", *MOVED)
    outbox.publish(
        ThreadTreatedAsCase(
            thread_id=thread.id,
            citizen_id=thread.citizen_id,
            municipality_id=thread.municipality_id,
            unit_id=thread.unit_id,
        )
    )


def _service_in(thread: Thread, service_id: UUID) -> ServiceView:
    service = municipalities.services([service_id]).get(service_id)
    if service is None or service.unit.municipality_id != thread.municipality_id:
        raise Refused(Refusal.NOT_RECEIVED_THERE)
    return service


def _why_not_transfer(grant: Grant, thread: Thread, service: ServiceView) -> Refusal | None:
    today = day_of(clock.now())
    to_the_office = service.unit.kind == "office" and thread.case_kind != ""
    received = {each.service_id for each in people.decisions_that_hold(grant, thread.citizen_id, today=today)}
    return rules.why_not_transfer(
        from_service_id=thread.service_id,
        to_service_id=service.id,
        receives=to_the_office or service.id in received,
        opened=to_the_office or service.opened(Function.MESSAGES, today=today),
    )
