"""Resource types that a journal only reads: one table for each of what may be asked, and one way to answer it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from django.http import HttpResponse, QueryDict

from hjemmekontakt.access.for_journal import Portion
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.door import Asked, resource, stop
from hjemmekontakt.fhir.scopes import Deed, lets
from hjemmekontakt.fhir.search import (
    OF_EVERY_SEARCH,
    Page,
    Search,
    answered,
    codes,
    count,
    id_of,
    must_be_known,
    of_include,
    one,
    period,
    token,
    under_way,
)
from hjemmekontakt.people import queries as people

Found = TypeVar("Found")
LONGEST_WORDS = 100
BY_PATIENT = ("patient.identifier", "patient:identifier", "subject.identifier", "subject:identifier")


class Sort(StrEnum):
    """The kinds of search parameters; the values are FHIR's."""

    TOKEN = "token"  # noqa: S105 - a kind of search parameter
    REFERENCE = "reference"
    STRING = "string"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter: which kind, the codes it knows, the resource types it points to, and whether in a body alone."""

    sort: Sort
    codes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    by_post: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable(Generic[Found]):
    """A resource type that is read and searched: who answers, how it is written, and what it may be asked by."""

    kind: str
    one: Callable[[Asked], Found]
    several: Callable[[Actor, Search, int], Sequence[Found]]
    count: Callable[[Actor, Search], int]
    write: Callable[[Found], dict[str, Any]]
    parameters: Mapping[str, Parameter]
    includes: Mapping[str, str] = field(default_factory=dict)  # by the parameter's name, the element that points
    place: Callable[[Found], tuple[str, str]] | None = None  # where a page ends; by id where there is none
    must_name: tuple[str, ...] = ()
    understand: Callable[[Search, QueryDict], Search | None] | None = None  # what this type alone has to say of them

    def known(self, method: str) -> frozenset[str]:
        """The parameters that are heeded: in a body those too that never stand in an address."""
        ours = {name for name, each in self.parameters.items() if method == "POST" or not each.by_post}
        return frozenset(ours | OF_EVERY_SEARCH | ({"_include"} if self.includes else set()))


Readables = Mapping[str, "Readable[Any]"]
ID = Parameter(Sort.TOKEN)
CHANGED = Parameter(Sort.DATE)
PATIENT = Parameter(Sort.REFERENCE, targets=("Patient",))
OF_PATIENT: dict[str, Parameter] = {
    "patient": PATIENT,
    "patient.identifier": Parameter(Sort.TOKEN, by_post=True),
    "patient:identifier": Parameter(Sort.TOKEN, by_post=True),
}


def portion(sought: Search, limit: int = 0) -> Portion:
    """Which part of a list a search asks for, in the domains' words; what is counted has no limit."""
    ids = sought.ids
    if sought.id is not None:
        ids = (sought.id,) if ids is None or sought.id in ids else ()
    return Portion(
        ids=ids,
        changed_from=sought.changed_from,
        changed_before=sought.changed_before,
        after=UUID(sought.after[1]) if sought.after else None,
        limit=limit,
    )


def reader(kind: "Readable[Any]") -> Callable[[Asked], HttpResponse]:
    """GET Kind/<id>."""

    def get(asked: Asked) -> HttpResponse:
        asked.must_be_let(Deed.READ)
        written = kind.write(kind.one(asked))
        return resource(written, changed_at=datetime.fromisoformat(written["meta"]["lastUpdated"]))

    return get


def searcher(kind: "Readable[Any]", others: Readables) -> Callable[[Asked, QueryDict], HttpResponse]:
    """GET Kind?… or POST Kind/_search: page by page, in an order that no write disturbs."""

    offered = [f"{kind.kind}:{name}" for name in kind.includes]

    def search(asked: Asked, given: QueryDict) -> HttpResponse:
        asked.must_be_let(Deed.SEARCH)
        method = asked.request.method or ""
        known = kind.known(method)
        must_be_known(asked.request, given, known, includes=offered)
        _body_alone(kind, given, method)
        _no_modifiers(given, known)
        cursor = one(given, "_cursor")
        sought = under_way(asked, cursor) if cursor else _sought(kind, given, known)
        if sought is not None:
            _includes_must_be_let(kind, asked, sought)
        return answered(
            asked,
            given,
            known,
            sought,
            look=look(asked),
            number=lambda it: kind.count(asked.actor, it),
            includes=offered,
        )

    def look(asked: Asked) -> Callable[[Search], Page]:
        def one_page(sought: Search) -> Page:
            found = kind.several(asked.actor, sought, sought.count + 1)
            shown = found[: sought.count]
            further = following(kind, sought, shown[-1]) if len(found) > sought.count else None
            written = [kind.write(each) for each in shown]
            return Page(written, further, _included(kind, asked.actor, sought, written, others))

        return one_page

    return search


def _body_alone(kind: "Readable[Any]", given: QueryDict, method: str) -> None:
    if method != "POST" and any(each.by_post and name in given for name, each in kind.parameters.items()):
        stop(400, "security", "This parameter stands in a body alone. Search by POST to _search.")


def _no_modifiers(given: QueryDict, known: frozenset[str]) -> None:
    """A modifier or chain that is not offered is refused, whatever the handling: without it the search finds too much."""
    for name in given:
        if name not in known and re.split(r"[:.]", name)[0] in known:
            stop(400, "not-supported", "A modifier or chain is not offered for this search.")


def _sought(kind: "Readable[Any]", given: QueryDict, known: frozenset[str]) -> Search | None:
    if kind.must_name and not any(name in given for name in kind.must_name):
        stop(400, "required", f"Name one of these in the search: {', '.join(kind.must_name)}.")
    references: dict[str, UUID] = {}
    tokens: dict[str, str] = {}
    sought_codes: dict[str, tuple[str, ...]] = {}
    words: dict[str, str] = {}
    changed = period(given.getlist("_lastUpdated") if "_lastUpdated" in known else [], name="_lastUpdated")
    id = None
    for name, parameter in kind.parameters.items():
        if name not in given or name not in known or name == "_lastUpdated":
            continue
        if name == "_id" and parameter is ID:
            id = id_of(one(given, name), name=name, kind=kind.kind)
        elif name in BY_PATIENT:
            citizen_id = citizen(given, name)
            if citizen_id is None:
                return None
            references["patient"] = citizen_id
        elif parameter.sort is Sort.REFERENCE:
            references[name] = _reference(given, name, parameter)
        elif parameter.codes:
            sought_codes[name] = codes(given, name, known=parameter.codes)
        elif parameter.sort is Sort.STRING:
            words[name] = _words(given, name)
        elif parameter.sort is Sort.TOKEN and not parameter.by_post:
            tokens[name] = _token(given, name)
    search = Search(
        id=id,
        references=references,
        tokens=tokens,
        codes=sought_codes,
        words=words,
        changed_from=changed[0],
        changed_before=changed[1],
        includes=_include_names(kind, given),
        count=count(given),
    )
    return kind.understand(search, given) if kind.understand else search


def citizen(given: QueryDict, name: str) -> UUID | None:
    """The person of a national identifier in a body, or None where nobody here has it."""
    number = token(one(given, name), name=name)
    if number is None or number[0] not in systems.NATIONAL_IDS:
        stop(400, "value", f"The parameter {name} is a national identifier as system|value.")
    return people.id_by_national_id(number[1])


def _reference(given: QueryDict, name: str, parameter: Parameter) -> UUID:
    text = one(given, name) or ""
    kind = next((each for each in parameter.targets if f"{each}/" in text), parameter.targets[0])
    id = id_of(text, name=name, kind=kind)
    if id is None:
        stop(400, "value", f"The parameter {name} is an id of this server.")
    return id


def _words(given: QueryDict, name: str) -> str:
    text = one(given, name) or ""
    if not 0 < len(text) <= LONGEST_WORDS:
        stop(400, "value", f"The parameter {name} is the beginning of a name, at most {LONGEST_WORDS} characters.")
    return text


def _token(given: QueryDict, name: str) -> str:
    found = token(one(given, name), name=name)
    return "|".join(("*" if found[0] is None else found[0], found[1])) if found else ""


def token_of(sought: Search, name: str, *systems_known: str) -> str | None:
    """The value of a token where its system is one of these, or none was given; None where it was not asked for.

    A token of another system fits nothing, and is told as an empty text.

    >>> number = Search(tokens={"identifier": "urn:x|7"})
    >>> token_of(number, "identifier", "urn:x"), token_of(number, "identifier", "urn:y"), token_of(number, "name")
    ('7', '', None)
    """
    text = sought.tokens.get(name)
    if text is None:
        return None
    system, _, value = text.rpartition("|")
    return value if system in ("*", *systems_known) else ""


def _include_names(kind: "Readable[Any]", given: QueryDict) -> tuple[str, ...]:
    asked_for = [of_include(text) for text in given.getlist("_include")]
    return tuple(name for name in kind.includes if f"{kind.kind}:{name}" in asked_for)


def _includes_must_be_let(kind: "Readable[Any]", asked: Asked, sought: Search) -> None:
    for name in sought.includes:
        for target in kind.parameters[name].targets:
            if not lets(asked.scopes, kind=target, deed=Deed.READ):
                stop(403, "forbidden", f"The token does not let you read {target}, which was to be included.")


def _included(
    kind: "Readable[Any]", actor: Actor, sought: Search, written: Sequence[dict[str, Any]], others: Readables
) -> list[dict[str, Any]]:
    """What the found ones point to, each once, as its own type would answer this journal."""
    wanted: dict[str, set[UUID]] = {}
    there = {f"{kind.kind}/{each['id']}" for each in written}
    for name in sought.includes:
        for text in (text for each in written for text in _pointers(each, kind.includes[name])):
            target, _, id = text.partition("/")
            if text not in there:
                wanted.setdefault(target, set()).add(UUID(id))
    found = []
    for target, ids in sorted(wanted.items()):
        other = others[target]
        found += [other.write(each) for each in other.several(actor, Search(ids=tuple(sorted(ids))), len(ids))]
    return found


def _pointers(written: Mapping[str, Any], path: str) -> list[str]:
    """The references that stand at a path, such as `participant.member`.

    >>> _pointers({"participant": [{"member": {"reference": "Organization/1"}}, {}]}, "participant.member")
    ['Organization/1']
    """
    places: list[Any] = [written]
    for name in path.split("."):
        held = [place[name] for place in places if isinstance(place, Mapping) and name in place]
        places = [part for each in held for part in (each if isinstance(each, list) else [each])]
    return [place["reference"] for place in places if "reference" in place]


def following(kind: "Readable[Any]", sought: Search, last: Any) -> Search:
    """The search for the page after this last one."""
    place = kind.place(last) if kind.place else ("", str(kind.write(last)["id"]))
    return msgspec.structs.replace(sought, after=place)
