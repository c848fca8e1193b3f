"""R4 Task, whole."""

from typing import Annotated, Literal

from msgspec import Meta as Rule

from hjemmekontakt.fhir.structs.contained import Contained
from hjemmekontakt.fhir.structs.datatypes import (
    Annotation,
    BackboneElement,
    CodeableConcept,
    Concepts,
    Element,
    Extensions,
    Identifier,
    Identifiers,
    Open,
    Period,
    PositiveInt,
    Reference,
    References,
    Resource,
    Text,
)


class Restriction(BackboneElement):
    """Limits on how the task is done."""

    repetitions: PositiveInt | None = None
    period: Period | None = None
    recipient: References | None = None
    repetitions_ext: Element | None = None


class TaskParameter(Open, kw_only=True):
    """An input or output: a type, and a value of any of R4's fifty kinds, of which a period alone is read here."""

    type: CodeableConcept
    value_period: Period | None = None
    extension: Extensions | None = None
    modifier_extension: Extensions | None = None


class Task(Resource, tag_field="resourceType", tag="Task", kw_only=True):
    """What one party asks another to do."""

    identifier: Identifiers | None = None
    instantiates_canonical: Text | None = None
    instantiates_uri: Text | None = None
    based_on: References | None = None
    group_identifier: Identifier | None = None
    part_of: References | None = None
    status: Literal[
        "draft",
        "requested",
        "received",
        "accepted",
        "rejected",
        "ready",
        "cancelled",
        "in-progress",
        "on-hold",
        "failed",
        "completed",
        "entered-in-error",
    ]
    status_reason: CodeableConcept | None = None
    business_status: CodeableConcept | None = None
    intent: Literal[
        "unknown",
        "proposal",
        "plan",
        "order",
        "original-order",
        "reflex-order",
        "filler-order",
        "instance-order",
        "option",
    ]
    priority: Literal["routine", "urgent", "asap", "stat"] | None = None
    code: CodeableConcept | None = None
    description: Text | None = None
    focus: Reference | None = None
    for_: Reference | None = None
    encounter: Reference | None = None
    execution_period: Period | None = None
    authored_on: Text | None = None
    last_modified: Text | None = None
    requester: Reference | None = None
    performer_type: Concepts | None = None
    owner: Reference | None = None
    location: Reference | None = None
    reason_code: CodeableConcept | None = None
    reason_reference: Reference | None = None
    insurance: References | None = None
    note: Annotated[list[Annotation], Rule(min_length=1)] | None = None
    relevant_history: References | None = None
    restriction: Restriction | None = None
    input: Annotated[list[TaskParameter], Rule(min_length=1)] | None = None
    output: Annotated[list[TaskParameter], Rule(min_length=1)] | None = None
    contained: Contained | None = None
    instantiates_canonical_ext: Element | None = None
    instantiates_uri_ext: Element | None = None
    status_ext: Element | None = None
    intent_ext: Element | None = None
    priority_ext: Element | None = None
    description_ext: Element | None = None
    authored_on_ext: Element | None = None
    last_modified_ext: Element | None = None
