"""Patient/<id>/$everything: all that the door can read about one citizen, page by page (R74, R96)."""

from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict
from msgspec.structs import replace

from hjemmekontakt.consent import for_journal as consent
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.door import Asked, stop
from hjemmekontakt.fhir.scopes import Deed, lets
from hjemmekontakt.fhir.search import Search, instant, itself, must_be_known, one, page, period, some, under_way
from hjemmekontakt.fhir.whole import ABOUT_A_PATIENT, next_page

KIND, NAME = "Patient", "$everything"
PARAMETERS = frozenset({"_type", "_since", "start", "end"})


def get(asked: Asked) -> HttpResponse:
    """GET Patient/<id>/$everything: she herself, who acts for her, her help, what she said yes to, her visits, her log."""
    asked.must_be_let(Deed.READ)
    given = asked.request.GET
    must_be_known(asked.request, given, PARAMETERS)
    herself = consent.patient(asked.actor, asked.uuid())
    place = replace(asked, kind=f"{KIND}/{asked.id}/{NAME}", id="")  # a cursor is good for this citizen alone
    cursor = one(given, "_cursor")
    if cursor:
        sought, found = under_way(place, cursor), []
    else:
        sought = _sought(asked, given)
        found = [READABLES[KIND].write(herself)] if KIND in _types(asked, given) else []
    found, further = _filled(asked, sought, found)
    return page(place, found, itself=itself(place, given, PARAMETERS), following=further)


def _filled(asked: Asked, sought: Search, found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], Search | None]:
    """A page filled from one type after the other, and where the next one begins."""
    size = sought.count
    further: Search | None = sought if sought.kinds else None
    while further is not None and len(found) < size:
        got, further = next_page(asked.actor, msgspec.structs.replace(further, count=size - len(found)))
        found = [*found, *got]
    return found, msgspec.structs.replace(further, count=size) if further else None


def _sought(asked: Asked, given: QueryDict) -> Search:
    dates = [f"{prefix}{value}" for prefix, name in (("ge", "start"), ("le", "end")) for value in given.getlist(name)]
    starts_from, starts_before = period(dates, name="start or end")
    return Search(
        kinds=tuple(kind for kind in _types(asked, given) if kind != KIND),
        references={"patient": asked.uuid()},
        changed_from=instant(one(given, "_since"), name="_since"),
        starts_from=starts_from,
        starts_before=starts_before,
        count=some(given),
    )


def _types(asked: Asked, given: QueryDict) -> tuple[str, ...]:
    """The types that were named, or all; never one that the token does not let the client read."""
    text = one(given, "_type")
    named = set(text.split(",")) if text else set()
    if named - set(ABOUT_A_PATIENT):
        stop(400, "not-supported", f"_type names some of: {', '.join(ABOUT_A_PATIENT)}.")
    let = tuple(kind for kind in ABOUT_A_PATIENT if lets(asked.scopes, kind=kind, deed=Deed.READ))
    if named - set(let):
        stop(403, "forbidden", "The token does not let you read all that is asked for.")
    return tuple(kind for kind in let if kind in (named or let))
