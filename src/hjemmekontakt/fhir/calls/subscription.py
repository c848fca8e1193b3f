"""Subscription: a journal says what it wishes to be told of, changes and ends it, and asks for what it has missed."""

from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict

from hjemmekontakt.fhir import notification
from hjemmekontakt.fhir.door import (
    Asked,
    Stop,
    base,
    expected_version,
    resource,
    resource_in,
    stop,
    unchanged,
    wanted,
    written,
)
from hjemmekontakt.fhir.outcome import Issue, unacceptable
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.fhir.search import OF_EVERY_SEARCH, Page, Search, answered, codes, id_of, must_be_known, one
from hjemmekontakt.fhir.subscription import read, write
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.municipalities.subscriptions import keeping
from hjemmekontakt.municipalities.subscriptions.rules import MOST, NotKept, Status, SubscriptionView

PARAMETERS = frozenset({"_id", "criteria", "status", "type", "url"})
LARGEST_ACCOUNT = 100
NOT_KEPT: dict[str, tuple[int, Issue]] = {
    NotKept.NOT_HTTPS: (
        422,
        unacceptable("business-rule", "The endpoint is an https address.", expression="Subscription.channel.endpoint"),
    ),
    NotKept.NOT_REGISTERED: (
        422,
        unacceptable(
            "business-rule",
            "The endpoint has the scheme, host and port of an address that the municipality's operator has registered for"
            " its journal, and no name or fragment in it.",
            expression="Subscription.channel.endpoint",
        ),
    ),
    NotKept.NOT_OUTSIDE: (
        422,
        unacceptable(
            "business-rule",
            "The endpoint is an address of the open internet, none inside a network.",
            expression="Subscription.channel.endpoint",
        ),
    ),
    NotKept.NO_PROOF: (
        422,
        unacceptable(
            "required",
            "Give an Authorization header, a secret to sign with, or both: by them you know that it is we.",
            expression="Subscription.channel",
        ),
    ),
    NotKept.TOO_MANY: (
        422,
        unacceptable("too-costly", f"A client has at most {MOST} subscriptions. End some first."),
    ),
    NotKept.SAME_ALREADY: (
        409,
        unacceptable("duplicate", "You have a subscription to this topic at this endpoint already. Change that one."),
    ),
    NotKept.UNKNOWN_PLACE: (
        422,
        unacceptable(
            "business-rule", "The filter names no unit or service of yours.", expression="Subscription.criteria"
        ),
    ),
    NotKept.CHANGED_MEANWHILE: (
        412,
        unacceptable("conflict", "The version is not the one in If-Match. Read it again."),
    ),
}


def post(asked: Asked) -> HttpResponse:
    """POST Subscription: kept as requested, until its endpoint has answered a handshake."""
    asked.must_be_let(Deed.CREATE)
    _id, told = read(resource_in(asked.request))
    try:
        return _written(asked, keeping.make(asked.actor, told), status=201)
    except Refused as refused:
        raise _not_kept(refused) from None


def get(asked: Asked) -> HttpResponse:
    """GET Subscription/<id>."""
    asked.must_be_let(Deed.READ)
    found = keeping.one(asked.actor, asked.uuid())
    same = unchanged(asked.request, version=found.version)
    return same or resource(write(found), version=found.version, changed_at=found.stored_at)


def put_by_id(asked: Asked) -> HttpResponse:
    """PUT Subscription/<id>: changed, turned off, or on again; its secrets stay where none are sent."""
    asked.must_be_let(Deed.UPDATE)
    id = asked.uuid()
    told_id, told = read(resource_in(asked.request))
    if told_id not in (None, asked.id):
        stop(400, "invariant", "The id in the address is not the resource's.", expression="Subscription.id")
    try:
        changed = keeping.change(asked.actor, id, told, version=expected_version(asked.request))
    except Refused as refused:
        raise _not_kept(refused) from None
    return _written(asked, changed, status=200)


def delete(asked: Asked) -> HttpResponse:
    """DELETE Subscription/<id>."""
    asked.must_be_let(Deed.DELETE)
    keeping.end(asked.actor, asked.uuid())
    response = HttpResponse(status=204)
    response.headers["Cache-Control"] = "no-store"
    del response.headers["Content-Type"]
    return response


def search(asked: Asked, given: QueryDict) -> HttpResponse:
    """GET Subscription?…: all of the client's own; they are few, and stand on one page."""
    asked.must_be_let(Deed.SEARCH)
    known = PARAMETERS | OF_EVERY_SEARCH
    must_be_known(asked.request, given, known)
    id = id_of(one(given, "_id"), name="_id", kind="Subscription")
    statuses = codes(given, "status", known=[each.value for each in Status])
    kinds = codes(given, "type", known=["rest-hook"])
    url, criteria = one(given, "url"), one(given, "criteria")
    found = [
        write(each)
        for each in keeping.all_of(asked.actor)
        if (id is None or each.id == id)
        and (not statuses or each.status in statuses)
        and (url is None or each.url == url)
        and (criteria is None or notification.TOPICS[each.topic].canonical == criteria)
        and kinds in ((), ("rest-hook",))
    ]
    return answered(asked, given, known, Search(), look=lambda _: Page(found), number=lambda _: len(found))


def status(asked: Asked) -> HttpResponse:
    """GET or POST Subscription/<id>/$status: how it stands, and how many events there have been."""
    asked.must_be_let(Deed.READ)
    found = keeping.one(asked.actor, asked.uuid())
    parameters = notification.status_of(found, "query-status")
    told = notification.status_resource(found.id, parameters, base=base())
    entry = {"fullUrl": f"urn:uuid:{found.id}", "resource": told, "search": {"mode": "match"}}
    return resource({"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [entry]})


def events(asked: Asked) -> HttpResponse:
    """GET or POST Subscription/<id>/$events: what was told, or was to be told, from a number on; at most a hundred (R99)."""
    asked.must_be_let(Deed.READ)
    given = _operation(asked)
    since, until = _number(given, "eventsSinceNumber"), _number(given, "eventsUntilNumber")
    account = keeping.events_of(asked.actor, asked.uuid(), since=since or 1, until=until, limit=LARGEST_ACCOUNT)
    return resource(
        notification.to_subscriber(
            account.subscription, "query-event", account.events, base=base(), told_at=clock.real()
        )
    )


def _operation(asked: Asked) -> dict[str, str]:
    """The parameters of an operation: of the address, or of a Parameters in the body."""
    if asked.request.method == "GET":
        return {name: asked.request.GET[name] for name in asked.request.GET}
    try:
        body = msgspec.json.decode(resource_in(asked.request) or b"{}")
        parts = body.get("parameter", [])
        return {each["name"]: str(next(v for k, v in each.items() if k.startswith("value"))) for each in parts}
    except (msgspec.DecodeError, AttributeError, TypeError, KeyError, StopIteration, RecursionError):
        stop(400, "structure", "The body is a Parameters with names and values.")


def _number(given: dict[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        stop(400, "value", f"The parameter {name} is a number of an event.")
    return int(text)


def _written(asked: Asked, found: SubscriptionView, *, status: int) -> HttpResponse:
    content: dict[str, Any] = write(found)
    return written(
        content,
        status=status,
        place=f"Subscription/{found.id}",
        version=found.version,
        changed_at=found.stored_at,
        want=wanted(asked.request),
    )


def _not_kept(refused: Refused) -> Stop:
    status, issue = NOT_KEPT[refused.why]
    return Stop(status, issue)
