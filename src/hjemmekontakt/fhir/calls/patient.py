"""Patient: who it is that has become active, so that the journal knows whose visits to send."""

from django.http import HttpResponse

from hjemmekontakt.consent import queries as consent
from hjemmekontakt.fhir.door import Asked, patient_system, resource
from hjemmekontakt.fhir.scopes import Deed


def get(asked: Asked) -> HttpResponse:
    """GET Patient/<id>: an active person whom this municipality helps; nobody else is there (R96a)."""
    asked.must_be_let(Deed.READ)
    person, number = consent.active_person_for_journal(asked.actor, asked.uuid())
    return resource(
        {
            "resourceType": "Patient",
            "id": str(person.id),
            "identifier": [{"system": patient_system(number), "value": number}],
            "active": True,
            "name": [{"family": person.family_name, "given": [person.given_name]}],
        }
    )
