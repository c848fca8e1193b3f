"""R4 Appointment, whole."""

from typing import Annotated, Literal

from msgspec import Meta as Rule

from hjemmekontakt.fhir.structs.contained import Contained
from hjemmekontakt.fhir.structs.datatypes import (
    BackboneElement,
    CodeableConcept,
    Concepts,
    Element,
    Identifiers,
    Instant,
    Period,
    PositiveInt,
    Reference,
    References,
    Resource,
    Text,
    UnsignedInt,
)


class Participant(BackboneElement, kw_only=True):
    """One who takes part: the patient, who comes, where."""

    type: Concepts | None = None
    actor: Reference | None = None
    required: Literal["required", "optional", "information-only"] | None = None
    status: Literal["accepted", "declined", "tentative", "needs-action"]
    period: Period | None = None
    required_ext: Element | None = None
    status_ext: Element | None = None


class Appointment(Resource, tag_field="resourceType", tag="Appointment", kw_only=True):
    """A home visit in the journal's own words."""

    identifier: Identifiers | None = None
    status: Literal[
        "proposed",
        "pending",
        "booked",
        "arrived",
        "fulfilled",
        "cancelled",
        "noshow",
        "entered-in-error",
        "checked-in",
        "waitlist",
    ]
    cancelation_reason: CodeableConcept | None = None
    service_category: Concepts | None = None
    service_type: Concepts | None = None
    specialty: Concepts | None = None
    appointment_type: CodeableConcept | None = None
    reason_code: Concepts | None = None
    reason_reference: References | None = None
    priority: UnsignedInt | None = None
    description: Text | None = None
    supporting_information: References | None = None
    start: Instant | None = None
    end: Instant | None = None
    minutes_duration: PositiveInt | None = None
    slot: References | None = None
    created: Text | None = None
    comment: Text | None = None
    patient_instruction: Text | None = None
    based_on: References | None = None
    participant: Annotated[list[Participant], Rule(min_length=1)]
    requested_period: Annotated[list[Period], Rule(min_length=1)] | None = None
    contained: Contained | None = None
    status_ext: Element | None = None
    priority_ext: Element | None = None
    description_ext: Element | None = None
    start_ext: Element | None = None
    end_ext: Element | None = None
    minutes_duration_ext: Element | None = None
    created_ext: Element | None = None
    comment_ext: Element | None = None
    patient_instruction_ext: Element | None = None
