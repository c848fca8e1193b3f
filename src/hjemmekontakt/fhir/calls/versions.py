"""Earlier versions of a resource: one of them (vread), and all that are kept, page by page (history)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.http import HttpResponse, QueryDict

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.fhir.calls import appointment, task
from hjemmekontakt.fhir.door import Asked, base, resource, stop, tag_of, unchanged
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.fhir.search import Search, cursor, must_be_known, one, period, some, under_way
from hjemmekontakt.visits import queries

Found = TypeVar("Found")
Answer = TypeVar("Answer")
PARAMETERS = frozenset({"_since"})
LONGEST_VERSION = 9


def number_of(text: str) -> int:
    """The number of a version; what is none is not found."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION):
        stop(404, "not-found", "There is no such version here.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Versions(Generic[Found]):
    """How the versions of a resource type are read: one of them, several, and how each is written."""

    one: Callable[[Asked, int], Found]
    several: Callable[[Asked, Search], list[Found]]
    write: Callable[[Found], dict[str, Any]]
    otherwise: "Versions[Any] | None" = None  # of what else the same resource type is the name


def one_version(kept: "Versions[Any]") -> Callable[[Asked, int], HttpResponse]:
    """GET Kind/<id>/_history/<version>."""

    def read(asked: Asked, version: int) -> HttpResponse:
        asked.must_be_let(Deed.READ)
        written = _found(kept, lambda each: each.write(each.one(asked, version)))
        changed_at = datetime.fromisoformat(written["meta"]["lastUpdated"])
        return unchanged(asked.request, version=version) or resource(written, version=version, changed_at=changed_at)

    return read


def all_versions(kept: "Versions[Any]") -> Callable[[Asked, QueryDict], HttpResponse]:
    """GET Kind/<id>/_history?_since=…&_count=…: the newest first; a version that comes meanwhile moves no page."""

    def read(asked: Asked, given: QueryDict) -> HttpResponse:
        asked.must_be_let(Deed.READ)
        sought = _sought(asked, given)
        found = _found(kept, lambda each: [each.write(version) for version in each.several(asked, sought)])
        written = found[: sought.count]
        following = None
        if len(found) > len(written):
            following = msgspec.structs.replace(sought, after=("", written[-1]["meta"]["versionId"]))
        return _history(asked, [_entry(asked, each) for each in written], following=following)

    return read


def _found(kept: "Versions[Any]", look: Callable[["Versions[Any]"], Answer]) -> Answer:
    """What is found among these versions, or else among those that go by the same name."""
    try:
        return look(kept)
    except Denied as denied:
        if denied.near or kept.otherwise is None:
            raise
        return _found(kept.otherwise, look)


def _before(sought: Search) -> int | None:
    return int(sought.after[1]) if sought.after else None


PLANS = Versions(
    one=lambda asked, version: queries.plan_version_for_journal(asked.actor, asked.uuid(), version=version),
    several=lambda asked, sought: queries.plan_versions_for_journal(
        asked.actor, asked.uuid(), since=sought.changed_from, before=_before(sought), limit=sought.count + 1
    ),
    write=appointment.written_one,
)
VISITS = Versions(
    one=lambda asked, version: queries.visit_version_for_journal(asked.actor, asked.uuid(), version=version),
    several=lambda asked, sought: queries.visit_versions_for_journal(
        asked.actor, asked.uuid(), since=sought.changed_from, before=_before(sought), limit=sought.count + 1
    ),
    write=appointment.written_one,
    otherwise=PLANS,
)
REQUESTS = Versions(
    one=lambda asked, version: queries.request_versions_for_journal(asked.actor, asked.uuid(), version=version)[0],
    several=lambda asked, sought: queries.request_versions_for_journal(
        asked.actor, asked.uuid(), since=sought.changed_from, before=_before(sought), limit=sought.count + 1
    ),
    write=task.written_request,
)


def present_version(found: HttpResponse, version: int, sentence: str) -> HttpResponse:
    """The resource as it stands, where that is the version asked for."""
    if found.headers.get("ETag") != tag_of(version):
        stop(404, "not-found", sentence)
    return found


def present_history(asked: Asked, found: HttpResponse) -> HttpResponse:
    """A history of the present version alone, of what no earlier ones are kept of."""
    return _history(asked, [_entry(asked, msgspec.json.decode(found.content))], following=None)


def _sought(asked: Asked, given: QueryDict) -> Search:
    must_be_known(asked.request, given, PARAMETERS)
    text = one(given, "_cursor")
    if text is None:
        since, _ = period([f"ge{each}" for each in given.getlist("_since")], name="_since")
        return Search(id=asked.uuid(), changed_from=since, count=some(given))
    sought = under_way(asked, text)
    if sought.id != asked.uuid():
        stop(400, "invalid", "The cursor is not one of yours for this history. Begin again.")
    return sought


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
