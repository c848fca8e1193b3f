"""Searches: parameters understood once, and the sealed cursor by which the next page is asked for."""

import base64
import binascii
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from django.http import HttpRequest, HttpResponse, QueryDict

from hjemmekontakt.access.for_journal import MOST_COUNTED
from hjemmekontakt.fhir.door import ALWAYS_ALLOWED, Asked, base, is_strict, resource, stop
from hjemmekontakt.fhir.outcome import Issue, outcome
from hjemmekontakt.fhir.subsetting import elements_in, subset
from hjemmekontakt.ground import keys
from hjemmekontakt.ground.workdays import OSLO, start_of

OF_EVERY_SEARCH = frozenset({"_elements", "_summary", "_total"})
SUMMARIES = ("count", "data", "false", "text", "true")
TOTALS = ("none", "estimate", "accurate")
NOT_MEANT = {"_count", "_cursor", *ALWAYS_ALLOWED}
PASSED_OVER = Issue(
    "warning",
    "not-supported",
    "A parameter, or a value of _include, _revinclude, _sort or _summary, is not offered for this search, and was passed"
    " over; /metadata lists what is. With Prefer: handling=strict it is refused.",
)
MATCH, INCLUDED = {"mode": "match"}, {"mode": "include"}
DEFAULT_COUNT = 50
LARGEST_COUNT = 200
LONGEST_COUNT = 9
ONE_DAY = timedelta(days=1)


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it is carried from page to page; never with a national id in it."""

    id: UUID | None = None
    identifier: tuple[str | None, str] | None = None
    citizen_id: UUID | None = None
    visit_id: UUID | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    after: tuple[str, str] | None = None
    count: int = DEFAULT_COUNT
    ids: tuple[UUID, ...] | None = None
    references: dict[str, UUID] = {}
    tokens: dict[str, str] = {}
    codes: dict[str, tuple[str, ...]] = {}
    words: dict[str, str] = {}
    changed_from: datetime | None = None
    changed_before: datetime | None = None
    includes: tuple[str, ...] = ()
    total: int | None = None  # as it was counted for the first page
    sort: str = ""
    elements: tuple[str, ...] = ()


class Sealed(msgspec.Struct, frozen=True):
    """A search under way, bound to its client and its resource type."""

    client: str
    kind: str
    search: Search


Found = TypeVar("Found")


def cursor(asked: Asked, search: Search) -> str:
    """Seal a search under way, so that only its own client can go on with it and nobody reads what it holds."""
    text = msgspec.json.encode(Sealed(str(asked.actor.id), asked.kind, search)).decode()
    return base64.urlsafe_b64encode(keys.seal(text)).decode().rstrip("=")


def under_way(asked: Asked, text: str) -> Search:
    """Open a cursor; 400 where it was changed, or was made for another client or another resource type."""
    try:
        opened = keys.unseal(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        sealed = msgspec.json.decode(opened, type=Sealed)
    except (binascii.Error, ValueError, KeyError, IndexError, InvalidTag, msgspec.MsgspecError):
        sealed = None
    if sealed is None or (sealed.client, sealed.kind) != (str(asked.actor.id), asked.kind):
        stop(400, "invalid", "The cursor is not one of yours for this search. Begin again.")
    return sealed.search


def of_include(text: str) -> str:
    """What is to come along, without the resource type that may stand behind it.

    >>> of_include("CareTeam:patient:Patient")
    'CareTeam:patient'
    """
    return ":".join(text.split(":")[:2])


Values = Mapping[str, Collection[str]]
"""The values that a parameter may have, where only some are offered."""
NO_VALUES: Values = {}


def is_more_than(
    given: QueryDict, known: Iterable[str], includes: Iterable[str] = (), *, values: Values = NO_VALUES
) -> bool:
    """Tell whether something is asked that is not offered: a parameter, an _include or such, or a summary but the number."""
    others = set(given) - set(known) - NOT_MEANT or {*map(of_include, given.getlist("_include"))} - set(includes)
    return (
        bool(others)
        or given.get("_summary", "false") not in SUMMARIES
        or any({*map(of_include, given.getlist(name))} - set(offered) for name, offered in values.items())
    )


def must_be_known(
    request: HttpRequest,
    given: QueryDict,
    known: Iterable[str],
    *,
    includes: Iterable[str] = (),
    values: Values = NO_VALUES,
) -> None:
    """Stop with 400 on a parameter that is not offered, where the client asked for strict handling."""
    if is_strict(request) and is_more_than(given, known, includes, values=values):
        stop(400, "not-supported", "A parameter is not offered for this search; /metadata lists those that are.")


def one(given: QueryDict, name: str) -> str | None:
    """The value of a parameter that may stand once; 400 where it stands twice."""
    values = given.getlist(name)
    if len(values) > 1:
        stop(400, "too-costly", f"The parameter {name} may stand once.")
    return values[0] if values else None


def token(text: str | None, *, name: str) -> tuple[str | None, str] | None:
    """A token as system and value; a token without a bar has any system."""
    if text is None:
        return None
    system, bar, value = text.rpartition("|")
    if not value or "," in value:
        stop(400, "value", f"The parameter {name} is one system|value.")
    return (system if bar else None), value


def id_of(text: str | None, *, name: str, kind: str) -> UUID | None:
    """The id in a reference such as `Patient/<id>`, or bare; 400 where it is none."""
    if text is None:
        return None
    try:
        return UUID(text.removeprefix(f"{base()}/").removeprefix(f"{kind}/"))
    except ValueError:
        stop(400, "value", f"The parameter {name} is an id of this server.")


def codes(given: QueryDict, name: str, *, known: Iterable[str]) -> tuple[str, ...]:
    """The codes of a parameter, any of which may fit; 400 on one that is not in the code list."""
    value = one(given, name)
    found = tuple(value.split(",")) if value else ()
    if set(found) - set(known):
        stop(400, "code-invalid", f"The parameter {name} has a code that is not used here.")
    return found


def count(given: QueryDict) -> int:
    """How many a page holds: what was asked for, at most two hundred; none where the number alone is wanted."""
    value = one(given, "_count")
    if value is None:
        return DEFAULT_COUNT
    if not (value.isascii() and value.isdigit() and len(value) <= LONGEST_COUNT):
        stop(400, "value", "_count is a number of at most nine digits.")
    return min(int(value), LARGEST_COUNT)


def some(given: QueryDict) -> int:
    """How many a page holds, of what is no search and has no number alone."""
    return count(given) or stop(400, "value", "_count is a number from 1.")


def period(given: Sequence[str], *, name: str) -> tuple[datetime | None, datetime | None]:
    """From when and until when, of one or more FHIR dates with prefixes; a day is a day in Norway.

    >>> start, end = period(["2026-03-02"], name="date")
    >>> f"{start:%d %H:%M}", f"{end:%d %H:%M}"
    ('02 00:00', '03 00:00')
    """
    start: datetime | None = None
    end: datetime | None = None
    for text in given:
        prefix, value = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        lower, upper = _bounds(prefix, *_span(value, name=name), name=name)
        start = max(filter(None, (start, lower)), default=None)
        end = min(filter(None, (end, upper)), default=None)
    return start, end


def instant(text: str | None, *, name: str) -> datetime | None:
    """A moment with its zone; 400 where it is none."""
    if text is None:
        return None
    try:
        at: datetime | None = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        stop(400, "value", f"The parameter {name} is an instant such as 2027-03-22T09:00:00+01:00.")
    return at


def _bounds(prefix: str, first: datetime, last: datetime, *, name: str) -> tuple[datetime | None, datetime | None]:
    match prefix:
        case "eq":
            return first, last
        case "ge":
            return first, None
        case "gt" | "sa":
            return last, None
        case "le":
            return None, last
        case "lt" | "eb":
            return None, first
    return stop(400, "not-supported", f"The parameter {name} takes eq, ge, gt, le, lt, sa and eb.")


def _span(value: str, *, name: str) -> tuple[datetime, datetime]:
    try:
        if "T" in value:
            at = datetime.fromisoformat(value.replace(" ", "+"))
            at = at if at.tzinfo else at.replace(tzinfo=OSLO)
            return at, at + (timedelta(minutes=1) if len(value.split("T")[1]) <= 5 else timedelta(seconds=1))
        first, last = _days(value)
        return start_of(first), start_of(last)
    except (ValueError, OverflowError):
        stop(400, "value", f"The parameter {name} is a date such as 2027-03-22, with a prefix such as ge before it.")


def _days(value: str) -> tuple[date, date]:
    if len(value) == 4:
        first = date(int(value), 1, 1)
        return first, date(first.year + 1, 1, 1)
    if len(value) == 7:
        first = date.fromisoformat(f"{value}-01")
        return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
    first = date.fromisoformat(value)
    return first, first + ONE_DAY


@dataclass(frozen=True, slots=True)
class Page:
    """What was found, the search for the next page, and what was to come with it."""

    found: Sequence[Mapping[str, Any]] = ()
    following: Search | None = None
    included: Sequence[Mapping[str, Any]] = ()


def answered(
    asked: Asked,
    given: QueryDict,
    known: Iterable[str],
    sought: Search | None,
    *,
    look: Callable[[Search], Page],
    number: Callable[[Search], int],
    includes: Iterable[str] = (),
    values: Values = NO_VALUES,
) -> HttpResponse:
    """Answer a search as it was asked: a page, with how many there are if that was asked too, or that number alone.

    Nobody can fit a search that is None. Where something was passed over, the answer says so. Where only some elements are
    wanted, the pages that follow hold the same.
    """
    elements = elements_in(given, asked.kind) or (sought.elements if sought else ())
    is_alone = one(given, "_summary") == "count" or count(given) == 0
    is_counted, total = is_alone or _asks_total(given), sought.total if sought else None
    if total is None and is_counted:
        total = _bounded(number(sought)) if sought else 0
    this = itself(asked, given, known, offered=values)
    if is_alone:
        return page(asked, (), itself=this, following=None, total=total)
    found = look(msgspec.structs.replace(sought, total=total, elements=elements)) if sought else Page()
    return page(
        asked,
        [subset(each, elements) for each in found.found] if elements else found.found,
        itself=this,
        following=found.following,
        included=found.included,
        total=total,
        remarks=[PASSED_OVER] if is_more_than(given, known, includes, values=values) else (),
    )


def _asks_total(given: QueryDict) -> bool:
    """Tell whether a page is to say how many there are; to estimate is to count, here."""
    value = one(given, "_total") or "none"
    if value not in TOTALS:
        stop(400, "value", f"The parameter _total is one of {', '.join(TOTALS)}.")
    return value != "none"


def _bounded(total: int) -> int:
    if total > MOST_COUNTED:
        stop(400, "too-costly", f"More than {MOST_COUNTED:,} fit. Narrow the search, by patient or date, say.")
    return total


def page(
    asked: Asked,
    found: Sequence[Mapping[str, Any]],
    *,
    itself: str,
    following: Search | None,
    included: Sequence[Mapping[str, Any]] = (),
    total: int | None = None,
    remarks: Sequence[Issue] = (),
) -> HttpResponse:
    """Answer a search: what fits, what was to come with it, and where the next page is."""
    links = [{"relation": "self", "url": itself}]
    if following is not None:
        links.append({"relation": "next", "url": f"{base()}/{asked.kind}?_cursor={cursor(asked, following)}"})
    here = base()
    entries: list[dict[str, Any]] = [
        {"fullUrl": f"{here}/{each['resourceType']}/{each['id']}", "resource": each, "search": why}
        for why, resources in ((MATCH, found), (INCLUDED, included))
        for each in resources
    ]
    if remarks:
        entries.append({"resource": outcome(remarks), "search": {"mode": "outcome"}})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if total is not None:
        bundle["total"] = total
    if entries:
        bundle["entry"] = entries
    return resource(bundle)


def itself(asked: Asked, given: QueryDict, known: Iterable[str], *, offered: Values = NO_VALUES) -> str:
    """The address of the search as carried out, with what was heeded; one by POST keeps its parameters to itself."""
    if asked.request.method == "POST":
        return f"{base()}/{asked.kind}/_search"
    heeded = [
        (name, value)
        for name, values in given.lists()
        if name in {*known, "_count", "_cursor"} and (name != "_summary" or values[-1] in SUMMARIES)
        for value in values
        if name not in offered or of_include(value) in offered[name]
    ]
    return f"{base()}/{asked.kind}?{urlencode(heeded)}" if heeded else f"{base()}/{asked.kind}"
