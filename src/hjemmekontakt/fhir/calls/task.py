"""Task: what citizens ask to have called off or moved; the journal fetches it and answers it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from msgspec import structs

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import change_task, systems, task
from hjemmekontakt.fhir.calls import appointment
from hjemmekontakt.fhir.calls import change_task as wishes
from hjemmekontakt.fhir.calls.requests_written import ON_THE_WIRE, written_request
from hjemmekontakt.fhir.change_task import WishAnswer
from hjemmekontakt.fhir.door import (
    Asked,
    Stop,
    expected_version,
    resource,
    resource_in,
    stop,
    unchanged,
    wanted,
    written,
)
from hjemmekontakt.fhir.outcome import Issue, unacceptable
from hjemmekontakt.fhir.reading import citizen
from hjemmekontakt.fhir.references import Named, ordinary
from hjemmekontakt.fhir.scopes import Deed, lets
from hjemmekontakt.fhir.search import (
    OF_EVERY_SEARCH,
    Page,
    Search,
    answered,
    codes,
    count,
    id_of,
    must_be_known,
    of_include,
    one,
    period,
    under_way,
)
from hjemmekontakt.fhir.task import CancellationAnswer, TaskStatus
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.queries.requests_for_journal import JournalRequest
from hjemmekontakt.visits.rules import AnswerTold, CancellationState, CancellationView, NotTaken
from hjemmekontakt.visits.rules.wishes import Window, WishSought, WishState, WishView

PARAMETERS = frozenset({"_id", "_lastUpdated", "code", "focus", "patient", "status"})
BY_PATIENT = ("patient.identifier", "patient:identifier")
INCLUDES = ("Task:focus",)
KINDS = (systems.CANCEL_VISIT, systems.CHANGE_VISIT)
STATUSES = tuple(status.value for status in TaskStatus if status is not TaskStatus.COMPLETED)

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
    NotTaken.TAKEN_BACK: (
        409,
        unacceptable(
            "conflict",
            "The citizen took this request back before it was answered: the visit is to take place as planned. Send this"
            " answer by itself, and it is kept and the unit is told.",
            expression="Task.status",
        ),
    ),
    **wishes.NOT_TAKEN,
}
BY_ITS_NAME = "named"
"""Stands for the id of a visit that an answer names as the journal does."""


def get(asked: Asked) -> HttpResponse:
    """GET Task/<id>."""
    asked.must_be_let(Deed.READ)
    found = queries.request_for_journal(asked.actor, asked.uuid())
    version, changed_at = found.asked.version, found.asked.stored_at
    return unchanged(asked.request, version=version) or resource(
        written_request(found), version=version, changed_at=changed_at
    )


def put_by_id(asked: Asked) -> HttpResponse:
    """PUT Task/<id>: the journal has received, accepted or rejected a cancellation or a wish (R38, R42)."""
    told = to_answer(asked)
    try:
        answered = _answer(asked, told)
    except Refused as refused:
        raise Stop(*NOT_TAKEN[refused.why]) from None
    return written(
        written_one(asked, told.id),
        status=200,
        place=f"Task/{told.id}",
        version=answered.version,
        changed_at=answered.stored_at,
        want=wanted(asked.request),
    )


def written_one(asked: Asked, id: UUID) -> dict[str, Any]:
    """The Task as it stands, for its journal."""
    return written_request(queries.request_for_journal(asked.actor, id))


def to_answer(asked: Asked, named: Named = ordinary) -> AnswerTold:
    """What the journal answers, understood; `named` tells which visit a reference within a Bundle means."""
    asked.must_be_let(Deed.UPDATE)
    id = asked.uuid()
    given = task.resource_in(resource_in(asked.request))
    visit = named(given.focus.reference) if given.focus and given.focus.reference else None
    if visit is not None and given.focus is not None:
        given.focus.reference = f"Appointment/{visit if isinstance(visit, UUID) else BY_ITS_NAME}"
    is_wish = systems.CHANGE_VISIT in task.codes_of(given)
    told = change_task.understand(given) if is_wish else task.understand(given)
    if told.task_id not in (None, asked.id):
        stop(400, "invariant", "The id in the address is not the resource's.", expression="Task.id")
    if told.status is TaskStatus.CANCELLED:
        stop(422, "business-rule", "Only the citizen takes a request back.", expression="Task.status")
    state = _state(told)
    if state is None:
        stop(422, "business-rule", "A wish is not asked for by the journal.", expression="Task.status")
    by_name = isinstance(visit, tuple)
    return AnswerTold(
        id=id,
        state=state,
        visit_id=None if by_name else id_of(told.visit_id, name="focus", kind="Appointment"),
        visit_named=visit if isinstance(visit, tuple) else None,
        reason=told.reason,
        proposed=Window(*told.proposed) if isinstance(told, WishAnswer) and told.proposed else None,
        version=expected_version(asked.request),
    )


def _state(told: CancellationAnswer | WishAnswer) -> CancellationState | WishState | None:
    if isinstance(told, CancellationAnswer):
        return FROM_THE_WIRE[told.status]
    return wishes.FROM_THE_WIRE.get(told.status)


def _answer(asked: Asked, told: AnswerTold) -> CancellationView | WishView:
    if isinstance(told.state, WishState):
        return actions.answer_wish(
            asked.actor,
            told.id,
            visit_id=told.visit_id,
            state=told.state,
            reason=told.reason,
            proposed=told.proposed,
            version=told.version,
        )
    answered = actions.answer_cancellation(
        asked.actor,
        told.id,
        visit_id=told.visit_id,
        state=told.state,
        reason=told.reason,
        version=told.version,
    )
    if answered.state is CancellationState.WITHDRAWN and told.state is not CancellationState.RECEIVED:
        raise Stop(409, TAKEN_BACK)
    return answered


def search(asked: Asked, given: QueryDict) -> HttpResponse:
    """GET Task?… or POST Task/_search: what has been asked of this journal, cancellations and wishes, the oldest first."""
    asked.must_be_let(Deed.SEARCH)
    known = PARAMETERS | OF_EVERY_SEARCH | {"_include"} | set(BY_PATIENT if asked.request.method == "POST" else ())
    must_be_known(asked.request, given, known, includes=INCLUDES)
    cursor = one(given, "_cursor")
    sought = under_way(asked, cursor) if cursor else _sought(given)
    if sought is not None and sought.includes and not lets(asked.scopes, kind="Appointment", deed=Deed.READ):
        stop(403, "forbidden", "The token does not let you read Appointment, which was to be included.")
    return answered(
        asked,
        given,
        known,
        sought,
        look=lambda it: _look(asked.actor, it),
        includes=INCLUDES,
        number=lambda it: queries.count_requests_for_journal(asked.actor, **_asked_for(it)),
    )


def _look(actor: Actor, sought: Search) -> Page:
    """One page of requests, with the visits that they are about where they were to come along."""
    found, following = pages(actor, sought)
    visits = {UUID(each["focus"]["reference"].removeprefix("Appointment/")) for each in found if sought.includes}
    included = queries.visits_of_requests(actor, visits) if visits else []
    return Page(found, following, [appointment.written_one(each) for each in included])


def pages(actor: Actor, sought: Search) -> tuple[list[dict[str, Any]], Search | None]:
    """One page of requests, and the search for the next one; None where there is none."""
    after = (datetime.fromisoformat(sought.after[0]), UUID(sought.after[1])) if sought.after else None
    found = queries.search_requests_for_journal(actor, **_asked_for(sought), after=after, limit=sought.count + 1)
    shown = found[: sought.count]
    following = _following(sought, shown[-1]) if len(found) > sought.count else None
    return [written_request(each) for each in shown], following


def _asked_for(sought: Search) -> dict[str, Any]:
    return {
        "cancellations": _cancellations_sought(sought),
        "wishes": _wishes_sought(sought),
        "id": sought.id,
        "visit_id": sought.visit_id,
        "citizen_id": sought.citizen_id or sought.references.get("patient"),
        "changed_from": sought.changed_from,
        "changed_before": sought.changed_before,
    }


def _sought(given: QueryDict) -> Search | None:
    citizen_id = id_of(one(given, "patient"), name="patient", kind="Patient")
    named = next((name for name in BY_PATIENT if name in given), None)
    if named is not None:
        citizen_id = citizen(given, named)
        if citizen_id is None:
            return None
    changed_from, changed_before = period(given.getlist("_lastUpdated"), name="_lastUpdated")
    return Search(
        id=id_of(one(given, "_id"), name="_id", kind="Task"),
        visit_id=id_of(one(given, "focus"), name="focus", kind="Appointment"),
        citizen_id=citizen_id,
        changed_from=changed_from,
        changed_before=changed_before,
        statuses=codes(given, "status", known=STATUSES),
        codes={"code": _kinds(given)},
        includes=("focus",) if INCLUDES[0] in map(of_include, given.getlist("_include")) else (),
        count=count(given),
    )


def _kinds(given: QueryDict) -> tuple[str, ...]:
    value = one(given, "code")
    found = tuple(each.removeprefix(f"{systems.TASK_CODE}|") for each in value.split(",")) if value else ()
    if set(found) - set(KINDS):
        stop(400, "code-invalid", "The parameter code is cancel-visit or change-visit.")
    return found


def _cancellations_sought(sought: Search) -> frozenset[CancellationState]:
    if systems.CANCEL_VISIT not in (sought.codes.get("code") or KINDS):
        return frozenset()
    return frozenset(state for state, status in ON_THE_WIRE.items() if not sought.statuses or status in sought.statuses)


def _wishes_sought(sought: Search) -> frozenset[WishSought]:
    if systems.CHANGE_VISIT not in (sought.codes.get("code") or KINDS):
        return frozenset()
    found = (meant for status, meant in wishes.SOUGHT.items() if not sought.statuses or status in sought.statuses)
    return frozenset().union(*found)


def _following(sought: Search, last: JournalRequest) -> Search:
    asked_at, id = last.place
    return structs.replace(sought, after=(asked_at.isoformat(), str(id)))
