"""Practitioner and PractitionerRole: who works for the journal's own municipality, and as what; no national id is told."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import QueryDict

from hjemmekontakt.access.rules import Actor, Role
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.door import stop
from hjemmekontakt.fhir.elements import coded, concept, meta, pointer, without_nothing
from hjemmekontakt.fhir.reading import CHANGED, ID, Parameter, Readable, Sort, portion
from hjemmekontakt.fhir.search import Search, one, token
from hjemmekontakt.people import for_journal as people
from hjemmekontakt.people.for_journal import HeldDuty, Worker
from hjemmekontakt.people.queries import employee_ids_by_national_id

TRUTHS = ("true", "false")
ACTIVE = Parameter(Sort.TOKEN, codes=TRUTHS)
TITLES = {words.casefold(): code for code, words in systems.PROFESSIONS.items()}
ROLES = {
    Role.NURSE: "Pleier",
    Role.TEAM_LEADER: "Teamleder",
    Role.CASE_WORKER: "Saksbehandler",
    Role.ADMINISTRATOR: "Administrator",
    Role.PRIVACY_OFFICER: "Personvernombud",
}


def one_truth(sought: Search, name: str) -> bool | None:
    """What a parameter of true and false asks for; None where both will do."""
    asked = set(sought.codes.get(name, ()))
    return asked == {"true"} if len(asked) == 1 else None


def _workers(actor: Actor, sought: Search, limit: int) -> Sequence[Worker]:
    name, active = sought.words.get("name", ""), one_truth(sought, "active")
    return people.search_workers(actor, portion(sought, limit), name=name, active=active)


def _count_workers(actor: Actor, sought: Search) -> int:
    name, active = sought.words.get("name", ""), one_truth(sought, "active")
    return people.count_workers(actor, portion(sought), name=name, active=active)


def _by_number(sought: Search, given: QueryDict) -> Search | None:
    """In a body one may be sought by national id; what goes on from page to page are ids alone."""
    number = token(one(given, "identifier"), name="identifier")
    if number is None:
        return sought
    if number[0] not in systems.NATIONAL_IDS:
        stop(400, "value", "The parameter identifier is a national identifier as system|value.")
    return msgspec.structs.replace(sought, ids=tuple(employee_ids_by_national_id(number[1])))


def _asked_of_duties(sought: Search) -> dict[str, Any]:
    return {
        "worker_id": sought.references.get("practitioner"),
        "part_id": sought.references.get("organization"),
        "roles": sought.codes.get("role", ()),
        "active": one_truth(sought, "active"),
    }


def _duties(actor: Actor, sought: Search, limit: int) -> Sequence[HeldDuty]:
    return people.search_duties(actor, portion(sought, limit), **_asked_of_duties(sought))


def _count_duties(actor: Actor, sought: Search) -> int:
    return people.count_duties(actor, portion(sought), **_asked_of_duties(sought))


def write(worker: Worker) -> dict[str, Any]:
    """One who works for the municipality: name and title."""
    code = TITLES.get(worker.title.casefold())
    profession = [coded(systems.PROFESSION, code, systems.PROFESSIONS[code])] if code else []
    return without_nothing(
        {
            "resourceType": "Practitioner",
            "id": str(worker.id),
            "meta": meta(worker.changed_at, profile=f"{systems.BASE_PROFILES}Practitioner"),
            "active": worker.active,
            "name": [{"use": "official", "family": worker.family_name, "given": [worker.given_name]}],
            "qualification": [{"code": concept(*profession, text=worker.title)}] if worker.title else [],
        }
    )


def write_duty(duty: HeldDuty) -> dict[str, Any]:
    """One role, of whom, and where: a unit, or the municipality as a whole."""
    worker = duty.worker
    return {
        "resourceType": "PractitionerRole",
        "id": str(duty.id),
        "meta": meta(duty.changed_at, profile=f"{systems.BASE_PROFILES}PractitionerRole"),
        "active": worker.active,
        "practitioner": pointer("Practitioner", worker.id, f"{worker.given_name} {worker.family_name}"),
        "organization": pointer("Organization", duty.unit_id or duty.municipality_id),
        "code": [concept(coded(systems.ROLE, duty.role, ROLES[Role(duty.role)]))],
    }


READABLE = Readable(
    kind="Practitioner",
    one=lambda asked: people.worker(asked.actor, asked.uuid()),
    several=_workers,
    count=_count_workers,
    write=write,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "active": ACTIVE,
        "identifier": Parameter(Sort.TOKEN, by_post=True),
        "name": Parameter(Sort.STRING),
    },
    understand=_by_number,
)
ROLE = Readable(
    kind="PractitionerRole",
    one=lambda asked: people.duty(asked.actor, asked.uuid()),
    several=_duties,
    count=_count_duties,
    write=write_duty,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "active": ACTIVE,
        "organization": Parameter(Sort.REFERENCE, targets=("Organization",)),
        "practitioner": Parameter(Sort.REFERENCE, targets=("Practitioner",)),
        "role": Parameter(Sort.TOKEN, codes=tuple(role.value for role in Role)),
    },
    includes={"organization": "organization", "practitioner": "practitioner"},
)
