"""What is left of a resource of which only some was asked for (`_elements`, `_summary`): never less than FHIR demands."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from hjemmekontakt.fhir.door import stop

PARAMETER, SUMMARY = "_elements", "_summary"
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

IN_SUMMARY: dict[str, str] = {
    "Appointment": "identifier status cancelationReason serviceCategory serviceType specialty appointmentType reasonCode"
    " start end",
    "AppointmentResponse": "identifier appointment participantType actor participantStatus",
    "AuditEvent": "type subtype action recorded outcome outcomeDesc purposeOfEvent",
    "CareTeam": "identifier status category name subject encounter period managingOrganization",
    "Communication": "identifier instantiatesCanonical instantiatesUri basedOn partOf status statusReason priority subject"
    " encounter reasonCode reasonReference",
    "Consent": "identifier status scope category patient dateTime performer organization sourceAttachment sourceReference"
    " policyRule verification provision",
    "EpisodeOfCare": "status type diagnosis patient managingOrganization period",
    "HealthcareService": "identifier active providedBy category type specialty location name comment photo",
    "Organization": "identifier active type name partOf",
    "Patient": "identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address"
    " managingOrganization link",
    "Practitioner": "identifier active name telecom address gender birthDate",
    "PractitionerRole": "identifier active period practitioner organization code specialty location telecom",
    "Provenance": "target recorded",
    "RelatedPerson": "identifier active patient relationship name telecom gender birthDate address",
    "Subscription": "status contact end reason criteria error channel",
    "Task": "instantiatesCanonical instantiatesUri basedOn groupIdentifier partOf status statusReason businessStatus intent"
    " code description focus for encounter executionPeriod lastModified requester owner location",
}
"""What tells what each resource is (FHIR R4: the elements at the root that are marked Σ)."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


def elements_in(given: QueryDict, kind: str) -> tuple[str, ...]:
    """The elements that were asked for, by their names at the root; none where all are wanted.

    `_summary=true` asks for those that FHIR says tell what the resource is, and `text` for the narrative, which ours have not:
    what FHIR demands is left. `data` is all but the narrative.
    """
    summary = given.get(SUMMARY)
    if PARAMETER not in given:
        return tuple(IN_SUMMARY[kind].split()) if summary == "true" else ("text",) if summary == "text" else ()
    if summary in ("true", "text"):
        stop(400, "value", f"Ask by {PARAMETER} or by {SUMMARY}, not by both.")
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
