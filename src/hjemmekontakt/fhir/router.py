"""Every address under /fhir/: which call answers, and what is said when none can."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from hjemmekontakt import __version__
from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import capability
from hjemmekontakt.fhir.calls import (
    appointment,
    appointment_response,
    binary,
    communication,
    digitally_active,
    subscription,
    task,
)
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.door import (
    Asked,
    Stop,
    base,
    form_in,
    must_speak_json,
    problem,
    refuse_bad_characters_in,
    refuse_national_ids_in,
    resource,
    stop,
)
from hjemmekontakt.fhir.outcome import BadResource, unacceptable
from hjemmekontakt.fhir.reading import reader, searcher
from hjemmekontakt.municipalities import contact

log = logging.getLogger(__name__)

PUBLISHED = datetime(2026, 11, 1, tzinfo=UTC)

Call = Callable[[Asked], HttpResponse]
Searching = Callable[[Asked, QueryDict], HttpResponse]


@dataclass(frozen=True, slots=True)
class Calls:
    """What may be asked about one resource type."""

    get: Call
    put_by_id: Call | None = None
    put_by_identifier: Call | None = None
    search: Searching | None = None
    post: Call | None = None
    delete: Call | None = None
    operations: Mapping[str, Call] = field(default_factory=dict)  # by `$name`, of one resource
    versions_kept: str = "Only the present version is kept."


OFFERED: dict[str, Calls] = {
    "Appointment": Calls(appointment.get, appointment.put_by_id, appointment.put_by_identifier, appointment.search),
    "AppointmentResponse": Calls(
        reader(appointment_response.READABLE),
        search=searcher(appointment_response.READABLE, READABLES),
        versions_kept="",
    ),
    "Binary": Calls(binary.get, versions_kept=""),
    "Communication": Calls(
        communication.get, search=searcher(communication.SEARCHED, READABLES), post=communication.post
    ),
    "Subscription": Calls(
        subscription.get,
        subscription.put_by_id,
        search=subscription.search,
        post=subscription.post,
        delete=subscription.delete,
        operations={"$events": subscription.events, "$status": subscription.status},
    ),
    "Task": Calls(task.get, task.put_by_id, None, task.search),
    **{
        kind: Calls(reader(each), search=searcher(each, READABLES), versions_kept="")
        for kind, each in READABLES.items()
    },
}


def answer(request: HttpRequest, *, known: tuple[Actor, frozenset[str], str] | None) -> HttpResponse:
    """Answer a journal at the FHIR door; `known` is who it is, what its token lets it do and its client id;
    None where it has no token that holds.

    Every answer is FHIR, also the unhappy ones, and none repeats what was sent.
    """
    try:
        return _answer(request, known)
    except Stop as stopped:
        return problem(stopped.status, stopped.issues, headers=stopped.headers)
    except BadResource as bad:
        return problem(bad.status, bad.issues)
    except Denied as denied:
        if denied.near:
            return problem(403, [unacceptable("forbidden", "Your client may not do this.")])
        return problem(404, [unacceptable("not-found", "There is no such resource here.")])
    except UnreadablePostError:
        return problem(400, [unacceptable("incomplete", "The request broke off.")])
    except SuspiciousOperation:
        return problem(400, [unacceptable("too-costly", "The request has more parameters than are read.")])
    except Exception as bug:
        log.error("The FHIR door failed", exc_info=bug, extra={"method": request.method})
        return problem(
            500, [unacceptable("exception", "Something went wrong here. It is written down; try again later.")]
        )


def _answer(request: HttpRequest, known: tuple[Actor, frozenset[str], str] | None) -> HttpResponse:
    parts = request.path_info.removeprefix("/fhir/").strip("/").split("/")
    if parts[0] != "Binary":  # a file is answered as what it is
        must_speak_json(request, request.GET)
    if parts in (["metadata"], [".well-known", "smart-configuration"]):
        return _about_ourselves(request, parts[0])
    if known is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="Hjemmekontakt FHIR"'}
        raise Stop(401, unacceptable("login", "A valid access token is needed."), headers=challenge)
    refuse_bad_characters_in(request.GET)
    refuse_national_ids_in(request.GET)
    actor, scopes, _client_id = known
    if actor.municipality_id is not None:
        contact.journal_spoke(actor.municipality_id)
    if parts == digitally_active.PATH:
        who = Asked(request, actor, scopes, kind=digitally_active.SCOPE)
        return _by_method(request, {"POST": lambda: digitally_active.post(who)})
    calls = OFFERED.get(parts[0])
    if calls is None:
        stop(404, "not-supported", "This resource type is not offered; /metadata lists those that are.")
    asked = Asked(request, actor, scopes, kind=parts[0], id=parts[1] if len(parts) > 1 else "")
    return _call(request, calls, asked, parts[1:])


def _call(request: HttpRequest, calls: Calls, asked: Asked, rest: list[str]) -> HttpResponse:
    if rest == []:
        return _by_method(
            request,
            {
                "GET": _searching(calls, asked, request.GET),
                "POST": _bound(calls.post, asked),
                "PUT": _bound(calls.put_by_identifier, asked),
            },
        )
    if rest == ["_search"]:
        return _by_method(request, {"POST": _searching(calls, asked, None)})
    if len(rest) == 1:
        return _by_method(
            request,
            {
                "GET": _bound(calls.get, asked),
                "PUT": _bound(calls.put_by_id, asked),
                "DELETE": _bound(calls.delete, asked),
            },
        )
    if len(rest) == 2 and rest[1] in calls.operations:
        operation = _bound(calls.operations[rest[1]], asked)
        return _by_method(request, {"GET": operation, "POST": operation})
    if len(rest) == 3 and rest[1] == "_history":
        return _by_method(request, {"GET": lambda: _one_version(calls, asked, rest[2])})
    return stop(404, "not-found", "There is nothing at this address.")


def _by_method(request: HttpRequest, ways: dict[str, Callable[[], HttpResponse] | None]) -> HttpResponse:
    allowed = {method: way for method, way in ways.items() if way is not None}
    way = allowed.get(request.method or "")
    if way is None:
        headers = {"Allow": ", ".join(allowed)}
        raise Stop(405, unacceptable("not-supported", "This is not offered at this address."), headers=headers)
    return way()


def _bound(call: Call | None, asked: Asked) -> Callable[[], HttpResponse] | None:
    return None if call is None else lambda: call(asked)


def _searching(calls: Calls, asked: Asked, given: QueryDict | None) -> Callable[[], HttpResponse] | None:
    search = calls.search
    return None if search is None else lambda: search(asked, form_in(asked.request) if given is None else given)


def _one_version(calls: Calls, asked: Asked, version: str) -> HttpResponse:
    if not calls.versions_kept:
        stop(404, "not-supported", "No versions are kept of this resource type.")
    found = calls.get(asked)
    if found.headers.get("ETag") != f'W/"{version}"':
        stop(404, "not-found", calls.versions_kept)
    return found


def _about_ourselves(request: HttpRequest, which: str) -> HttpResponse:
    if request.method != "GET":
        raise Stop(405, unacceptable("not-supported", "This can only be read."), headers={"Allow": "GET"})
    token_endpoint = f"{base()}/token"
    if which == "metadata":
        return resource(capability.statement(base(), token_endpoint, version=__version__, published=PUBLISHED))
    response = resource(capability.smart_configuration(token_endpoint))
    response.headers["Content-Type"] = "application/json"
    return response
