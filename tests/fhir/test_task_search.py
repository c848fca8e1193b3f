"""The journal finds what is asked of it: one person's, what has changed, and the visits that it is about in the same answer."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.door import FORM
from tests.fhir.judges.stories import EVERYTHING, Story, tell
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, an_id, the_journal

ASTRID = an_id("astrid")


@pytest.fixture
def story(world) -> Story:
    return tell(world)


def found(answer: Any, mode: str = "match") -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return [each["resource"] for each in said(answer).get("entry", []) if each["search"]["mode"] == mode]


def test_by_whom_it_is_about_and_when_it_changed(story) -> None:
    call, all_of_them = story.call, found(story.call("GET", "Task"))
    assert len(all_of_them) == 3
    assert found(call("GET", f"Task?patient=Patient/{ASTRID}")) == all_of_them
    assert found(call("GET", f"Task?patient={an_id('einar')}")) == []
    form = {"patient.identifier": f"{systems.FNR}|{NATIONAL_IDS['astrid']}", "code": "change-visit"}
    [wish] = found(call("POST", "Task/_search", urlencode(form).encode(), type=FORM))
    changed = quote(wish["meta"]["lastUpdated"])
    assert wish in found(call("GET", f"Task?_lastUpdated=ge{changed}"))
    assert found(call("GET", "Task?_lastUpdated=lt2020")) == []
    assert len(found(call("GET", "Task?_lastUpdated=ge2020&_count=2"))) == 2
    assert call("GET", f"Task?patient.identifier={NATIONAL_IDS['astrid']}").status_code == 400


def test_the_visits_come_along_each_once_where_the_token_lets_them(story, world, queries_in) -> None:
    call = story.call
    answer = call("GET", "Task?_include=Task:focus")
    visits = {f"Appointment/{each['id']}" for each in found(answer, "include")}
    assert visits == {each["focus"]["reference"] for each in found(answer)}
    [alone] = found(call("GET", "Task?code=change-visit&_include=Task:focus:Appointment"), "include")
    assert alone == said(call("GET", f"Appointment/{alone['id']}"))
    one, many = "Task?_include=Task:focus&_count=1", "Task?_include=Task:focus"
    assert queries_in(lambda: call("GET", one)) == queries_in(lambda: call("GET", many))
    second = said(call("GET", one))["link"][1]["url"].removeprefix("http://testserver/fhir/")
    assert len(found(call("GET", second), "include")) == 1, "so on the next page too"
    narrow = caller(the_journal(world.tunvik), frozenset({"system/Task.rs"}))
    assert narrow("GET", many).status_code == 403
    assert narrow("GET", "Task?_include=Task:owner").status_code == 200
    told = found(call("GET", "Task?_include=Task:owner"), "outcome")
    assert told[0]["issue"][0]["code"] == "not-supported"
    assert call("GET", "Task?_include=Task:owner", Prefer="handling=strict").status_code == 400
    assert call("GET", "Task?_include=Task:focus", Prefer="handling=strict").status_code == 200


def test_another_municipalitys_journal_finds_none_of_it(story, world) -> None:
    theirs = caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), EVERYTHING)
    for query in (f"patient={ASTRID}", "_lastUpdated=ge2020", "_include=Task:focus"):
        assert said(theirs("GET", f"Task?{query}&_total=accurate")).get("total") == 0
        assert "entry" not in said(theirs("GET", f"Task?{query}"))
