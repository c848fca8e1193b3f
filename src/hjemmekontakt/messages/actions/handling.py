"""What all handling of a dialogue has in common: it is held while it is changed, and what was done is written down."""

from uuid import UUID

from django.db.models import Min, QuerySet

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.rules import About, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.models import Attachment, Handling, Message, Note, Reading, Thread
from hjemmekontakt.messages.rules import Refusal, Sender, What
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
    what: What,
    *,
    to_id: UUID | None = None,
    to_name: str = "",
    to_unit: UUID | None = None,
) -> None:
    """Write down what was done with a dialogue, by whom, and how far it had come."""
    Handling.objects.create(
        thread_id=thread.id,
        citizen_id=thread.citizen_id,
        municipality_id=thread.municipality_id,
        unit_id=thread.unit_id,
        to_unit_id=to_unit,
        what=what,
        by_id=grant.actor.id,
        by_name=grant.actor.name,
        to_id=to_id,
        to_name=to_name,
        place=thread.last_place,
        at=clock.now(),
        changed_at=clock.real(),
    )


def did_just_now(grant: Grant, thread: Thread, what: What) -> bool:
    """Tell whether the last thing done with a dialogue is this, by her: the same button was pressed twice."""
    last = Handling.objects.filter(thread_id=thread.id).order_by("-id").first()
    done = (grant.actor.id, what, thread.last_place)
    return last is not None and (last.by_id, last.what, last.place) == done


def leads(grant: Grant, thread: Thread) -> bool:
    """Tell whether she leads the dialogue's unit."""
    return grant.actor.role_in(thread.unit_id) == Role.TEAM_LEADER.value


def waiting_in(grant: Grant, thread: Thread) -> QuerySet[Message]:
    """The citizen's messages that neither have an answer nor are said to need none."""
    return Message.objects.filter(
        thread_id=thread.id, sender=Sender.CITIZEN, answered_at__isnull=True, waived_at__isnull=True
    )


def wait_for_the_rest(grant: Grant, thread: Thread) -> None:
    """Let a dialogue wait for the earliest promise that is left; with none left, no clock runs on it (R21)."""
    thread.answer_by = waiting_in(grant, thread).aggregate(earliest=Min("answer_by"))["earliest"]
    if thread.answer_by is None:
        thread.alarm_at = thread.leader_at = None


def move_to(grant: Grant, thread: Thread, service: ServiceView, *, what: What) -> None:
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
    thread.leader_at = None


MOVED = ("unit", "service", "assignee_id", "assignee_name", "with_leader", "leader_at")
