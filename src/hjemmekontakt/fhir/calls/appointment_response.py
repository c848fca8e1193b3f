"""AppointmentResponse: what a citizen has said to a visit, beside the Task that the journal answers (R38, R42).

It is read alone: a cancellation is `declined`, a wish `tentative` with the time she likes best, and what she took back
`accepted`. How far it has come, and the journal's answer, stand in the Task of the same id.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir.elements import meta, patient, pointer, without_nothing
from hjemmekontakt.fhir.reading import ID, OF_PATIENT, Parameter, Readable, Sort, portion
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits import queries
from hjemmekontakt.visits.queries.requests_for_journal import JournalRequest
from hjemmekontakt.visits.rules import CancellationState, JournalCancellation
from hjemmekontakt.visits.rules.wishes import WishSought, WishState

STATUSES = ("accepted", "declined", "tentative", "needs-action")


def _asked(sought: Search) -> dict[str, Any] | None:
    """What a search asks of the requests; None where nothing can fit it."""
    statuses = sought.codes.get("part-status") or STATUSES
    ids = portion(sought).ids
    if ids is not None and len(ids) != 1:
        return None
    return {
        "cancellations": [state for state in CancellationState if _cancelled(state) in statuses],
        "wishes": [WishSought(state) for state in WishState if _wished(state) in statuses],
        "id": ids[0] if ids else None,
        "visit_id": sought.references.get("appointment"),
        "citizen_id": sought.references.get("patient"),
    }


def _count(actor: Actor, sought: Search) -> int:
    asked = _asked(sought)
    return 0 if asked is None else queries.count_requests_for_journal(actor, **asked)


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[JournalRequest]:
    asked = _asked(sought)
    if asked is None:
        return []
    return queries.search_requests_for_journal(
        actor,
        **asked,
        after=(datetime.fromisoformat(sought.after[0]), UUID(sought.after[1])) if sought.after else None,
        limit=limit,
    )


def write(found: JournalRequest) -> dict[str, Any]:
    """What she, or one who acts for her, said to the visit."""
    asked = found.asked
    system, value = found.visit_identifier
    visit = {**pointer("Appointment", asked.visit_id), "identifier": {"system": system, "value": value}}
    herself = patient(asked.citizen_id, found.national_id)
    return without_nothing(
        {
            "resourceType": "AppointmentResponse",
            "id": str(asked.id),
            "meta": meta(asked.stored_at),
            "appointment": visit,
            "actor": {"type": "RelatedPerson", "display": asked.asked_by_name} if asked.on_behalf else herself,
            **(_cancellation(found) if isinstance(found, JournalCancellation) else _wish(found)),
        }
    )


def _cancellation(found: JournalCancellation) -> dict[str, Any]:
    asked = found.cancellation
    return {"participantStatus": _cancelled(asked.state), "comment": asked.reason}


def _wish(found: Any) -> dict[str, Any]:
    """The first of her windows is the one she likes best; the others stand in the Task."""
    wish = found.wish
    best = wish.windows[0] if wish.windows else None
    return {
        "start": best.starts_at.astimezone(OSLO).isoformat() if best else None,
        "end": best.ends_at.astimezone(OSLO).isoformat() if best else None,
        "participantStatus": _wished(wish.state),
        "comment": wish.text,
    }


def _cancelled(state: CancellationState) -> str:
    return "accepted" if state is CancellationState.WITHDRAWN else "declined"


def _wished(state: WishState) -> str:
    return "accepted" if state is WishState.WITHDRAWN else "tentative"


def _place(found: JournalRequest) -> tuple[str, str]:
    asked_at, id = found.place
    return asked_at.isoformat(), str(id)


READABLE = Readable(
    kind="AppointmentResponse",
    one=lambda asked: queries.request_for_journal(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=write,
    parameters={
        "_id": ID,
        "appointment": Parameter(Sort.REFERENCE, targets=("Appointment",)),
        "part-status": Parameter(Sort.TOKEN, codes=STATUSES),
        **OF_PATIENT,
    },
    place=_place,
)
