"""A search asked otherwise: some elements alone, by when visits begin, and with what citizens have asked about them."""

from urllib.parse import quote

import pytest

from hjemmekontakt.fhir import capability, router, subsetting
from hjemmekontakt.visits.actions import ask_to_cancel_visit, record_visits
from tests.fhir.judges.stories import Story, tell
from tests.fhir.test_door import caller, said
from tests.fhir.test_task_search import found
from tests.fhir.test_totals import SEARCHED, needed
from tests.people import NATIONAL_IDS, an_id, the_journal
from tests.visits.reports import SOR, another, on

ASTRID = an_id("astrid")
STRICT = {"Prefer": "handling=strict"}


@pytest.fixture
def story(world) -> Story:
    return tell(world)


@pytest.fixture
def journal(world):
    return the_journal(world.tunvik)


@pytest.fixture
def a_day(world, journal):
    """A Monday of visits at both units, several at the same hour, told in an order of their own."""
    world.decision("einar", world.tunvik, world.sor, world.sor_nursing)
    world.activation("einar")
    nord = [(9, "b", {}), (8, "d", {}), (9, "a", {}), (7, "e", {}), (10, "c", {})]
    at_sor = {"patient_national_id": NATIONAL_IDS["einar"], "unit_her_id": SOR}
    sor = [(9, "g", at_sor), (6, "f", at_sor)]
    told = [
        another(name, starts_at=on(9, hour), ends_at=on(9, hour, 30), is_window=False, minutes_duration=None, **to)
        for hour, name, to in [*nord, *sor]
    ]
    assert all(each.visit_id for each in record_visits(journal, told))
    return caller(journal, frozenset({"system/Appointment.rs", "system/Task.rs"}))


def starts(resources) -> list[tuple[str, str]]:
    return [(each["start"], each["id"]) for each in resources]


def pages(call, path: str, *, between=lambda: None) -> list:
    """All that a search finds, page by page; something may happen after the first page."""
    answer, resources = call("GET", path), []
    while True:
        resources += found(answer)
        following = [link["url"] for link in said(answer)["link"] if link["relation"] == "next"]
        if not following:
            return resources
        between()
        answer = call("GET", following[0].removeprefix("http://testserver/fhir/"))


@pytest.mark.parametrize("kind", SEARCHED)
def test_some_elements_come_with_what_is_demanded_and_say_that_they_are_not_all(story, kind) -> None:
    query = needed(story, kind)
    whole = {each["id"]: each for each in found(story.call("GET", f"{kind}?{query}"))}

    some = {each["id"]: each for each in found(story.call("GET", f"{kind}?{query}&_elements=id,language"))}

    assert whole
    for id in whole.keys() & some.keys():
        kept = subsetting.ALWAYS | subsetting.NEEDED[kind]
        assert some[id] == {name: value for name, value in whole[id].items() if name in kept} | {
            "meta": some[id]["meta"]
        }
        assert some[id]["meta"] == {**whole[id].get("meta", {}), "tag": [subsetting.SUBSETTED]}
    assert whole.keys() <= some.keys()


@pytest.mark.parametrize("kind", SEARCHED)
def test_a_summary_is_what_tells_what_it_is_with_what_is_demanded(story, kind) -> None:
    query = needed(story, kind)
    whole = {each["id"]: each for each in found(story.call("GET", f"{kind}?{query}"))}
    demanded = subsetting.ALWAYS | subsetting.NEEDED[kind]
    for summary, kept in [("true", demanded | {*subsetting.IN_SUMMARY[kind].split()}), ("text", demanded)]:
        some = {each["id"]: each for each in found(story.call("GET", f"{kind}?{query}&_summary={summary}", **STRICT))}
        for id in whole.keys() & some.keys():
            assert some[id] == {name: value for name, value in whole[id].items() if name in kept} | {
                "meta": {**whole[id].get("meta", {}), "tag": [subsetting.SUBSETTED]}
            }
        assert whole.keys() <= some.keys()
    assert whole.keys() <= {each["id"] for each in found(story.call("GET", f"{kind}?{query}&_summary=data", **STRICT))}


def test_a_summary_holds_on_the_next_page_and_is_not_asked_for_with_elements(story) -> None:
    tasks = pages(story.call, "Task?_summary=text&_count=1")
    assert len(tasks) == 3
    assert {frozenset(each) for each in tasks} == {frozenset({"resourceType", "id", "meta", "status", "intent"})}
    assert all("focus" in each for each in pages(story.call, "Task?_summary=true&_count=1"))
    assert story.call("GET", "Task?_summary=true&_elements=focus").status_code == 400
    other = story.call("GET", "Task?_summary=some")
    assert found(other, "outcome")[0]["issue"][0]["code"] == "not-supported"


def test_the_elements_hold_on_the_next_page_and_not_for_what_comes_along(story) -> None:
    call = story.call
    everything = pages(call, "Task?_elements=focus&_count=1")
    assert len(everything) == 3
    assert {frozenset(each) for each in everything} == {
        frozenset({"resourceType", "id", "meta", "status", "intent", "focus"})
    }
    visits = found(call("GET", "Task?_include=Task:focus&_elements=status"), "include")
    assert visits
    assert all(each == said(call("GET", f"Appointment/{each['id']}")) for each in visits)
    assert call("GET", "Task?_elements=status,%20focus", **STRICT).status_code == 200
    assert call("GET", "Task?_elements=code.coding").status_code == 400


def test_what_is_needed_is_known_of_every_type_that_is_searched() -> None:
    assert set(SEARCHED) == set(subsetting.NEEDED) == set(subsetting.IN_SUMMARY)


@pytest.mark.parametrize("query", ["", f"&patient={ASTRID}", "&date=2026-03-09", "&status=booked"])
@pytest.mark.parametrize("count", [1, 2, 50])
def test_visits_come_by_when_they_begin_page_by_page(a_day, query, count) -> None:
    plain = starts(pages(a_day, f"Appointment?_count=50{query}"))
    assert len(plain) == (5 if "patient" in query else 7)

    assert starts(pages(a_day, f"Appointment?_sort=date&_count={count}{query}")) == sorted(plain)
    assert starts(pages(a_day, f"Appointment?_sort=-date&_count={count}{query}")) == sorted(plain, reverse=True)


def test_what_comes_to_between_two_pages_disturbs_none_that_was_there(a_day, journal) -> None:
    before = starts(pages(a_day, "Appointment?_sort=date"))
    told = iter(range(9))

    def one_more() -> None:
        early = another(f"early {next(told)}", starts_at=on(9, 5), ends_at=on(9, 6), is_window=False)
        record_visits(journal, [early])

    assert starts(pages(a_day, "Appointment?_sort=date&_count=2", between=one_more)) == before


def test_another_order_is_passed_over_and_told_of_and_refused_where_that_is_asked(a_day) -> None:
    for query in ("_sort=status", "_sort=date,status", "_revinclude=Provenance:target"):
        answer = a_day("GET", f"Appointment?{query}")
        assert found(answer, "outcome")[0]["issue"][0]["code"] == "not-supported"
        assert "?" not in said(answer)["link"][0]["url"]
        assert a_day("GET", f"Appointment?{query}", **STRICT).status_code == 400
    for query in ("_sort=-date", "_revinclude=Task:focus", "_elements=start"):
        answer = a_day("GET", f"Appointment?{query}", **STRICT)
        assert (answer.status_code, found(answer, "outcome")) == (200, [])
        assert said(answer)["link"][0]["url"].endswith(quote(query, safe="=-"))


def test_what_is_asked_of_a_visit_comes_with_it_where_the_token_lets_it(a_day, astrid, journal, database) -> None:
    [visit, *_] = found(a_day("GET", f"Appointment?patient={ASTRID}"))
    asked = ask_to_cancel_visit(astrid, visit["id"], form_key=an_id("form"), reason="Jeg er ikke hjemme")
    path = f"Appointment?patient={ASTRID}&_revinclude=Task:focus"

    answer = a_day("GET", path)

    [task] = found(answer, "include")
    assert task == said(a_day("GET", f"Task/{asked.id}"))
    assert task["focus"]["reference"] == f"Appointment/{visit['id']}"
    lines = database.execute("SELECT DISTINCT citizen_id, act FROM access_entry WHERE in_list").fetchall()
    assert lines == [(ASTRID, "read-for-journal")]
    one_by_one = [a_day("GET", path + "&_count=1")]
    while further := [link["url"] for link in said(one_by_one[-1])["link"] if link["relation"] == "next"]:
        one_by_one.append(a_day("GET", further[0].removeprefix("http://testserver/fhir/")))
    assert [len(found(each, "include")) for each in one_by_one].count(1) == 1
    narrow = caller(journal, frozenset({"system/Appointment.rs"}))
    assert narrow("GET", path).status_code == 403
    cursor = said(one_by_one[0])["link"][1]["url"].removeprefix("http://testserver/fhir/")
    assert narrow("GET", cursor).status_code in (400, 403)
    nobodys = "Appointment?identifier=urn:x|none&_revinclude=Task:focus"
    assert "entry" not in said(a_day("GET", nobodys))


def test_a_plain_search_costs_what_it_did_and_another_order_no_more(a_day, queries_in) -> None:
    def asking(query: str) -> int:
        return queries_in(lambda: a_day("GET", f"Appointment?{query}"))

    assert asking("") == asking("_sort=date") == asking("_elements=start") == 1
    assert asking("_revinclude=Task:focus") == asking("_revinclude=Task:focus&_count=1")


def test_the_statement_says_what_is_offered() -> None:
    told = capability.statement("http://x", "http://x/token", version="1", published=router.PUBLISHED)
    [visits] = [each for each in told["rest"][0]["resource"] if each["type"] == "Appointment"]
    assert visits["searchRevInclude"] == ["Task:focus"]
    assert "_sort=date or -date" in visits["documentation"]
