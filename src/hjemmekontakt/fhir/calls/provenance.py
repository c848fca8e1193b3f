"""Provenance: who told each version of a visit, and when."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.calls.versions import number_of
from hjemmekontakt.fhir.door import Asked, stop
from hjemmekontakt.fhir.elements import coded, concept, meta, pointer
from hjemmekontakt.fhir.reading import Parameter, Readable, Sort
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.visits import queries
from hjemmekontakt.visits.rules import VisitTeller

OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
TAKING_PART = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def _one(asked: Asked) -> VisitTeller:
    id, _, version = asked.id.partition(".")
    try:
        visit_id = UUID(id)
    except ValueError:
        stop(404, "not-found", "There is no such resource here.")
    if not version:
        stop(404, "not-found", "There is no such resource here.")
    return queries.teller_for_journal(asked.actor, visit_id, version=number_of(version))


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[VisitTeller]:
    return queries.tellers_for_journal(
        actor,
        sought.references["target"],
        before=int(sought.after[1]) if sought.after else None,
        limit=limit,
    )


def _count(actor: Actor, sought: Search) -> int:
    return queries.count_tellers_for_journal(actor, sought.references["target"])


def write(told: VisitTeller) -> dict[str, Any]:
    """Who told one version: the journal's client, an employee, or the portal for a plan's visits."""
    is_first = told.version == 1
    return {
        "resourceType": "Provenance",
        "id": f"{told.visit_id}.{told.version}",
        "meta": meta(told.at),
        "target": [
            {"reference": f"Appointment/{told.visit_id}/_history/{told.version}", "type": "Appointment"},
        ],
        "recorded": told.at.isoformat(),
        "activity": concept(coded(OPERATION, "CREATE" if is_first else "UPDATE")),
        "agent": [
            {
                "type": concept(coded(TAKING_PART, _part(told))),
                "who": _who(told),
                "onBehalfOf": pointer("Organization", told.municipality_id),
            }
        ],
    }


def _part(told: VisitTeller) -> str:
    if told.is_employee:
        return "author"
    return "informant" if told.by_id is not None else "assembler"


def _who(told: VisitTeller) -> dict[str, Any]:
    if told.by_id is None:
        return {"display": told.by_name or "Not kept"}
    if told.is_employee:
        return pointer("Practitioner", told.by_id, told.by_name)
    name = {"system": systems.URI, "value": f"urn:uuid:{told.by_id}"}
    return {"type": "Device", "identifier": name, "display": told.by_name}


READABLE = Readable(
    kind="Provenance",
    one=_one,
    several=_several,
    count=_count,
    write=write,
    parameters={"target": Parameter(Sort.REFERENCE, targets=("Appointment",))},
    place=lambda told: ("", str(told.version)),
    must_name=("target",),
)
