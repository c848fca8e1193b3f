"""Every address under /fhir/: which call answers, and what is said when none can."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from hjemmekontakt import __version__
from hjemmekontakt.access.actions import Denied, TokenEnded, asked_about
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import capability, openapi
from hjemmekontakt.fhir.calls import (
    appointment,
    appointment_response,
    binary,
    bundle,
    communication,
    digitally_active,
    everything,
    large_jobs,
    subscription,
    task,
    versions,
)
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.door import (
    Asked,
    Stop,
    base,
    form_in,
    laid_out,
    must_speak_json,
    problem,
    read_address,
    refuse_address,
    resource,
    stop,
)
from hjemmekontakt.fhir.entries import EntryRequest
from hjemmekontakt.fhir.outcome import BadResource, unacceptable
from hjemmekontakt.fhir.reading import reader, searcher
from hjemmekontakt.ground.signatures import DPOP_CHALLENGE
from hjemmekontakt.municipalities import contact

log = logging.getLogger(__name__)

PUBLISHED = datetime(2026, 11, 1, tzinfo=UTC)

LARGE_JOBS = frozenset({large_jobs.IMPORT, large_jobs.EXPORT, large_jobs.JOB})

TOKEN_NEEDED = unacceptable("login", "A valid access token is needed.")
CHALLENGE = {"WWW-Authenticate": f'Bearer realm="Hjemmekontakt FHIR", {DPOP_CHALLENGE}'}

ASKS_BY_ITSELF = frozenset({"Appointment"})
"""Where each call asks whether the token holds as it unlocks; before all others it is asked by itself."""

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
    version: Callable[[Asked, int], HttpResponse] | None = None
    history: Searching | None = None


OFFERED: dict[str, Calls] = {
    "Appointment": Calls(
        appointment.get,
        appointment.put_by_id,
        appointment.put_by_identifier,
        appointment.search,
        appointment.post,
        version=versions.one_version(versions.VISITS),
        history=versions.all_versions(versions.VISITS),
    ),
    "AppointmentResponse": Calls(
        reader(appointment_response.READABLE),
        search=searcher(appointment_response.READABLE, READABLES),
        versions_kept="",
    ),
    "Binary": Calls(binary.get, versions_kept=""),
    "Communication": Calls(
        communication.get, search=searcher(communication.SEARCHED, READABLES), post=communication.post, versions_kept=""
    ),
    "Subscription": Calls(
        subscription.get,
        subscription.put_by_id,
        search=subscription.search,
        post=subscription.post,
        delete=subscription.delete,
        operations={"$events": subscription.events, "$status": subscription.status},
    ),
    "Task": Calls(
        task.get,
        task.put_by_id,
        None,
        task.search,
        version=versions.one_version(versions.REQUESTS),
        history=versions.all_versions(versions.REQUESTS),
    ),
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
    return laid_out(request, _said(request, lambda: _answer(request, known)))


def _said(request: HttpRequest, asking: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer, or in FHIR why there is none."""
    try:
        return asking()
    except Stop as stopped:
        return problem(stopped.status, stopped.issues, headers=stopped.headers)
    except BadResource as bad:
        return problem(bad.status, bad.issues)
    except Denied as denied:
        if denied.near:
            return problem(403, [unacceptable("forbidden", "Your client may not do this.")])
        return problem(404, [unacceptable("not-found", "There is no such resource here.")])
    except TokenEnded:
        return problem(401, [TOKEN_NEEDED], headers=CHALLENGE)
    except UnreadablePostError:
        return problem(400, [unacceptable("incomplete", "The request broke off.")])
    except SuspiciousOperation:
        return problem(400, [unacceptable("too-costly", "The request has more parameters than are read.")])
    except Exception as bug:
        log.error("The FHIR door failed", exc_info=bug, extra={"method": request.method})
        return problem(
            500, [unacceptable("exception", "Something went wrong here. It is written down; try again later.")]
        )


def not_let_in(sentence: str, *, challenge: str) -> HttpResponse:
    """Answer one whose token is not shown as it must be: why not, and what it takes."""
    return problem(401, [unacceptable("login", sentence)], headers={"WWW-Authenticate": challenge})


def _answer(request: HttpRequest, known: tuple[Actor, frozenset[str], str] | None) -> HttpResponse:
    read_address(request)
    parts = request.path_info.removeprefix("/fhir").strip("/").split("/")
    if parts[0] not in ("Binary", large_jobs.JOB):  # a file is answered as what it is
        must_speak_json(request, request.GET)
    if parts in (["metadata"], ["openapi.json"], [".well-known", "smart-configuration"]):
        return _about_ourselves(request, parts[0])
    if known is None:
        raise Stop(401, TOKEN_NEEDED, headers=CHALLENGE)
    refuse_address("", request.GET)
    actor, scopes, _client_id = known
    if actor.municipality_id is not None and not actor.token:  # its token was looked up now
        contact.journal_spoke(actor.municipality_id)
    if parts == digitally_active.PATH:
        who = Asked(request, asked_about(actor), scopes, kind=digitally_active.SCOPE)
        return _by_method(request, {"POST": lambda: digitally_active.post(who)})
    if parts[0] in LARGE_JOBS:
        who = Asked(request, asked_about(actor), scopes, kind="Appointment", id="".join(parts[1:2]))
        return _large_job(request, who, parts)
    if parts == [""]:
        together = Asked(request, asked_about(actor), scopes, kind="Bundle")
        return _by_method(request, {"POST": lambda: bundle.post(together, lambda entry: _one_of(entry, together))})
    return _of_a_kind(request, parts, actor, scopes)


def _one_of(entry: EntryRequest, together: Asked) -> HttpResponse:
    """Answer one entry of a batch as the same request would be answered by itself."""
    return _said(entry, lambda: _of_a_kind(entry, entry.steps, together.actor, together.scopes))


def _of_a_kind(request: HttpRequest, parts: list[str], actor: Actor, scopes: frozenset[str]) -> HttpResponse:
    calls = OFFERED.get(parts[0])
    if calls is None:
        stop(404, "not-supported", "This resource type is not offered; /metadata lists those that are.")
    actor = actor if parts[0] in ASKS_BY_ITSELF else asked_about(actor)
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
    if rest[1:] == [everything.NAME] and asked.kind == everything.KIND:
        return _by_method(request, {"GET": lambda: everything.get(asked)})
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
    if len(rest) == 2 and rest[1] == "_history":
        return _by_method(request, {"GET": lambda: _all_versions(calls, asked)})
    if len(rest) == 3 and rest[1] == "_history":
        return _by_method(request, {"GET": lambda: _one_version(calls, asked, rest[2])})
    return stop(404, "not-found", "There is nothing at this address.")


def _large_job(request: HttpRequest, asked: Asked, parts: list[str]) -> HttpResponse:
    match parts:
        case [large_jobs.IMPORT]:
            return _by_method(request, {"POST": lambda: large_jobs.hand_in(asked)})
        case [large_jobs.EXPORT]:
            return _by_method(request, {"GET": lambda: large_jobs.ask_for(asked)})
        case [large_jobs.JOB, _]:
            ways = {"GET": lambda: large_jobs.about(asked), "DELETE": lambda: large_jobs.give_up(asked)}
            return _by_method(request, ways)
        case [large_jobs.JOB, _, name]:
            return _by_method(request, {"GET": lambda: large_jobs.fetch(asked, name)})
    return stop(404, "not-found", "There is nothing at this address.")


def _by_method(request: HttpRequest, ways: Mapping[str, Callable[[], HttpResponse] | None]) -> HttpResponse:
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
    number = versions.number_of(version)
    if calls.version is not None:
        return calls.version(asked, number)
    return versions.present_version(calls.get(asked), number, calls.versions_kept)


def _all_versions(calls: Calls, asked: Asked) -> HttpResponse:
    if not calls.versions_kept:
        stop(404, "not-supported", "No versions are kept of this resource type.")
    if calls.history is not None:
        return calls.history(asked, asked.request.GET)
    return versions.present_history(asked, calls.get(asked))


def _about_ourselves(request: HttpRequest, which: str) -> HttpResponse:
    if request.method != "GET":
        raise Stop(405, unacceptable("not-supported", "This can only be read."), headers={"Allow": "GET"})
    token_endpoint = f"{base()}/token"
    if which == "metadata":
        return resource(capability.statement(base(), token_endpoint, version=__version__, published=PUBLISHED))
    smart = capability.smart_configuration(token_endpoint)
    response = resource(described(base()) if which == "openapi.json" else smart)
    response.headers["Content-Type"] = "application/json"
    return response


@lru_cache(maxsize=1)
def described(address: str) -> dict[str, Any]:
    """The OpenAPI document of a door at this address."""
    token_endpoint = f"{address}/token"
    statement = capability.statement(address, token_endpoint, version=__version__, published=PUBLISHED)
    smart = capability.smart_configuration(token_endpoint)
    return openapi.description(statement, smart, in_a_body=capability.IN_A_BODY)
