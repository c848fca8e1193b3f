"""Appointment: the journal's visits, written by conditional PUT, read and searched."""

from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict

from hjemmekontakt.access.actions import Denied, asked_about
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.appointment import ReadAppointment, resource_of, understand
from hjemmekontakt.fhir.appointment_writing import write, write_plan
from hjemmekontakt.fhir.calls import beside_visits, plans_sought
from hjemmekontakt.fhir.door import (
    ALWAYS_ALLOWED,
    Asked,
    Stop,
    Wanted,
    expected_version,
    query_of,
    refuse_bad_characters_in,
    refuse_national_ids_in,
    resource,
    resource_in,
    stop,
    unchanged,
    wanted,
    written,
)
from hjemmekontakt.fhir.elements import id_as_text
from hjemmekontakt.fhir.outcome import Issue, not_active, unacceptable
from hjemmekontakt.fhir.reading import citizen
from hjemmekontakt.fhir.references import Named, ordinary
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.fhir.search import (
    OF_EVERY_SEARCH,
    Page,
    Search,
    answered,
    codes,
    count,
    id_of,
    must_be_known,
    one,
    period,
    token,
    under_way,
)
from hjemmekontakt.fhir.structs.datatypes import Identifier
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.rules import (
    CancelReason,
    Condition,
    JournalPlan,
    JournalVisit,
    NotTaken,
    Outcome,
    Recorded,
    StatusSought,
    VisitOrder,
    VisitStatus,
    Way,
)

PARAMETERS = frozenset({"_id", "identifier", "date", "status", "patient"})
BY_PATIENT = ("patient.identifier", "patient:identifier")

STATUSES: dict[str, tuple[StatusSought, ...]] = {
    "proposed": (
        StatusSought(status=VisitStatus.PLANNED, is_window=True),
        StatusSought(status=VisitStatus.EXPECTED),
    ),
    "waitlist": (StatusSought(status=VisitStatus.ON_HOLD),),
    "booked": (StatusSought(status=VisitStatus.ASSIGNED), StatusSought(status=VisitStatus.PLANNED, is_window=False)),
    "fulfilled": (StatusSought(status=VisitStatus.PERFORMED),),
    "cancelled": (
        StatusSought(status=VisitStatus.CANCELLED),
        StatusSought(status=VisitStatus.NOT_PERFORMED, reason=CancelReason.NOT_HOME),
    ),
    "noshow": (StatusSought(status=VisitStatus.NOT_PERFORMED, reason=CancelReason.NOT_MET),),
    "entered-in-error": (StatusSought(status=VisitStatus.ENTERED_IN_ERROR),),
}

KEEPS_ITS_NAME = unacceptable("business-rule", "A visit keeps its identifier.", expression="Appointment.identifier")
NOT_TAKEN: dict[NotTaken, tuple[int, Issue]] = {
    NotTaken.NOT_ACTIVE: (422, not_active()),
    NotTaken.UNKNOWN_UNIT: (
        422,
        unacceptable("business-rule", "The unit's HER-id (level 2) is not one of this municipality's units."),
    ),
    NotTaken.UNKNOWN_SERVICE: (422, unacceptable("business-rule", "The unit gives no service with this code.")),
    NotTaken.NO_DECISION: (
        422,
        unacceptable("business-rule", "The person has no decision on this service at this unit. Nothing was stored."),
    ),
    NotTaken.NOT_OPENED: (
        422,
        unacceptable("business-rule", "The service is not opened for visits on that day. Nothing was stored."),
    ),
    NotTaken.UNFIT: (
        422,
        unacceptable(
            "too-long",
            "A text holds a character that FHIR does not allow, or is longer than is kept (identifier 200, description"
            " and patientInstruction 1000, first name 100, profession 60); or a time lies outside 2000 to 2100.",
        ),
    ),
    NotTaken.ANOTHER_PERSON: (
        422,
        unacceptable(
            "business-rule",
            "The identifier belongs to another person's visit. Mark that one entered-in-error; send a new identifier.",
        ),
    ),
    NotTaken.CHANGED_MEANWHILE: (
        412,
        unacceptable("conflict", "The version is not the one in If-Match. Read it again."),
    ),
    NotTaken.ANOTHER_VISIT: (422, KEEPS_ITS_NAME),
    NotTaken.NO_SUCH_VISIT: (422, KEEPS_ITS_NAME),
    NotTaken.THERE_ALREADY: (
        412,
        unacceptable(
            "duplicate",
            "A visit with this identifier is there already, and says otherwise. Put it:"
            " PUT Appointment?identifier=system|value.",
        ),
    ),
}

SAID = {
    Outcome.OUTDATED: Issue(
        "information", "informational", "A newer report of this visit is known; this older one changed nothing."
    ),
    Outcome.LEFT_ALONE: Issue("information", "informational", "The visit is there already; it was left as it is."),
}


def get(asked: Asked) -> HttpResponse:
    """GET Appointment/<id>."""
    asked.must_be_let(Deed.READ)
    try:
        found: JournalVisit | JournalPlan = queries.visit_for_journal(asked.actor, asked.uuid())
    except Denied as denied:
        if denied.near:
            raise
        found = queries.plan_for_journal(asked.actor, asked.uuid())
    return unchanged(asked.request, version=found.version) or resource(
        written_one(found), version=found.version, changed_at=found.stored_at
    )


class Telling(msgspec.Struct, frozen=True):
    """A visit or plan that a journal wishes to write, understood, and on which condition."""

    told: ReadAppointment
    condition: Condition

    @property
    def is_created(self) -> bool:
        """It was sent as new (POST)."""
        return self.condition.way is not Way.PUT

    def succeeded(self, recorded: Recorded) -> int:
        """The status of what was taken: 201 where the journal now has a visit here that it had not before."""
        as_new = self.is_created and recorded.outcome is Outcome.CHANGED
        return 201 if recorded.outcome is Outcome.CREATED or as_new else 200


def put_by_identifier(asked: Asked) -> HttpResponse:
    """PUT Appointment?identifier=system|value: a new visit, or a new word about a known one (R34, R97)."""
    return _store(asked, to_put_by_identifier(asked))


def to_put_by_identifier(asked: Asked, named: Named = ordinary) -> Telling:
    """What is to be put by its identifier; 412 where the address fits several visits."""
    asked.must_be_let(Deed.UPDATE)
    query = asked.request.GET
    if set(query) - ALWAYS_ALLOWED != {"identifier"}:
        stop(400, "required", "A visit is put by its identifier: Appointment?identifier=system|value.")
    told = _read(asked, named)
    named = token(one(query, "identifier"), name="identifier")
    own = (told.report.identifier_system, told.report.identifier_value)
    if named != own and named != (None, own[1]):
        stop(
            400,
            "invariant",
            "The identifier in the address is not the resource's.",
            expression="Appointment.identifier",
        )
    if named != own:
        _must_fit_one(asked, own[1])
    return Telling(told, Condition(version=expected_version(asked.request)))


def _read(asked: Asked, named: Named) -> ReadAppointment:
    """Read what was sent; a plan that it belongs to may be another entry of the same transaction."""
    resource = resource_of(resource_in(asked.request))
    for each in resource.extension or []:
        plan = each.value_reference if each.url == systems.PLAN else None
        meant = named(plan.reference) if plan and plan.reference and not plan.identifier else None
        if plan is not None and isinstance(meant, tuple):
            plan.identifier = Identifier(system=meant[0], value=meant[1])
    return understand(resource)


def _must_fit_one(asked: Asked, value: str) -> None:
    """An identifier without its system may be that of several visits: then none is meant (412)."""
    if len(queries.search_visits_for_journal(asked.actor, identifier=(None, value), limit=2)) > 1:
        stop(412, "multiple-matches", "Several visits have this identifier; name its system too: system|value.")


def put_by_id(asked: Asked) -> HttpResponse:
    """PUT Appointment/<id>: a new word about a visit that is known here by this id."""
    return _store(asked, to_put_by_id(asked))


def to_put_by_id(asked: Asked, named: Named = ordinary) -> Telling:
    """What is to be put by its id; it keeps its identifier."""
    asked.must_be_let(Deed.UPDATE)
    id = asked.uuid()
    told = _read(asked, named)
    if told.resource.id not in (None, asked.id):
        stop(400, "invariant", "The id in the address is not the resource's.", expression="Appointment.id")
    if told.plan is not None:
        stop(422, "not-supported", "A plan is put by its identifier: Appointment?identifier=system|value.")
    return Telling(told, Condition(version=expected_version(asked.request), id=id))


def post(asked: Asked) -> HttpResponse:
    """POST Appointment: a new visit; one that is there already is left alone (If-None-Exist), or is told of (412)."""
    return _store(asked, to_post(asked))


def to_post(asked: Asked, named: Named = ordinary) -> Telling:
    """What is to be created, if nothing has its identifier yet."""
    asked.must_be_let(Deed.CREATE)
    told = _read(asked, named)
    given = asked.request.META.get("HTTP_IF_NONE_EXIST")
    if given is None:
        return Telling(told, Condition(way=Way.CREATE))
    query = query_of(given)
    refuse_bad_characters_in(query)
    refuse_national_ids_in(query)
    if set(query) != {"identifier"}:
        stop(400, "not-supported", "If-None-Exist is identifier=system|value.")
    if token(one(query, "identifier"), name="identifier") != (
        told.report.identifier_system,
        told.report.identifier_value,
    ):
        stop(400, "invariant", "If-None-Exist does not name the resource's own identifier, with its system.")
    return Telling(told, Condition(way=Way.CREATE_IF_NONE))


def _store(asked: Asked, telling: Telling) -> HttpResponse:
    want = wanted(asked.request)
    recorded = _record(asked, telling)
    if recorded.not_taken is not None:
        raise why_not(asked, telling, recorded.not_taken)
    told = telling.told
    return written(
        representation(asked, telling, recorded) if want is Wanted.REPRESENTATION else None,
        status=telling.succeeded(recorded),
        place=f"Appointment/{recorded.visit_id}",
        version=recorded.version,
        changed_at=recorded.stored_at,
        remarks=(*said_of(recorded), *told.remarks) if want is Wanted.OUTCOME else (),
        want=want,
    )


def said_of(recorded: Recorded) -> tuple[Issue, ...]:
    """What there is to say of a visit that was taken and yet not changed."""
    return (SAID[recorded.outcome],) if recorded.outcome in SAID else ()


def why_not(asked: Asked, telling: Telling, not_taken: NotTaken) -> Stop:
    """Why a visit was not taken, as an answer: 404 where it is put by an id that is none of this journal's."""
    if telling.condition.id is not None:
        try:
            queries.visit_for_journal(asked.actor, telling.condition.id)
        except Denied:
            return Stop(404, unacceptable("not-found", "There is no such resource here."))
    return Stop(*NOT_TAKEN[not_taken])


def _record(asked: Asked, telling: Telling) -> Recorded:
    told, conditions = telling.told, [telling.condition]
    if told.plan is not None:
        return actions.record_plans(asked.actor, [told.plan], conditions=conditions)[0]
    return actions.record_visits(asked.actor, [told.report], conditions=conditions)[0]


def representation(asked: Asked, telling: Telling, recorded: Recorded) -> dict[str, Any]:
    """The visit or plan as it stands after a write."""
    if recorded.visit_id is None or recorded.stored_at is None:
        raise ValueError("a visit that was taken has its id")
    if telling.told.plan is not None:
        return written_one(queries.plan_for_journal(asked.actor, recorded.visit_id))
    if recorded.outcome in SAID:
        return written_one(queries.visit_for_journal(asked.actor, recorded.visit_id))
    return write(
        telling.told.report, id=str(recorded.visit_id), version=recorded.version, last_updated=recorded.stored_at
    )


def search(asked: Asked, given: QueryDict) -> HttpResponse:
    """GET Appointment?… or POST Appointment/_search: the journal's own visits, page by page."""
    asked.must_be_let(Deed.SEARCH)
    by_post = asked.request.method == "POST"
    known = PARAMETERS | OF_EVERY_SEARCH | set(beside_visits.VALUES) | set(BY_PATIENT if by_post else ())
    must_be_known(asked.request, given, known, values=beside_visits.VALUES)
    cursor = one(given, "_cursor")
    sought = under_way(asked, cursor) if cursor else _sought(given)
    beside_visits.must_be_let(asked, sought)
    if sought is None or sought.total is not None:
        asked_about(asked.actor)  # what is not sought or is counted already may be answered without unlocking
    return answered(
        asked,
        given,
        known,
        sought,
        look=lambda it: _look(asked.actor, it),
        number=lambda it: _number(asked.actor, it),
        values=beside_visits.VALUES,
    )


def _look(actor: Actor, sought: Search) -> Page:
    """One page of visits; where the one that is named is no visit, the plan of that name."""
    found, following = pages(actor, sought)
    if not found and plans_sought.names_one(sought):
        plans = queries.search_plans_for_journal(actor, plans_sought.asked_for(sought), limit=sought.count)
        return Page([written_one(each) for each in plans])
    return Page(found, following, beside_visits.requests_of(actor, found, sought))


def pages(actor: Actor, sought: Search) -> tuple[list[dict[str, Any]], Search | None]:
    """One page of visits, and the search for the next one; None where there is none."""
    found = queries.search_visits_for_journal(
        actor,
        id=sought.id,
        identifier=sought.identifier,
        citizen_id=sought.citizen_id or sought.references.get("patient"),
        starts_from=sought.starts_from,
        starts_before=sought.starts_before,
        stored_from=sought.changed_from,
        statuses=[each for code in sought.statuses for each in STATUSES[code]],
        order=VisitOrder(sought.sort),
        after=sought.after,
        limit=sought.count + 1,
    )
    shown = found[: sought.count]
    following = _following(sought, shown[-1]) if len(found) > sought.count else None
    return [written_one(each) for each in shown], following


def _number(actor: Actor, sought: Search) -> int:
    visits = queries.count_visits_for_journal(
        actor,
        id=sought.id,
        identifier=sought.identifier,
        citizen_id=sought.citizen_id,
        starts_from=sought.starts_from,
        starts_before=sought.starts_before,
        statuses=[each for code in sought.statuses for each in STATUSES[code]],
    )
    if visits or not plans_sought.names_one(sought):
        return visits
    return queries.count_plans_for_journal(actor, plans_sought.asked_for(sought))


def _sought(given: QueryDict) -> Search | None:
    citizen_id = id_of(one(given, "patient"), name="patient", kind="Patient")
    named = next((name for name in BY_PATIENT if name in given), None)
    if named is not None:
        citizen_id = citizen(given, named)
        if citizen_id is None:
            return None
    starts_from, starts_before = period(given.getlist("date"), name="date")
    return Search(
        id=id_of(one(given, "_id"), name="_id", kind="Appointment"),
        identifier=token(one(given, "identifier"), name="identifier"),
        citizen_id=citizen_id,
        starts_from=starts_from,
        starts_before=starts_before,
        statuses=codes(given, "status", known=STATUSES),
        includes=beside_visits.revincludes_in(given),
        sort=beside_visits.order_in(given),
        count=count(given),
    )


def _following(sought: Search, last: JournalVisit) -> Search:
    place = beside_visits.place_of(last, sought)
    return Search(**{**{name: getattr(sought, name) for name in sought.__struct_fields__}, "after": place})


def written_one(found: JournalVisit | JournalPlan) -> dict[str, Any]:
    """Write a visit or plan as its journal reads it back."""
    write_it = write_plan if isinstance(found, JournalPlan) else write
    return write_it(found.report, id=id_as_text(found.id), version=found.version, last_updated=found.stored_at)  # type: ignore[operator]
