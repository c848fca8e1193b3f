"""A dialogue as an employee of its unit opens it."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.queries.reading import mark_read, messages_of
from hjemmekontakt.messages.rules import Reader, StaffThreadView, Step, ThreadState
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people


@intent
def staff_thread(actor: Actor, thread_id: UUID) -> StaffThreadView:
    """A dialogue as an employee of its unit opens it; the citizen sees «Åpnet av en ansatt» from then on (R19)."""
    grant = require(actor, May.READ_THREAD_AS_STAFF, about=lookup.thread(thread_id))
    found = Thread.objects.select_for_update().get(id=thread_id)
    messages = messages_of(grant, found)
    mark_read(grant, found, reader=Reader.EMPLOYEE)
    opened = rules.after(ThreadState(found.state), Step.OPEN)
    if opened != found.state:
        found.state = opened
        found.changed_at = clock.real()
        found.save(update_fields=["state", "changed_at"])

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
