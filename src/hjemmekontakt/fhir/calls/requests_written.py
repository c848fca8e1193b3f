"""How what is asked of a journal is written for it, wherever it is read: by itself, or beside the visit that it is about."""

from typing import Any

from hjemmekontakt.fhir import task
from hjemmekontakt.fhir.calls import change_task as wishes
from hjemmekontakt.fhir.door import patient_system
from hjemmekontakt.fhir.task import CancellationRequest, TaskStatus
from hjemmekontakt.visits.queries.requests_for_journal import JournalRequest
from hjemmekontakt.visits.rules import CancellationState, JournalCancellation

ON_THE_WIRE: dict[CancellationState, TaskStatus] = {
    CancellationState.SENT: TaskStatus.REQUESTED,
    CancellationState.RECEIVED: TaskStatus.RECEIVED,
    CancellationState.ACCEPTED: TaskStatus.ACCEPTED,
    CancellationState.DECLINED: TaskStatus.REJECTED,
    CancellationState.EXPIRED: TaskStatus.CANCELLED,
    CancellationState.WITHDRAWN: TaskStatus.CANCELLED,
}


def written_request(found: JournalRequest) -> dict[str, Any]:
    """Write a cancellation or a wish for its journal."""
    if not isinstance(found, JournalCancellation):
        return wishes.written(found)
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
        asker=wishes.asker_of(asked, number),
        reason=asked.reason,
        answer=asked.decline_reason,
        asked_at=asked.asked_at,
        changed_at=asked.withdrawn_at or asked.answered_at or asked.received_at or asked.asked_at,
        last_updated=asked.stored_at,
    )
    return task.write(request)
