"""Whatever is sent to the door, it answers and says nothing of it: no fault of ours, no national id in error, address or log."""

import io
import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hjemmekontakt.fhir import router
from hjemmekontakt.fhir.door import FORM, JSON
from hjemmekontakt.ground.national_ids import make_synthetic
from hjemmekontakt.project.logs import JsonLines
from hjemmekontakt.project.wsgi import application
from tests.fhir.judges.journal import Journal, register
from tests.fhir.judges.stories import Story, tell
from tests.people import NATIONAL_IDS, an_id

BASE = "http://testserver/fhir"
STRANGER = make_synthetic(date(1944, 3, 14), 100)
NUMBERS = [*NATIONAL_IDS.values(), STRANGER]
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
NUMBER = st.sampled_from(NUMBERS)
SPOKEN = [
    lambda number: number,
    lambda number: f"{number[:6]} {number[6:]}",
    lambda number: f"{FNR}|{number}",
    lambda number: f"Patient/{number}",
    lambda number: f"urn:x|{number},{number}",
    lambda number: f'W/"{number}"',
    lambda number: f"«{number}»",
]
"""How people and machines come to write a national id where none belongs."""
SAID = st.builds(lambda number, how: how(number), NUMBER, st.sampled_from(SPOKEN))
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = SAID | TEXT | st.sampled_from(
    ["", "0", "-1", "9" * 30, "\0", "%00", "true", "null", "2026-03-02", "ge9999-12-31T23:59:59Z", "ap2026", "x" * 3000]
)  # fmt: skip
ANYTHING = st.recursive(
    VALUES
    | st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda within: st.lists(within, max_size=2) | st.dictionaries(VALUES, within, max_size=2),
    max_leaves=4,
)
HEADERS = {
    "If-Match": ['W/"1"', "*", 'W/"0"', '"1"'],
    "If-None-Match": ['W/"1"', "*"],
    "If-None-Exist": ["identifier=x"],
    "Prefer": ["return=minimal", "return=OperationOutcome", "handling=strict"],
    "Accept": [JSON, "*/*", "text/html", "application/fhir+xml"],
    "Accept-Language": ["nb"],
    "Content-Encoding": ["gzip"],
    "Transfer-Encoding": ["chunked"],
    "X-Request-Id": ["1"],
    "X-Forwarded-For": ["127.0.0.1"],
    "DPoP": ["a.b.c"],
}
MODIFIERS = ["", ":exact", ":not", ":missing", ".identifier", ":identifier", ":Patient.name"]
METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO"]
KINDS = [JSON, FORM, "application/json", "text/plain", "multipart/form-data; boundary=x", ""]
PARTS = ["id", "path", "method", "query", "query", "headers", "headers", "body", "body", "body"]


@dataclass(frozen=True)
class Question:
    """One request, whole."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    content: bytes
    kind: str


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: str


def questions(story: Story) -> st.SearchStrategy[Question]:
    """Requests at every address that is described: each with its parts in order but for one or two."""
    described = router.described(BASE)["paths"]
    ways = [(path, method, way) for path, told in sorted(described.items()) for method, way in told.items()]
    writing = [each for each in ways if JSON in each[2].get("requestBody", {}).get("content", {})]
    ids = st.sampled_from([*story.ids.values(), *story.read_by_id.values(), str(an_id("astrid")), *story.tasks()])
    bodies = story.bodies()

    @st.composite
    def question(draw: st.DrawFn) -> Question:
        path, method, way = draw(st.sampled_from(ways) | st.sampled_from(writing))
        body = draw(st.sampled_from(bodies.get(path.split("/")[1], [{}])))
        id = body["id"] if "id" in body else draw(ids)
        parameters = [(name, _value_of(name, body)) for name in draw(_some_names(way))]
        if path == "/Appointment" and method == "put":
            parameters = [("identifier", _value_of("identifier", body))]
        content, kind = (json.dumps(body).encode(), JSON) if JSON in _contents(way) else (b"", "")
        if FORM in _contents(way):
            content, kind, parameters = urlencode(parameters).encode(), FORM, []
        headers: dict[str, str] = {}
        for part in draw(st.lists(st.sampled_from(PARTS), max_size=2)):
            match part:
                case "id":
                    id = quote(draw(VALUES), safe="/")
                case "path":
                    path += draw(st.sampled_from(["/", "/_history", "/_history/1", "/$everything", "/x/y/z"]))
                case "method":
                    method = draw(st.sampled_from(METHODS))
                case "query":
                    name = st.builds(str.__add__, st.sampled_from(_names(way) or ["_id"]), st.sampled_from(MODIFIERS))
                    parameters += draw(st.lists(st.tuples(name | VALUES, ids | VALUES), max_size=3))
                case "headers":
                    headers |= draw(_headers())
                case "body" if kind == JSON:
                    content = json.dumps(_spoiled(draw, body)).encode()
                case "body":
                    content, kind = draw(st.binary(max_size=20)), draw(st.sampled_from(KINDS))
        whole = path.replace("{id}", id).replace("{version}", "1")
        return Question(method.upper(), whole, urlencode(parameters), headers, content, kind)

    return question()


def _contents(way: dict[str, Any]) -> set[str]:
    return set(way.get("requestBody", {}).get("content", {}))


def _names(way: dict[str, Any]) -> list[str]:
    form = way.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {}).get("properties", {})
    return [*(each["name"] for each in way.get("parameters", []) if each["in"] == "query"), *form]


def _some_names(way: dict[str, Any]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(_names(way)), max_size=2, unique=True) if _names(way) else st.just([])


def _value_of(name: str, body: dict[str, Any]) -> str:
    """A good value of a search parameter, as far as its name tells."""
    numbers = body.get("identifier") or [{"system": FNR, "value": NATIONAL_IDS["astrid"]}]
    good = {"identifier": f"{numbers[0]['system']}|{numbers[0]['value']}", "_count": "2", "date": "ge2026-03-01"}
    good |= {"patient.identifier": f"{FNR}|{NATIONAL_IDS['astrid']}", "_lastUpdated": "ge2026-01-01", "name": "H"}
    good |= {"_total": "accurate", "_summary": "count"}
    return good.get(name, str(an_id("astrid")))


def _headers() -> st.SearchStrategy[dict[str, str]]:
    header = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]) | VALUES)
    )
    return st.lists(header, max_size=2).map(dict)


def _spoiled(draw: st.DrawFn, part: Any) -> Any:
    """The same with one place in it, somewhere, changed to anything, added or taken away."""
    if isinstance(part, list) and part and draw(st.integers(0, 3)):
        place = draw(st.integers(0, len(part) - 1))
        return [_spoiled(draw, each) if at == place else each for at, each in enumerate(part)]
    if not isinstance(part, dict) or not part or not draw(st.integers(0, 3)):
        return draw(ANYTHING)
    name = draw(st.sampled_from(sorted(part)))
    match draw(st.sampled_from(["within", "within", "added", "gone"])):
        case "within":
            return {**part, name: _spoiled(draw, part[name])}
        case "added":
            return {**part, draw(VALUES): draw(ANYTHING)}
        case _:
            return {each: value for each, value in part.items() if each != name}


@pytest.fixture
def send(world) -> Callable[[Question], Answer]:
    """Sends a question through the whole application, with a good token."""
    register(world, "tunvik-epj", world.tunvik)
    form = urlencode(Journal(BASE, "tunvik-epj").application())
    token = Client().post("/fhir/token", form, content_type=FORM).json()["access_token"]

    def ask(question: Question) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} | question.headers
        request = RequestFactory(headers={name: _in_a_header(value) for name, value in headers.items()}).generic(
            question.method, f"/fhir{question.path}", question.content, question.kind, QUERY_STRING=question.query
        )
        environ = request.environ | {"PATH_INFO": unquote_to_bytes(f"/fhir{question.path}").decode("latin-1")}
        environ["wsgi.input"] = io.BytesIO(question.content)
        told: list[Any] = []
        content = b"".join(application(environ, lambda status, headers, _=None: told.extend([status, headers])))
        return Answer(int(told[0][:3]), dict(told[1]), content.decode(errors="replace"))

    return ask


def _in_a_header(value: str) -> str:
    """A header as a server hands it on: bytes of Latin-1 without line breaks."""
    return re.sub(r"[\r\n\0]", "", value).encode().decode("latin-1")


@pytest.fixture
def lines() -> Any:
    """Everything that is written to the log meanwhile, as it is written."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield out.getvalue
    logging.getLogger().removeHandler(handler)


def held_in(text: str) -> set[str]:
    """Which national ids a text holds, however they are parted."""
    return {number for number in NUMBERS if number in re.sub(r"(?<=\d)[ .\-](?=\d)", "", text)}


def test_nothing_breaks_the_door_and_it_repeats_no_national_id(world, send, lines) -> None:
    story = tell(world)
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=250,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(question=questions(story))
    def ask(question: Question) -> None:
        answer = send(question)
        statuses[answer.status] += 1
        assert answer.status < 500, (question, answer.content)
        assert held_in(json.dumps(answer.headers)) == set(), question
        if answer.status >= 400:
            assert held_in(answer.content) == set(), question
        elif "json" in answer.headers.get("Content-Type", "") and answer.content:
            assert held_in(json.dumps(_addresses(json.loads(answer.content)))) == set(), question

    ask()
    assert held_in(lines()) == set()
    assert {200, 201, 400, 404, 405, 406, 415, 422} <= set(statuses), statuses


def _addresses(told: Any) -> list[str]:
    """Every address that stands in a resource."""
    if isinstance(told, list):
        return [each for part in told for each in _addresses(part)]
    if not isinstance(told, dict):
        return []
    own = [value for name, value in told.items() if name in ("url", "fullUrl", "reference") and isinstance(value, str)]
    return [*own, *_addresses(list(told.values()))]
