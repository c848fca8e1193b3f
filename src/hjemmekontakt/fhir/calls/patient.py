"""Patient: who uses the service, so that the journal knows whose visits to send."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import QueryDict

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.consent import for_journal as consent
from hjemmekontakt.fhir.door import patient_system
from hjemmekontakt.fhir.elements import meta
from hjemmekontakt.fhir.reading import CHANGED, ID, Parameter, Readable, Sort, citizen, portion
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.people.for_journal import HelpedPerson


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[HelpedPerson]:
    return consent.search_patients(actor, portion(sought, limit), citizen_id=sought.references.get("identifier"))


def _count(actor: Actor, sought: Search) -> int:
    return consent.count_patients(actor, portion(sought), citizen_id=sought.references.get("identifier"))


def _by_number(sought: Search, given: QueryDict) -> Search | None:
    """In a body one may be sought by national id; what goes on from page to page is her id here."""
    if "identifier" not in given:
        return sought
    citizen_id = citizen(given, "identifier")
    return msgspec.structs.replace(sought, references={"identifier": citizen_id}) if citizen_id else None


def write(helped: HelpedPerson) -> dict[str, Any]:
    """A person by name and national id; all else the journal has itself."""
    person, number = helped.person, helped.national_id
    return {
        "resourceType": "Patient",
        "id": str(person.id),
        "meta": meta(helped.changed_at),
        "identifier": [{"system": patient_system(number), "value": number}],
        "active": True,
        "name": [{"family": person.family_name, "given": [person.given_name]}],
    }


READABLE = Readable(
    kind="Patient",
    one=lambda asked: consent.patient(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=write,
    parameters={"_id": ID, "_lastUpdated": CHANGED, "identifier": Parameter(Sort.TOKEN, by_post=True)},
    understand=_by_number,
)
