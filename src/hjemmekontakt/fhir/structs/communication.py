"""R4 Communication, whole."""

from typing import Annotated, Literal

from msgspec import Meta as Rule

from hjemmekontakt.fhir.structs.contained import Contained
from hjemmekontakt.fhir.structs.datatypes import (
    Annotation,
    Attachment,
    BackboneElement,
    CodeableConcept,
    Concepts,
    Element,
    Identifiers,
    Reference,
    References,
    Resource,
    Text,
    Texts,
)


class Payload(BackboneElement):
    """One part of what is said: words, a file, or a pointer."""

    content_string: Text | None = None
    content_attachment: Attachment | None = None
    content_reference: Reference | None = None
    content_string_ext: Element | None = None


class Communication(Resource, tag_field="resourceType", tag="Communication", kw_only=True):
    """What one party says to another."""

    identifier: Identifiers | None = None
    instantiates_canonical: Texts | None = None
    instantiates_uri: Texts | None = None
    based_on: References | None = None
    part_of: References | None = None
    in_response_to: References | None = None
    status: Literal[
        "preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"
    ]
    status_reason: CodeableConcept | None = None
    category: Concepts | None = None
    priority: Literal["routine", "urgent", "asap", "stat"] | None = None
    medium: Concepts | None = None
    subject: Reference | None = None
    topic: CodeableConcept | None = None
    about: References | None = None
    encounter: Reference | None = None
    sent: Text | None = None
    received: Text | None = None
    recipient: References | None = None
    sender: Reference | None = None
    reason_code: Concepts | None = None
    reason_reference: References | None = None
    payload: Annotated[list[Payload], Rule(min_length=1)] | None = None
    note: Annotated[list[Annotation], Rule(min_length=1)] | None = None
    contained: Contained | None = None
    status_ext: Element | None = None
    priority_ext: Element | None = None
    sent_ext: Element | None = None
    received_ext: Element | None = None
