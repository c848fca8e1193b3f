"""Two municipalities, two clients: by no interaction that is offered does one see, count or touch what is the other's."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hjemmekontakt.fhir import router, systems
from hjemmekontakt.fhir.door import FORM, JSON
from hjemmekontakt.ground.national_ids import make_synthetic
from tests.fhir.judges.stories import EVERYTHING, Place, Story, tell
from tests.fhir.test_door import caller, said
from tests.fhir.test_two_municipalities import FJORDBY, TUNVIK, Both
from tests.people import NATIONAL_IDS, World, an_id, the_journal

BASE = "http://testserver/fhir"
WAYS = [
    (path, method, way)
    for path, told in sorted(router.described(BASE)["paths"].items())
    for method, way in told.items()
    if way.get("security") != []
]
"""Every interaction that is offered behind a token: what is new at the door is tried as well."""
TOLD_ANEW = ("/AuditEvent", "/$export")
"""What answers otherwise each time it is asked: the log has a line more, and a job is begun."""
UNKNOWN = an_id("nowhere")
STRANGER = make_synthetic(date(1944, 3, 14), 100)
ASKING = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Way = tuple[str, str, dict[str, Any]]
Question = tuple[str, str, bytes, str, dict[str, str]]
EACH_ROW = """
SELECT table_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name AND schemaname = 'public'
WHERE table_schema = 'public' AND column_name = %s ORDER BY 1
"""


class Towns(Both):
    """Both municipalities, with everything that can happen in either."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.connection = world.connection
        self.municipality = {TUNVIK: world.tunvik, FJORDBY: world.fjordby}
        at = {
            TUNVIK: Place("astrid", "Astrid Berg", world.nord_nursing, "8141002"),
            FJORDBY: Place("siri", "Siri Holm", world.fjordby_nursing, "8142002"),
        }
        self.stories: dict[str, Story] = {}
        for name, place in at.items():
            journal = replace(the_journal(self.municipality[name]), id=an_id(f"{name}'s journal"))
            self.calls[name] = caller(journal, EVERYTHING)
            self.stories[name] = tell(world, self.calls[name], at=place)
            self.own[name] |= set(self.ids_of(name))
            self.own[name] |= {NATIONAL_IDS[place.key], place.name.split()[1], f"{name} stell"}
        lines = world.connection.execute("SELECT id::text, municipality_id FROM access_entry").fetchall()
        self.log = {name: {id for id, whose in lines if whose == self.municipality[name]} for name in at}

    def ids_of(self, name: str) -> list[str]:
        """The ids of a municipality's visits, requests and messages."""
        story = self.stories[name]
        return [*story.ids.values(), *story.tasks(), *story.read_by_id.values()]

    def rows_of(self, name: str) -> dict[str, str]:
        """A fingerprint of all that the tables hold of a municipality, and of the one whom it alone helps.

        Left out is what shall be written: the line in her log that somebody asked and was refused.
        """
        prints = {}
        for column, whose in (
            ("municipality_id", self.municipality[name]),
            ("citizen_id", an_id(self.stories[name].at.key)),
        ):
            for (table,) in self.connection.execute(EACH_ROW, [column]).fetchall():
                query = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
                refused = " AND outcome <> 'not-in-the-municipality'" if table == "access_entry" else ""
                row = self.connection.execute(f"{query} WHERE {column} = %s{refused}", [whose]).fetchone()
                prints[f"{table}.{column}"] = row[0]
        return prints


@pytest.fixture
def towns(world) -> Towns:
    return Towns(world)


def questions(towns: Towns, who: str) -> Callable[[Way], st.SearchStrategy[Question]]:
    """What one may ask in each way, about everything that is either's: method, path, content, its kind, headers."""
    other = FJORDBY if who == TUNVIK else TUNVIK
    foreign = sorted(each for each in towns.own[other] if re.fullmatch(r"[0-9a-f-]{36}", each))
    own = sorted(each for each in towns.own[who] if re.fullmatch(r"[0-9a-f-]{36}", each))
    id = st.sampled_from(foreign) | st.sampled_from(towns.ids_of(other)) | st.sampled_from(own)
    id |= st.sampled_from(sorted(towns.log[other]))
    numbers = [f"{systems.FNR}|{number}" for number in NATIONAL_IDS.values()]
    tokens = ["urn:ietf:rfc:3986|urn:uuid:booked", "8142002", "8141002", "cancel-visit", "requested", "proposed,booked"]
    names = st.sampled_from(["H", "S", "Siri", "Astrid", "Fjord", "Hjemme", "ge2026-03-01", "active"])
    value = id | id.map(lambda each: f"Patient/{each}") | st.sampled_from(tokens) | names
    bodies = {name: towns.stories[name].bodies() for name in (who, other)}

    @st.composite
    def question(draw: st.DrawFn, asked: Way) -> Question:
        path, method, way = asked
        content = way.get("requestBody", {}).get("content", {})
        if FORM in content:
            schemas = content[FORM]["schema"]["properties"]
            given = _chosen(draw, schemas, value | st.sampled_from(numbers))
            return method, path, urlencode(given).encode(), FORM, {}
        place = path.replace("{id}", draw(id)).replace("{version}", draw(st.sampled_from(["1", "2"])))
        parameters = [each for each in way.get("parameters", []) if each["in"] == "query"]
        query = urlencode(_chosen(draw, {each["name"]: each["schema"] for each in parameters}, value))
        if JSON not in content:
            return method, f"{place}?{query}", b"", "", {}
        whose = draw(st.sampled_from([other, other, who]))
        body = draw(st.sampled_from(bodies[whose].get(path.split("/")[1], [{"fnrListe": list(NATIONAL_IDS.values())}])))
        if "identifier" in query or path == "/Appointment":
            query = urlencode({"identifier": "|".join(body["identifier"][0][each] for each in ("system", "value"))})
        place = path.replace("{id}", body.get("id", draw(id)))
        headers = draw(st.sampled_from([{}, {"If-Match": 'W/"1"'}, {"Prefer": "return=OperationOutcome"}]))
        return method, f"{place}?{query}", json.dumps(body).encode(), JSON, headers

    return question


def _chosen(draw: st.DrawFn, schemas: dict[str, Any], value: st.SearchStrategy[str]) -> list[tuple[str, str]]:
    """A few parameters with values; those that have codes get codes."""
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(schemas)), max_size=3, unique=True)) if schemas else []:
        codes = schemas[name].get("enum") or schemas[name].get("items", {}).get("enum", [])
        found.append((name, draw(st.sampled_from(codes)) if codes else draw(value)))
    return found


@pytest.mark.parametrize("who", [TUNVIK, FJORDBY])
def test_by_nothing_that_is_offered_is_the_others_seen_counted_or_touched(towns, who) -> None:
    other = FJORDBY if who == TUNVIK else TUNVIK
    how = questions(towns, who)
    before = towns.rows_of(other)
    statuses: Counter[int] = Counter()

    def ask(method: str, path: str, content: bytes, kind: str, headers: dict[str, str]) -> Any:
        path = path.removeprefix("/").rstrip("?")
        return towns.calls[who](method.upper(), path, content, type=kind, **headers)

    def try_it(question: Question) -> None:
        answer = ask(*question)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, question
        assert towns.foreign_in(who, _held(answer)) == set(), question
        assert not _found(answer) & towns.log[other], question
        if not question[1].startswith(TOLD_ANEW) and (question[0] == "get" or "_search" in question[1]):
            unknown = tuple(_unknown(part, towns, other) for part in question[:3])
            if unknown != question[:3]:
                assert _held(ask(*unknown, *question[3:])) == _held(answer), question

    for way in WAYS:
        ASKING(given(question=how(way))(try_it))()
    changed = {name for name, row in towns.rows_of(other).items() if before[name] != row}
    assert changed == set()
    assert {200, 400, 404, 422} <= set(statuses), statuses


def _found(answer: Any) -> set[str]:
    entries = said(answer).get("entry", []) if "json" in answer.get("Content-Type", "") else []
    return {each["resource"]["id"] for each in entries if "resource" in each}


def _held(answer: Any) -> str:
    """What an answer says, without the question's own words: links, and the numbers that were asked about."""
    if "json" not in answer.get("Content-Type", ""):
        return f"{answer.status_code} {answer.content!r}"
    told = said(answer)
    if told.get("resourceType") == "Bundle":
        return json.dumps([answer.status_code, told.get("entry", []), told.get("total")])
    return json.dumps([answer.status_code, list(told["erAktivListe"].values()) if "erAktivListe" in told else told])


def _unknown(part: Any, towns: Towns, other: str) -> Any:
    """The same question, about somebody and something that is nowhere."""
    if isinstance(part, bytes):
        return _unknown(part.decode(), towns, other).encode()
    for id in towns.own[other] - {NATIONAL_IDS[towns.stories[other].at.key]}:
        if re.fullmatch(r"[0-9a-f-]{36}", id):
            part = part.replace(id, str(UNKNOWN))
    part = part.replace(NATIONAL_IDS[towns.stories[other].at.key], STRANGER)
    for id in towns.log[other]:  # numbers; the number of a version is nobody's
        part = re.sub(rf"(?<![\w.%-])(?<!_history/){id}(?![\w.%-])", "99999999", part)
    return part
