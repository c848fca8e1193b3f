"""Communication: what is said in the dialogues of the journal's municipality; and what its units answer in the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse, QueryDict

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.communication import read, write
from hjemmekontakt.fhir.door import Asked, Stop, base, resource, resource_in, wanted, written
from hjemmekontakt.fhir.outcome import unacceptable
from hjemmekontakt.fhir.reading import ID, OF_PATIENT, PATIENT, Parameter, Readable, Sort, token_of
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.fhir.search import Search, period
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions
from hjemmekontakt.messages import for_journal as messages
from hjemmekontakt.messages.for_journal import JournalMessage
from hjemmekontakt.messages.rules import Refusal

STATUSES = (
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
)
UNFIT = "The text is empty, too long (4000 characters), or holds characters that are not kept."
NOT_TAKEN = {Refusal.FORM_USED: "The identifier belongs to another answer. Nothing was sent; give it a new identifier."}


def get(asked: Asked) -> HttpResponse:
    """GET Communication/<id>: the journal has it; the citizen sees «Mottatt av kommunen» (R19)."""
    asked.must_be_let(Deed.READ)
    message = messages.message(asked.actor, asked.uuid())
    actions.record_receipt(asked.actor, message.id)
    return resource(write(message, base=base()), changed_at=message.changed_at)


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
    return written(said, status=201, place=place, version=None, changed_at=None, want=wanted(asked.request))


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[JournalMessage]:
    """A search shows, and is no receipt: that is given by reading the one message."""
    asked = _asked(sought)
    if asked is None:
        return []
    return messages.search_messages(
        actor,
        **asked,
        changed_from=sought.changed_from,
        after=(datetime.fromisoformat(sought.after[0]), UUID(sought.after[1])) if sought.after else None,
        limit=limit,
    )


def _count(actor: Actor, sought: Search) -> int:
    asked = _asked(sought)
    return 0 if asked is None else messages.count_messages(actor, **asked)


def _asked(sought: Search) -> dict[str, Any] | None:
    """What a search asks of the dialogues; None where nothing can fit it."""
    ids = {id for id in (sought.id, _named(sought)) if id is not None}
    citizens = {sought.references[name] for name in ("patient", "subject") if name in sought.references}
    statuses = sought.codes.get("status", ())
    if len(ids) > 1 or len(citizens) > 1 or (statuses and "completed" not in statuses):
        return None
    return {
        "id": next(iter(ids), None),
        "citizen_id": next(iter(citizens), None),
        "thread_of": sought.references.get("part-of"),
        "sent_from": sought.starts_from,
        "sent_before": sought.starts_before,
    }


NOBODY = UUID(int=0)


def _named(sought: Search) -> UUID | None:
    """The id in an identifier of ours; one that is not ours is nobody's."""
    named = token_of(sought, "identifier", systems.URI)
    if named is None:
        return None
    try:
        return UUID(named) if named.startswith("urn:uuid:") else NOBODY
    except ValueError:
        return NOBODY


def _sent(sought: Search, given: QueryDict) -> Search:
    start, end = period(given.getlist("sent"), name="sent")
    return msgspec.structs.replace(sought, starts_from=start, starts_before=end)


def _write(message: JournalMessage) -> dict[str, Any]:
    return write(message, base=base())


PARAMETERS: dict[str, Parameter] = {
    "_id": ID,
    "identifier": Parameter(Sort.TOKEN),
    "part-of": Parameter(Sort.REFERENCE, targets=("Communication",)),
    "sent": Parameter(Sort.DATE),
    "status": Parameter(Sort.TOKEN, codes=STATUSES),
    "subject": PATIENT,
    "subject.identifier": Parameter(Sort.TOKEN, by_post=True),
    "subject:identifier": Parameter(Sort.TOKEN, by_post=True),
    **OF_PATIENT,
}
SEARCHED = Readable(
    kind="Communication",
    one=lambda asked: messages.message(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=_write,
    parameters=PARAMETERS,
    place=lambda message: message.place,
    must_name=tuple(sorted(set(PARAMETERS) - {"status"})),
    understand=_sent,
)
