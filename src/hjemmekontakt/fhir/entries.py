"""The entries of a batch or a transaction: each a request of its own, and its answer as it stands in the answering Bundle."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from hjemmekontakt.fhir.decoding import decode, decoder
from hjemmekontakt.fhir.door import (
    JSON,
    base,
    bundle_in,
    query_of,
    refuse_address,
    stop,
    tag_of,
)
from hjemmekontakt.fhir.outcome import Issue, outcome
from hjemmekontakt.fhir.structs.bundle import Bundle, BundleEntry

MOST_ENTRIES = 1000
MOST_READS = 100
LONGEST_URL = 2000

_DECODER = decoder(Bundle)
_KIND = re.compile(r"^[A-Za-z]+")


class EntryRequest(HttpRequest):
    """What the door reads of a request, as one entry of a Bundle says it."""

    def __init__(self, entry: BundleEntry, *, prefer: str) -> None:
        asked = entry.request
        path, _, query = asked.url.removeprefix(f"{base()}/").removeprefix("/").partition("?")
        self.method = asked.method
        self.path = self.path_info = f"/fhir/{path}"
        self.steps = path.strip("/").split("/")  # of the address, the resource type first
        self.GET = query_of(query)
        self.content_type = JSON
        self.content_params = {}
        content = bytes(entry.resource)
        self.META = {"CONTENT_LENGTH": str(len(content)), "QUERY_STRING": query}
        for name, value in (
            ("HTTP_PREFER", prefer),
            ("HTTP_IF_MATCH", asked.if_match),
            ("HTTP_IF_NONE_MATCH", asked.if_none_match),
            ("HTTP_IF_NONE_EXIST", asked.if_none_exist),
        ):
            if value:
                self.META[name] = value
        self._stream = BytesIO(content)
        self._read_started = False

    def check_address(self) -> None:
        """Refuse what the door refuses in an address: a national id, a character that is none (R8)."""
        refuse_address(self.path_info, self.GET)


def bundle_of(request: HttpRequest) -> Bundle:
    """The batch or transaction that was sent; refused with a word where it is something else, or too large."""
    bundle = decode(bundle_in(request), _DECODER, kind="Bundle")
    if bundle.type not in ("batch", "transaction"):
        stop(422, "not-supported", "Only a batch or a transaction is sent here.", expression="Bundle.type")
    entries = bundle.entry or []
    if len(entries) > MOST_ENTRIES:
        stop(413, "too-costly", f"A Bundle has at most {MOST_ENTRIES} entries. Send it in parts.")
    if sum(each.request.method in ("GET", "HEAD") for each in entries) > MOST_READS:
        stop(413, "too-costly", f"A batch has at most {MOST_READS} reads and searches. Send it in parts.")
    return bundle


def request_of(entry: BundleEntry, *, prefer: str) -> EntryRequest:
    """One entry as a request, its address checked."""
    if len(entry.request.url) > LONGEST_URL:
        stop(400, "too-long", f"An address in an entry is at most {LONGEST_URL} characters.")
    request = EntryRequest(entry, prefer=prefer)
    request.check_address()
    return request


def at_entry(place: int, issues: Iterable[Issue]) -> list[Issue]:
    """The same issues, each saying which entry it is about, in words and as a path into the Bundle.

    >>> [issue] = at_entry(3, [Issue("error", "value", "No such day.", "Appointment.start")])
    >>> issue.expression, issue.diagnostics
    ('Bundle.entry[3].resource.start', 'Bundle.entry[3]: No such day.')
    """
    entry = f"Bundle.entry[{place}]"
    return [
        replace(
            issue,
            expression=_KIND.sub(f"{entry}.resource", issue.expression) if issue.expression else entry,
            diagnostics=f"{entry}: {issue.diagnostics}",
        )
        for issue in issues
    ]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one entry."""

    status: int
    place: str = ""
    version: int | None = None
    changed_at: datetime | None = None
    issues: tuple[Issue, ...] = ()
    resource: Any = None

    def written(self) -> dict[str, Any]:
        """The answer as an entry."""
        told: dict[str, Any] = {"status": _status(self.status)}
        full_url = f"{base()}/{self.place}" if self.place else ""
        if full_url and self.version is not None:
            told["location"] = f"{full_url}/_history/{self.version}"
        if self.version is not None:
            told["etag"] = tag_of(self.version)
        if self.changed_at is not None:
            told["lastModified"] = self.changed_at.isoformat()
        if self.issues:
            told["outcome"] = outcome(self.issues)
        entry: dict[str, Any] = {"fullUrl": full_url} if full_url else {}
        if self.resource is not None:
            entry["resource"] = self.resource
        entry["response"] = told
        return entry


def failed(status: int, issues: Iterable[Issue]) -> Answered:
    """An entry that could not be carried out."""
    return Answered(status=status, issues=tuple(issues))


def from_response(response: HttpResponse) -> dict[str, Any]:
    """The door's answer to a single request, as an entry."""
    told: dict[str, Any] = {"status": _status(response.status_code)}
    for name, header in (("location", "Location"), ("etag", "ETag")):
        if header in response.headers:
            told[name] = response.headers[header]
    if "Last-Modified" in response.headers:
        told["lastModified"] = parsedate_to_datetime(response.headers["Last-Modified"]).isoformat()
    entry: dict[str, Any] = {"response": told}
    if response.content and response.status_code >= 400:
        told["outcome"] = msgspec.Raw(response.content)
    elif response.content:
        entry["resource"] = msgspec.Raw(response.content)
    return entry


def answer(kind: str, entries: list[dict[str, Any]]) -> bytes:
    """The whole answer: an entry for each that was sent, in their order."""
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": f"{kind}-response"}
    if entries:
        bundle["entry"] = entries
    return msgspec.json.encode(bundle)


@cache
def _status(code: int) -> str:
    return f"{code} {HTTPStatus(code).phrase}"
