"""R4 Subscription, whole."""

from typing import Annotated, Literal

from msgspec import Meta as Rule

from hjemmekontakt.fhir.structs.contained import Contained
from hjemmekontakt.fhir.structs.datatypes import (
    BackboneElement,
    ContactPoint,
    Element,
    Instant,
    Resource,
    Siblings,
    Text,
    Texts,
)


class Channel(BackboneElement, kw_only=True):
    """How and where a subscriber is told."""

    type: Literal["rest-hook", "websocket", "email", "sms", "message"]
    endpoint: Text | None = None
    payload: Text | None = None
    header: Texts | None = None
    type_ext: Element | None = None
    endpoint_ext: Element | None = None
    payload_ext: Element | None = None
    header_ext: Siblings | None = None


class Subscription(Resource, tag_field="resourceType", tag="Subscription", kw_only=True):
    """What somebody wishes to be told of."""

    status: Literal["requested", "active", "error", "off"]
    contact: Annotated[list[ContactPoint], Rule(min_length=1)] | None = None
    end: Instant | None = None
    reason: Text
    criteria: Text
    error: Text | None = None
    channel: Channel
    contained: Contained | None = None
    status_ext: Element | None = None
    end_ext: Element | None = None
    reason_ext: Element | None = None
    criteria_ext: Element | None = None
    error_ext: Element | None = None
