"""What is left of a resource of which only some elements were asked for (`_elements`): never less than FHIR demands."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from hjemmekontakt.fhir.door import stop

PARAMETER = "_elements"
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
ALWAYS = frozenset({"resourceType", "id", "meta", "contained", "implicitRules", "modifierExtension"})
NEEDED: dict[str, frozenset[str]] = {
    "Appointment": frozenset({"status", "participant"}),
    "AppointmentResponse": frozenset({"appointment", "participantStatus"}),
    "AuditEvent": frozenset({"type", "recorded", "agent", "source"}),
    "CareTeam": frozenset({"status"}),
    "Communication": frozenset({"status"}),
    "Consent": frozenset({"status", "scope", "category"}),
    "EpisodeOfCare": frozenset({"status", "patient"}),
    "HealthcareService": frozenset({"active"}),
    "Organization": frozenset({"active"}),
    "Patient": frozenset({"active", "deceasedBoolean", "deceasedDateTime", "link"}),
    "Practitioner": frozenset(),
    "PractitionerRole": frozenset(),
    "Provenance": frozenset({"target", "recorded", "agent"}),
    "RelatedPerson": frozenset({"active", "patient"}),
    "Subscription": frozenset({"status", "reason", "criteria", "channel"}),
    "Task": frozenset({"status", "intent"}),
}
"""What each resource type has to have, and what changes the meaning of the rest (FHIR R4: mandatory and modifier elements)."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


def elements_in(given: QueryDict) -> tuple[str, ...]:
    """The elements that were asked for, by their names at the root; none where all are wanted."""
    if PARAMETER not in given:
        return ()
    names = tuple(dict.fromkeys(name.strip() for text in given.getlist(PARAMETER) for name in text.split(",")))
    if not all(map(_NAME.fullmatch, names)):
        stop(400, "value", f"{PARAMETER} names elements at the root of the resource, such as start,end.")
    return names


def subset(resource: Mapping[str, Any], elements: Sequence[str]) -> Mapping[str, Any]:
    """A resource with these elements, and those that it never stands without; marked as not whole.

    >>> sorted(subset({"resourceType": "Task", "id": "7", "status": "requested", "code": {}}, ["focus"]))
    ['id', 'meta', 'resourceType', 'status']
    """
    kept = ALWAYS.union(NEEDED[resource["resourceType"]], elements)
    meta = resource.get("meta") or {}
    tagged = {**meta, "tag": [*meta.get("tag", ()), SUBSETTED]}
    return {**{name: value for name, value in resource.items() if name in kept}, "meta": tagged}
