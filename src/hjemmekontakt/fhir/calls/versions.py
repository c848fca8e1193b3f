"""Earlier versions of a resource: one of them (vread), and all that are kept, page by page (history)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.fhir.calls import appointment
from hjemmekontakt.fhir.door import Asked, base, resource, stop, tag_of, unchanged
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.fhir.search import Search, count, cursor, must_be_known, one, period, under_way
from hjemmekontakt.visits import queries
from hjemmekontakt.visits.rules import JournalVisit

PARAMETERS = frozenset({"_since"})
LONGEST_VERSION = 9


def number_of(text: str) -> int:
    """The number of a version; what is none is not found."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION):
        stop(404, "not-found", "There is no such version here.")
    return int(text)


def visit_version(asked: Asked, version: int) -> HttpResponse:
    """GET Appointment/<id>/_history/<version>."""
    asked.must_be_let(Deed.READ)
    id = asked.uuid()
    try:
        found = queries.visit_version_for_journal(asked.actor, id, version=version)
    except Denied as denied:
        if denied.near:
            raise
        return present_version(appointment.get(asked), version, KEPT_A_YEAR)
    return unchanged(asked.request, version=found.version) or resource(
        appointment.written_one(found), version=found.version, changed_at=found.stored_at
    )


KEPT_A_YEAR = "There is no such version here. Versions of visits are kept for a year; of plans the present one alone."


def present_version(found: HttpResponse, version: int, sentence: str) -> HttpResponse:
    """The resource as it stands, where that is the version asked for."""
    if found.headers.get("ETag") != tag_of(version):
        stop(404, "not-found", sentence)
    return found


def visit_history(asked: Asked, given: QueryDict) -> HttpResponse:
    """GET Appointment/<id>/_history?_since=…&_count=…: the newest first; a version that comes meanwhile moves no page."""
    asked.must_be_let(Deed.READ)
    id = asked.uuid()
    sought = _sought(asked, given)
    try:
        found = queries.visit_versions_for_journal(
            asked.actor,
            id,
            since=sought.changed_from,
            before=int(sought.after[1]) if sought.after else None,
            limit=sought.count + 1,
        )
    except Denied as denied:
        if denied.near:
            raise
        return present_history(asked, appointment.get(asked))
    shown = found[: sought.count]
    following = msgspec.structs.replace(sought, after=("", str(shown[-1].version))) if len(found) > len(shown) else None
    return _history(asked, [_entry(asked, _told(each)) for each in shown], following=following)


def present_history(asked: Asked, found: HttpResponse) -> HttpResponse:
    """A history of the present version alone, of what no earlier ones are kept of."""
    return _history(asked, [_entry(asked, msgspec.json.decode(found.content))], following=None)


def _sought(asked: Asked, given: QueryDict) -> Search:
    must_be_known(asked.request, given, PARAMETERS)
    text = one(given, "_cursor")
    if text is None:
        since, _ = period([f"ge{each}" for each in given.getlist("_since")], name="_since")
        return Search(id=asked.uuid(), changed_from=since, count=count(given))
    sought = under_way(asked, text)
    if sought.id != asked.uuid():
        stop(400, "invalid", "The cursor is not one of yours for this history. Begin again.")
    return sought


def _told(found: JournalVisit) -> dict[str, Any]:
    return appointment.written_one(found)


def _entry(asked: Asked, written: Mapping[str, Any]) -> dict[str, Any]:
    about = written.get("meta", {})
    version = int(about.get("versionId", "1"))
    is_first = version == 1
    response: dict[str, Any] = {"status": "201 Created" if is_first else "200 OK", "etag": tag_of(version)}
    if "lastUpdated" in about:
        response["lastModified"] = datetime.fromisoformat(about["lastUpdated"]).isoformat()
    address = (
        {"method": "POST", "url": asked.kind} if is_first else {"method": "PUT", "url": f"{asked.kind}/{asked.id}"}
    )
    return {
        "fullUrl": f"{base()}/{asked.kind}/{asked.id}",
        "resource": written,
        "request": address,
        "response": response,
    }


def _history(asked: Asked, entries: Sequence[Mapping[str, Any]], *, following: Search | None) -> HttpResponse:
    itself = f"{base()}/{asked.kind}/{asked.id}/_history"
    links = [{"relation": "self", "url": itself}]
    if following is not None:
        links.append({"relation": "next", "url": f"{itself}?_cursor={cursor(asked, following)}"})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "history", "link": links}
    if entries:
        bundle["entry"] = list(entries)
    return resource(bundle)
