"""Communication: that a citizen has written, and when; and what her unit answers in its journal."""

from django.http import HttpResponse

from hjemmekontakt.fhir.communication import read
from hjemmekontakt.fhir.door import Asked, Stop, resource, resource_in, wanted, written
from hjemmekontakt.fhir.outcome import unacceptable
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import Refusal

UNFIT = "The text is empty, too long (4000 characters), or holds characters that are not kept."
NOT_TAKEN = {Refusal.FORM_USED: "The identifier belongs to another answer. Nothing was sent; give it a new identifier."}


def get(asked: Asked) -> HttpResponse:
    """GET Communication/<id>: the journal has it; the citizen sees «Mottatt av kommunen» (R19)."""
    asked.must_be_let(Deed.READ)
    message = queries.message_for_journal(asked.actor, asked.uuid())
    actions.record_receipt(asked.actor, message.id)
    return resource(
        {
            "resourceType": "Communication",
            "id": str(message.id),
            "status": "completed",
            "subject": {"reference": f"Patient/{message.citizen_id}", "type": "Patient"},
            "sent": message.sent_at.isoformat(),
        },
        version=1,
    )


def post(asked: Asked) -> HttpResponse:
    """POST Communication: the unit answers from its journal; the same answer again is the one that stands (R17)."""
    asked.must_be_let(Deed.CREATE)
    told = read(resource_in(asked.request))
    try:
        given = actions.answer_from_journal(asked.actor, told.answers_id, text=told.text, form_key=told.key)
    except Refused as refused:
        raise Stop(422, unacceptable("business-rule", NOT_TAKEN.get(refused.why, UNFIT))) from None
    said = {"resourceType": "Communication", "id": str(given.message_id), "status": "completed"}
    place = f"Communication/{given.message_id}"
    return written(said, status=201, place=place, version=1, changed_at=None, want=wanted(asked.request))
