"""The resource types that a journal only reads and searches, by name."""

from typing import Any

from hjemmekontakt.fhir.calls import (
    audit_event,
    care,
    consent,
    healthcare_service,
    organization,
    patient,
    practitioner,
    provenance,
    related_person,
)
from hjemmekontakt.fhir.reading import Readable

READABLES: dict[str, Readable[Any]] = {
    each.kind: each
    for each in (
        audit_event.READABLE,
        care.EPISODE,
        care.TEAM,
        consent.READABLE,
        healthcare_service.READABLE,
        organization.READABLE,
        patient.READABLE,
        practitioner.READABLE,
        practitioner.ROLE,
        provenance.READABLE,
        related_person.READABLE,
    )
}
