"""What a search of Appointments may ask for besides visits: another order, and what has been asked about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import QueryDict

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir.calls.requests_written import written_request
from hjemmekontakt.fhir.door import Asked, stop
from hjemmekontakt.fhir.scopes import Deed, lets
from hjemmekontakt.fhir.search import Search, of_include, one
from hjemmekontakt.visits import queries
from hjemmekontakt.visits.rules import JournalVisit, VisitOrder

REVINCLUDES = ("Task:focus",)
SORTS = tuple(order.value for order in VisitOrder if order is not VisitOrder.BY_NAME)
VALUES = {"_revinclude": REVINCLUDES, "_sort": SORTS}


def order_in(given: QueryDict) -> str:
    """The order that was asked for, where it is offered; else the one of all searches."""
    wanted = one(given, "_sort") or ""
    return wanted if wanted in SORTS else VisitOrder.BY_NAME


def revincludes_in(given: QueryDict) -> tuple[str, ...]:
    """What is to come along of what points to the visits."""
    wanted = {of_include(text) for text in given.getlist("_revinclude")}
    return tuple(name for name in REVINCLUDES if name in wanted)


def must_be_let(asked: Asked, sought: Search | None) -> None:
    """Stop with 403 where the token does not let it read what was to come along."""
    if sought is not None and sought.includes and not lets(asked.scopes, kind="Task", deed=Deed.READ):
        stop(403, "forbidden", "The token does not let you read Task, which was to be included.")


def requests_of(actor: Actor, found: Sequence[dict[str, Any]], sought: Search) -> list[dict[str, Any]]:
    """What has been asked about the visits of a page, where that was to come along."""
    if not (found and sought.includes):
        return []
    ids = {UUID(each["id"]) for each in found}
    return [written_request(each) for each in queries.requests_of_visits(actor, ids)]


def place_of(last: JournalVisit, sought: Search) -> tuple[str, str]:
    """Where a page ends: by the journal's own name for the last visit, or where it stands in the order asked for."""
    if sought.sort:
        return last.report.starts_at.isoformat(), str(last.id)
    return last.report.identifier_system, last.report.identifier_value
