"""What all handling of a dialogue has in common: it is held while it is changed, and what was done is written down."""

from datetime import datetime
from uuid import UUID

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.rules import About, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.actions.clocks import wait_to_be_taken
from hjemmekontakt.messages.models import Attachment, Handling, Message, Note, Reading, Thread
from hjemmekontakt.messages.rules import HandlingKind, Refusal
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceView


def locked(grant: Grant, about: About) -> Thread:
    """Hold a dialogue that is handled here; raises Refused where it has left the unit or is answered in the journal."""
    thread = Thread.objects.select_for_update().filter(id=about.id, unit_id=about.unit_id).first()
    if thread is None:
        raise Refused(Refusal.NOT_FROM_HERE)
    if municipalities.service(thread.service_id).answers_in == "journal":
        raise Refused(Refusal.ANSWERED_IN_JOURNAL)
    return thread


def record(
    grant: Grant,
    thread: Thread,
    what: HandlingKind,
    *,
    to_id: UUID | None = None,
    to_name: str = "",
    to_unit: UUID | None = None,
) -> None:
    """Write down what was done with a dialogue, by whom, and how far it had come."""
    done = line(grant, thread, what, at=clock.now())
    done.to_id, done.to_name, done.to_unit_id = to_id, to_name, to_unit
    done.save(force_insert=True)


def line(grant: Grant, thread: Thread, what: HandlingKind, *, at: datetime, stage: int = 0) -> Handling:
    """The line that tells what was done with a dialogue, not yet stored."""
    return Handling(
        thread_id=thread.id,
        citizen_id=thread.citizen_id,
        municipality_id=thread.municipality_id,
        unit_id=thread.unit_id,
        what=what,
        by_id=grant.actor.id,
        by_name=grant.actor.name,
        place=thread.last_place,
        stage=stage,
        at=at,
        changed_at=clock.real(),
    )


def did_just_now(grant: Grant, thread: Thread, what: HandlingKind) -> bool:
    """Tell whether the last thing done with a dialogue is this, by her: the same button was pressed twice."""
    last = Handling.objects.filter(thread_id=thread.id).order_by("-id").first()
    done = (grant.actor.id, what, thread.last_place)
    return last is not None and (last.by_id, last.what, last.place) == done


def leads(grant: Grant, thread: Thread) -> bool:
    """Tell whether she leads the dialogue's unit."""
    return grant.actor.role_in(thread.unit_id) == Role.TEAM_LEADER.value


def move_to(grant: Grant, thread: Thread, service: ServiceView, *, what: HandlingKind) -> None:
    """Move a dialogue and all that belongs to it to another service, where nobody has taken it yet (R78).

    The promise stays. Of what was done with it, the line that says where it left stays with the unit it left.
    """
    record(grant, thread, what, to_unit=service.unit.id)
    for belonging in (Message, Reading, Note, Attachment):
        belonging.objects.filter(thread_id=thread.id).update(unit_id=service.unit.id)
    Handling.objects.filter(thread_id=thread.id, to_unit__isnull=True).update(unit_id=service.unit.id)
    thread.unit_id, thread.service_id = service.unit.id, service.id
    thread.assignee_id, thread.assignee_name = None, ""
    thread.with_leader = False
    wait_to_be_taken(grant, thread)


MOVED = ("unit", "service", "assignee_id", "assignee_name", "with_leader", "leader_at")
