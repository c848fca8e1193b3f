"""The plumbing of the FHIR door: what was asked and by whom, how large it may be, and how an answer is written."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote
from uuid import UUID

import msgspec
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.utils.http import http_date

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.outcome import Issue, body, unacceptable
from hjemmekontakt.fhir.scopes import Deed, lets
from hjemmekontakt.ground import national_ids

JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
TAKEN = frozenset({JSON, "application/json"})
ADMITTED = frozenset({JSON, "application/json", "application/*", "*/*", ""})
LARGEST = 1024 * 1024
LARGEST_BUNDLE = 5 * LARGEST
ALWAYS_ALLOWED = frozenset({"_format", "_pretty"})

NO_QUERY = QueryDict("", encoding="utf-8")
Answer = TypeVar("Answer", bound=HttpResponseBase)

_WEAK_TAG = re.compile(r'W/"(\d{1,9})"')
_NATIONAL_ID_PARAMETERS = ("patient.identifier", "patient:identifier", "subject.identifier", "subject:identifier")

_NATIONAL_ID_SYSTEM = re.compile("|".join(rf"{re.escape(system)}(?![.\d])" for system in sorted(systems.NATIONAL_IDS)))
_ELEVEN_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{6}[ .-]?\d{5}(?![0-9A-Za-z])")


class Stop(Exception):
    """The request cannot be carried out: its status, what to say, and the headers that belong to it."""

    def __init__(self, status: int, issue: Issue, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {issue.code}")
        self.status, self.issues, self.headers = status, (issue,), dict(headers or {})


class Wanted(StrEnum):
    """What a client wants back after a write (the header Prefer)."""

    MINIMAL = "minimal"
    REPRESENTATION = "representation"
    OUTCOME = "OperationOutcome"


_WANTED = {each.value: each for each in Wanted}


class Asked(msgspec.Struct, frozen=True):
    """One request of a journal that has been let in: who, what kind of resource, and which one."""

    request: HttpRequest
    actor: Actor
    scopes: frozenset[str]
    kind: str
    id: str = ""

    def must_be_let(self, deed: Deed) -> None:
        """Stop with 403 where the token does not let it do this with this resource type."""
        if not lets(self.scopes, kind=self.kind, deed=deed):
            stop(403, "forbidden", f"The token does not let you do this with {self.kind}.")

    def uuid(self) -> UUID:
        """The id in the address; what is no id of ours is not found."""
        try:
            return UUID(self.id)
        except ValueError:
            stop(404, "not-found", "There is no such resource here.")


def stop(status: int, code: str, diagnostics: str, *, expression: str = "") -> NoReturn:
    """End the request with one error."""
    raise Stop(status, unacceptable(code, diagnostics, expression=expression))


def base() -> str:
    """The address of this door."""
    return f"{settings.PUBLIC_URL}/fhir"


def refuse_bad_characters_in(query: QueryDict) -> None:
    """Stop with 400 on a NUL byte, which no text of ours holds."""
    if any("\0" in text for name, values in query.lists() for text in (name, *values)):
        stop(400, "invalid", "A parameter holds a character that FHIR does not allow.")


def refuse_national_ids_in(query: QueryDict) -> None:
    """Stop with 400 where a national id stands in the address: it would be kept in logs on its way (R8)."""
    for name, values in query.lists():
        if name in _NATIONAL_ID_PARAMETERS or any(_holds_national_id(text) for text in (name, *values)):
            stop(
                400,
                "security",
                "A national identifier never stands in an address. Search by POST to _search, with the parameters in"
                " its body.",
            )


def refuse_national_id_in_path(path: str) -> None:
    """Stop with 400 where a national id stands among the steps of an address."""
    if _holds_national_id(path):
        stop(400, "security", "A national identifier never stands in an address.")


def refuse_address(path: str, query: QueryDict) -> None:
    """Stop with 400 on all that is refused in an address, its steps and its parameters: all of it is looked through once."""
    text = "\n".join((path, *(text for name, values in query.lists() for text in (name, *values))))
    if "\0" in text or _holds_national_id(text) or not query.keys().isdisjoint(_NATIONAL_ID_PARAMETERS):
        refuse_bad_characters_in(query)
        refuse_national_ids_in(query)
        refuse_national_id_in_path(path)


def _holds_national_id(value: str) -> bool:
    if _NATIONAL_ID_SYSTEM.search(value):
        return True
    digits = _ELEVEN_DIGITS.findall(value)
    return any(national_ids.why_not(re.sub(r"\D", "", each)) is None for each in digits)


def must_speak_json(request: HttpRequest, query: QueryDict) -> None:
    """Stop with 406 where the client takes no JSON; `_format` in the address goes before the header Accept."""
    wanted = query.get("_format", "")
    if wanted and "json" not in wanted:
        stop(406, "not-supported", "This server speaks application/fhir+json only.")
    if wanted:
        return
    accepted = {part.split(";")[0].strip().lower() for part in request.META.get("HTTP_ACCEPT", "").split(",")}
    if not accepted & ADMITTED:
        stop(406, "not-supported", "This server speaks application/fhir+json only.")


def resource_in(request: HttpRequest) -> bytes:
    """The body of a write; 415 where it is not FHIR JSON, 413 over one mebibyte."""
    return _body(request, TAKEN, "Send the resource as application/fhir+json.")


def query_of(text: str) -> QueryDict:
    """A query as it stands in an address or a header; 400 where it cannot be read.

    As `urllib.parse.parse_qsl` reads it, with blank values kept. A QueryDict that is filled in one go: made in its own way, it
    takes four times as long, and each entry of a bundle has one.
    """
    if not text:
        return NO_QUERY
    parts = text.split("&")
    if len(parts) > settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        stop(400, "invalid", "The parameters cannot be read.")
    found: dict[str, list[str]] = {}
    for part in parts:
        if part:
            name, _, value = part.replace("+", " ").partition("=")
            found.setdefault(unquote(name), []).append(unquote(value))
    query = QueryDict.__new__(QueryDict)
    MultiValueDict.__init__(query, found)
    query.encoding = "utf-8"
    return query


def read_address(request: HttpRequest) -> None:
    """Read the parameters in an address in one go; such as are not plain text, or too many, are left to Django."""
    text = request.META.get("QUERY_STRING", "")
    if text.isascii() and text.count("&") < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        request.GET = query_of(text)  # type: ignore[assignment]


def bundle_in(request: HttpRequest) -> bytes:
    """The body of a batch or a transaction; 413 over five mebibytes."""
    sentence = "A Bundle is at most five mebibytes. Send it in parts; nothing of it was read."
    too_large = unacceptable("too-costly", sentence)
    return _body(
        request, TAKEN, "Send the Bundle as application/fhir+json.", at_most=LARGEST_BUNDLE, too_large=too_large
    )


def form_in(request: HttpRequest) -> QueryDict:
    """The parameters of a search by POST."""
    text = _body(request, frozenset({FORM}), f"Send the parameters as {FORM}.")
    try:
        given = QueryDict(text.decode())
    except (UnicodeDecodeError, ValueError, SuspiciousOperation):
        stop(400, "invalid", "The parameters cannot be read.")
    refuse_bad_characters_in(given)
    return given


TOO_LARGE = unacceptable("too-long", "A request is at most one mebibyte.")


def _body(
    request: HttpRequest,
    kinds: frozenset[str],
    sentence: str,
    *,
    at_most: int = LARGEST,
    too_large: Issue = TOO_LARGE,
) -> bytes:
    if (request.content_type or "").lower() not in kinds:
        stop(415, "not-supported", sentence)
    if request.content_params and request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        stop(415, "not-supported", "Text is UTF-8 here.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > at_most:
        raise Stop(413, too_large)
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()  # then nobody has told how long it is
    content = (request.META["wsgi.input"] if chunked else request).read(at_most + 1)
    if len(content) > at_most:
        raise Stop(413, too_large)
    return content


def expected_version(request: HttpRequest) -> int | None:
    """The version that the client believes to change (If-Match), or None where it does not say."""
    given = request.META.get("HTTP_IF_MATCH")
    if given is None:
        return None
    tag = _WEAK_TAG.fullmatch(given.strip())
    if tag is None:
        stop(400, "value", 'If-Match is a version such as W/"3".')
    return int(tag[1])


def wanted(request: HttpRequest, *, otherwise: Wanted = Wanted.REPRESENTATION) -> Wanted:
    """What the client wants back after a write; the resource itself where it does not say."""
    return _preferred(request.META.get("HTTP_PREFER", ""), otherwise)


@lru_cache(maxsize=256)
def _preferred(given: str, otherwise: Wanted) -> Wanted:
    for part in re.split(r"[,;]", given):
        name, _, value = part.strip().partition("=")
        if name == "return" and value.strip('"') in _WANTED:
            return _WANTED[value.strip('"')]
    return otherwise


def is_strict(request: HttpRequest) -> str | None:
    """Say which handling of unknown parameters was asked for; None where the client did not ask for the strict one."""
    return "strict" if "handling=strict" in request.META.get("HTTP_PREFER", "").replace(" ", "") else None


def tag_of(version: int) -> str:
    """A version as an entity tag."""
    return f'W/"{version}"'


def resource(
    content: Mapping[str, Any], *, version: int | None = None, changed_at: datetime | None = None
) -> HttpResponse:
    """Answer with one resource."""
    response = HttpResponse(_encoded(content), content_type=JSON)
    if version is not None:
        response.headers["ETag"] = tag_of(version)
    if changed_at is not None:
        response.headers["Last-Modified"] = _in_words(int(changed_at.timestamp()))
    return closed(response)


def unchanged(request: HttpRequest, *, version: int) -> HttpResponse | None:
    """304 where the client already has this version (If-None-Match), else None."""
    if request.META.get("HTTP_IF_NONE_MATCH", "").strip() != tag_of(version):
        return None
    response = HttpResponse(status=304)
    response.headers["ETag"] = tag_of(version)
    return closed(response)


def written(
    content: Mapping[str, Any] | None,
    *,
    status: int,
    place: str,
    version: int | None,
    changed_at: datetime | None,
    remarks: Iterable[Issue] = (),
    want: Wanted,
) -> HttpResponse:
    """Answer a write: the resource, nothing, or what there is to say about it."""
    match want:
        case Wanted.MINIMAL:
            response = HttpResponse(status=status)
            response.headers.pop("Content-Type", None)
        case Wanted.OUTCOME:
            response = HttpResponse(body(remarks), status=status, content_type=JSON)
        case Wanted.REPRESENTATION:
            response = HttpResponse(_encoded(content or {}), status=status, content_type=JSON)
    if version is not None:
        response.headers["ETag"] = tag_of(version)
    if changed_at is not None:
        response.headers["Last-Modified"] = _in_words(int(changed_at.timestamp()))
    if status == 201:
        response.headers["Location"] = f"{base()}/{place}" + (f"/_history/{version}" if version is not None else "")
    return closed(response)


def laid_out(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The same answer, with line breaks for somebody who reads it where she asked for that (`_pretty=true`)."""
    is_json = response.headers.get("Content-Type") in TAKEN and not response.streaming
    is_asked = "_pretty=true" in request.META.get("QUERY_STRING", "").split("&")
    if not (is_asked and is_json and response.content):
        return response
    response.content = msgspec.json.format(response.content, indent=2)
    return closed(response)


def problem(status: int, issues: Iterable[Issue], *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with an OperationOutcome."""
    response = HttpResponse(body(issues), status=status, content_type=JSON)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return closed(response)


def encoded(content: bytes) -> HttpResponse:
    """Answer with a resource that is written already."""
    return closed(HttpResponse(content, content_type=JSON))


def closed(response: Answer) -> Answer:
    """An answer that is kept by nobody on its way."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not response.streaming and response.status_code != 304:
        response.headers["Content-Length"] = str(len(response.content))
    return response


@lru_cache(maxsize=256)
def _in_words(second: int) -> str:
    """A moment as a header says it; what is written within one second is told by the same words."""
    return http_date(second)


def _encoded(content: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(content)


def patient_system(national_id: str) -> str:
    """Which number series a national id belongs to: birth numbers, D-numbers (first digit 4–7) or help numbers (8–9).

    >>> patient_system("12834410061") == systems.FNR, patient_system("52834410061") == systems.DNR
    (True, True)
    """
    if national_id[:1] in "89":
        return systems.FHN
    return systems.DNR if national_id[:1] in "4567" else systems.FNR
