"""HealthcareService: what the units of the journal's own municipality give, and from which day each function is open."""

from collections.abc import Sequence
from typing import Any

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.elements import coded, concept, meta, phone, pointer, without_nothing
from hjemmekontakt.fhir.reading import CHANGED, ID, Parameter, Readable, Sort, portion, token_of
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.municipalities import for_journal as municipalities
from hjemmekontakt.municipalities.for_journal import GivenService
from hjemmekontakt.municipalities.rules import Function, ServiceView

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def _asked(sought: Search) -> dict[str, Any]:
    return {
        "name": sought.words.get("name", ""),
        "code": token_of(sought, "identifier", systems.SERVICE_ID),
        "unit_id": sought.references.get("organization"),
    }


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[GivenService]:
    return municipalities.search_services(actor, portion(sought, limit), **_asked(sought))


def _count(actor: Actor, sought: Search) -> int:
    return municipalities.count_services(actor, portion(sought), **_asked(sought))


def write(given: GivenService) -> dict[str, Any]:
    """One service; its identifier is what an Appointment names it by, unique within its unit."""
    service, unit = given.service, given.service.unit
    return without_nothing(
        {
            "resourceType": "HealthcareService",
            "id": str(service.id),
            "meta": meta(given.changed_at, profile=f"{systems.BASE_PROFILES}HealthcareService"),
            "extension": [*_opened(service), *_handled(service)],
            "identifier": [{"system": systems.SERVICE_ID, "value": service.code}],
            "active": True,
            "providedBy": pointer("Organization", unit.id, unit.name),
            "specialty": [concept(coded(systems.HELP, service.code))] if service.code.isdigit() else [],
            "name": service.name,
            "telecom": phone(unit.phone),
            "availableTime": [
                {
                    "daysOfWeek": WORKDAYS,
                    "availableStartTime": f"{unit.opens_at:%H:%M:%S}",
                    "availableEndTime": f"{unit.closes_at:%H:%M:%S}",
                }
            ],
        }
    )


def _opened(service: ServiceView) -> list[dict[str, Any]]:
    """Each function that is opened, or has a day from which it will be; what is left out is not opened."""
    days = ((function, getattr(service, f"{function.value}_from")) for function in Function)
    return [
        {
            "url": systems.OPENED,
            "extension": [
                {"url": "function", "valueCode": function.value},
                {"url": "from", "valueDate": day.isoformat()},
            ],
        }
        for function, day in days
        if day is not None
    ]


def _handled(service: ServiceView) -> list[dict[str, Any]]:
    """Where the unit answers messages and reports visits: in the journal or in the portal."""
    places = (("messages", service.answers_in), ("visits", service.visits_in))
    return [
        {
            "url": systems.HANDLED_IN,
            "extension": [{"url": "function", "valueCode": function}, {"url": "in", "valueCode": place}],
        }
        for function, place in places
    ]


READABLE = Readable(
    kind="HealthcareService",
    one=lambda asked: municipalities.service(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=write,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "identifier": Parameter(Sort.TOKEN),
        "name": Parameter(Sort.STRING),
        "organization": Parameter(Sort.REFERENCE, targets=("Organization",)),
    },
    includes={"organization": "providedBy"},
)
