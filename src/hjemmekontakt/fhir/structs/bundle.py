"""R4 Bundle as it is sent to a server: a batch or a transaction; each resource is read by its own kind."""

from typing import Annotated, Literal

from msgspec import Meta as Rule
from msgspec import Raw

from hjemmekontakt.fhir.structs.datatypes import (
    BackboneElement,
    Element,
    Identifier,
    Instant,
    Open,
    Resource,
    Text,
    UnsignedInt,
)


class BundleLink(BackboneElement, kw_only=True):
    """An address that belongs to the bundle or the entry."""

    relation: Text
    url: Text


class BundleRequest(BackboneElement, kw_only=True):
    """What is to be done with one entry."""

    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]
    url: Text
    if_none_match: Text | None = None
    if_modified_since: Instant | None = None
    if_match: Text | None = None
    if_none_exist: Text | None = None
    method_ext: Element | None = None
    url_ext: Element | None = None


class BundleEntry(BackboneElement, kw_only=True):
    """One entry: the resource, and what is to be done with it."""

    link: Annotated[list[BundleLink], Rule(min_length=1)] | None = None
    full_url: Text | None = None
    resource: Raw = Raw(b"")  # as it was sent; empty where there is none
    search: Open | None = None
    request: BundleRequest
    response: Open | None = None
    full_url_ext: Element | None = None


class Bundle(Resource, tag_field="resourceType", tag="Bundle", kw_only=True):
    """Several requests in one."""

    identifier: Identifier | None = None
    type: Literal[
        "document",
        "message",
        "transaction",
        "transaction-response",
        "batch",
        "batch-response",
        "history",
        "searchset",
        "collection",
    ]
    timestamp: Instant | None = None
    total: UnsignedInt | None = None
    link: Annotated[list[BundleLink], Rule(min_length=1)] | None = None
    entry: Annotated[list[BundleEntry], Rule(min_length=1)] | None = None
    signature: Open | None = None
    type_ext: Element | None = None
    timestamp_ext: Element | None = None
