"""Task: what citizens ask to have called off; the journal fetches it and answers it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict

from hjemmekontakt.fhir import task
from hjemmekontakt.fhir.door import (
    Asked,
    Stop,
    expected_version,
    patient_system,
    resource,
    resource_in,
    stop,
    unchanged,
    wanted,
    written,
)
from hjemmekontakt.fhir.outcome import Issue, unacceptable
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.fhir.search import Search, codes, count, id_of, itself, must_be_known, one, page, under_way
from hjemmekontakt.fhir.task import Asker, CancellationRequest, TaskStatus
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.rules import CancellationState, JournalCancellation, NotTaken

PARAMETERS = frozenset({"_id", "focus", "status"})

ON_THE_WIRE: dict[CancellationState, TaskStatus] = {
    CancellationState.SENT: TaskStatus.REQUESTED,
    CancellationState.RECEIVED: TaskStatus.RECEIVED,
    CancellationState.ACCEPTED: TaskStatus.ACCEPTED,
    CancellationState.DECLINED: TaskStatus.REJECTED,
    CancellationState.EXPIRED: TaskStatus.CANCELLED,
    CancellationState.WITHDRAWN: TaskStatus.CANCELLED,
}
FROM_THE_WIRE: dict[TaskStatus, CancellationState] = {
    **{status: state for state, status in ON_THE_WIRE.items() if status is not TaskStatus.CANCELLED},
    TaskStatus.COMPLETED: CancellationState.ACCEPTED,
}
TAKEN_BACK = unacceptable(
    "conflict",
    "The citizen took this request back before it was answered: the visit is to take place as planned. If it is called off"
    " in the journal, put it back into the plan. The answer is kept, and the unit is told.",
    expression="Task.status",
)
NOT_TAKEN: dict[str, tuple[int, Issue]] = {
    NotTaken.CHANGED_MEANWHILE: (
        412,
        unacceptable("conflict", "The version is not the one in If-Match. Read it again."),
    ),
    NotTaken.NO_SUCH_STEP: (
        422,
        unacceptable("business-rule", "The request is answered already, or cannot go from its status to this one."),
    ),
    NotTaken.UNFIT: (
        422,
        unacceptable(
            "too-long",
            "The reason is at most 500 characters, without those that FHIR does not allow.",
            expression="Task.statusReason.text",
        ),
    ),
    NotTaken.ANOTHER_VISIT: (
        422,
        unacceptable(
            "business-rule", "The focus is not the visit that this request is about.", expression="Task.focus"
        ),
    ),
}


def get(asked: Asked) -> HttpResponse:
    """GET Task/<id>."""
    asked.must_be_let(Deed.READ)
    found = queries.cancellation_for_journal(asked.actor, asked.uuid())
    version, changed_at = found.cancellation.version, found.cancellation.stored_at
    return unchanged(asked.request, version=version) or resource(
        _written(found), version=version, changed_at=changed_at
    )


def put_by_id(asked: Asked) -> HttpResponse:
    """PUT Task/<id>: the journal has received, accepted or rejected a cancellation (R38)."""
    asked.must_be_let(Deed.UPDATE)
    id = asked.uuid()
    told = task.read(resource_in(asked.request))
    if told.task_id not in (None, asked.id):
        stop(400, "invariant", "The id in the address is not the resource's.", expression="Task.id")
    if told.status not in FROM_THE_WIRE:
        stop(422, "business-rule", "Only the citizen takes a request back.", expression="Task.status")
    try:
        answered = actions.answer_cancellation(
            asked.actor,
            id,
            visit_id=id_of(told.visit_id, name="focus", kind="Appointment"),
            state=FROM_THE_WIRE[told.status],
            reason=told.reason,
            version=expected_version(asked.request),
        )
    except Refused as refused:
        status, issue = NOT_TAKEN[refused.why]
        raise Stop(status, issue) from None
    if answered.state is CancellationState.WITHDRAWN and told.status is not TaskStatus.RECEIVED:
        raise Stop(409, TAKEN_BACK)
    return written(
        _written(queries.cancellation_for_journal(asked.actor, id)),
        status=200,
        place=f"Task/{id}",
        version=answered.version,
        changed_at=answered.stored_at,
        want=wanted(asked.request),
    )


def search(asked: Asked, given: QueryDict) -> HttpResponse:
    """GET Task?… or POST Task/_search: what has been asked of this journal, the oldest first."""
    asked.must_be_let(Deed.SEARCH)
    must_be_known(asked.request, given, PARAMETERS)
    cursor = one(given, "_cursor")
    sought = under_way(asked, cursor) if cursor else _sought(given)
    found = queries.search_cancellations_for_journal(
        asked.actor,
        id=sought.id,
        visit_id=sought.visit_id,
        states=[state for state, status in ON_THE_WIRE.items() if status in sought.statuses],
        after=(datetime.fromisoformat(sought.after[0]), UUID(sought.after[1])) if sought.after else None,
        limit=sought.count + 1,
    )
    shown = found[: sought.count]
    following = _following(sought, shown[-1]) if len(found) > sought.count else None
    return page(asked, [_written(each) for each in shown], itself=itself(asked, given, PARAMETERS), following=following)


def _sought(given: QueryDict) -> Search:
    return Search(
        id=id_of(one(given, "_id"), name="_id", kind="Task"),
        visit_id=id_of(one(given, "focus"), name="focus", kind="Appointment"),
        statuses=codes(given, "status", known=[status.value for status in ON_THE_WIRE.values()]),
        count=count(given),
    )


def _following(sought: Search, last: JournalCancellation) -> Search:
    place = (last.cancellation.asked_at.isoformat(), str(last.cancellation.id))
    return Search(id=sought.id, visit_id=sought.visit_id, statuses=sought.statuses, count=sought.count, after=place)


def _written(found: JournalCancellation) -> dict[str, Any]:
    asked, number = found.cancellation, found.national_id
    system, value = found.visit_identifier
    request = CancellationRequest(
        id=str(asked.id),
        version=asked.version,
        visit_id=str(asked.visit_id),
        visit_identifier_system=system,
        visit_identifier_value=value,
        unit_her_id=found.unit_her_id,
        patient_identifier_system=patient_system(number),
        patient_national_id=number,
        status=ON_THE_WIRE[asked.state],
        asker=_asker(found),
        reason=asked.reason,
        answer=asked.decline_reason,
        asked_at=asked.asked_at,
        changed_at=asked.withdrawn_at or asked.answered_at or asked.received_at or asked.asked_at,
        last_updated=asked.stored_at,
    )
    return task.write(request)


def _asker(found: JournalCancellation) -> Asker:
    asked, number = found.cancellation, found.national_id
    if asked.on_behalf:  # the journal is told who acts for its patient by name alone
        return Asker(identifier_system="", national_id="", name=asked.asked_by_name, on_behalf=True)
    return Asker(identifier_system=patient_system(number), national_id=number, name=asked.asked_by_name)
