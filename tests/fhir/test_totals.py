"""How many there are: a journal asks for the number with a page or alone, and learns nothing of what it may not see."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from hjemmekontakt.access import for_journal
from hjemmekontakt.fhir import capability, search, systems
from hjemmekontakt.fhir.door import FORM
from tests.fhir.judges.stories import EVERYTHING, Story, tell, where_siri_is_helped
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, an_id, the_journal

ASTRID = an_id("astrid")
SEARCHED = sorted(each.resource for each in capability.OFFERED if "search-type" in each.interactions)
NEEDED = {"AuditEvent": f"patient={ASTRID}", "Communication": f"patient={ASTRID}"}
BY_HER = [each.resource for each in capability.OFFERED if "patient" in each.searches]
OF_VISITS = [
    "status=booked",
    "status=proposed",
    "status=cancelled,noshow,fulfilled",
    "status=waitlist,entered-in-error",
    "date=2026-03-06",
    "date=ge2026-03-07",
    "identifier=urn:ietf:rfc:3986|urn:uuid:booked",
    "identifier=urn:uuid:booked",
    "identifier=other|urn:uuid:booked",
    f"patient={an_id('einar')}",
]


@pytest.fixture
def story(world) -> Story:
    return tell(world)


def needed(story: Story, kind: str) -> str:
    return f"target=Appointment/{story.ids['proposed']}" if kind == "Provenance" else NEEDED.get(kind, "")


def counted(call, kind: str, query: str) -> int:
    """The number, asked for in each of the ways that there are; they agree."""
    alone = [said(call("GET", f"{kind}?{query}&{how}")) for how in ("_summary=count", "_count=0", "_count=00")]
    with_a_page = [said(call("GET", f"{kind}?{query}&_total={how}&_count=1")) for how in ("accurate", "estimate")]
    assert [sorted(each) for each in alone] == [["link", "resourceType", "total", "type"]] * 3
    assert [len(each.get("entry", [])) for each in with_a_page] == [min(1, alone[0]["total"])] * 2
    assert {each["total"] for each in with_a_page} == {each["total"] for each in alone}
    for how in ("", "&_total=none", "&_summary=false"):
        assert "total" not in said(call("GET", f"{kind}?{query}{how}&_count=1"))
    return int(alone[0]["total"])


def number(call, kind: str, query: str) -> int:
    """The number alone."""
    return int(said(call("GET", f"{kind}?{query}&_summary=count"))["total"])


def ids(call, kind: str, query: str) -> list[str]:
    found = said(call("GET", f"{kind}?{query}&_count=200"))
    return [each["resource"]["id"] for each in found.get("entry", [])]


def test_the_number_is_that_of_the_resources_that_are_found(story) -> None:
    numbers = {}
    for kind in SEARCHED:
        query = needed(story, kind)
        numbers[kind] = counted(story.call, kind, query)
        if kind != "AuditEvent":  # whose lines grow by being counted
            assert numbers[kind] == len(ids(story.call, kind, query)), kind
    assert all(numbers.values()), numbers
    narrowed = {
        "Task": "status=requested",
        "Consent": "category=terms",
        "Organization": "name=Hjemme",
        "HealthcareService": "name=nurs",
        "Practitioner": "name=M",
        "PractitionerRole": "role=team-leader",
        "EpisodeOfCare": "status=active",
        "AppointmentResponse": "part-status=tentative",
        "Patient": "_lastUpdated=lt2020",
        "Task ": "code=change-visit",
    }
    for kind, query in narrowed.items():
        assert number(story.call, kind.strip(), query) == len(ids(story.call, kind.strip(), query)), kind
    for query in OF_VISITS:
        assert number(story.call, "Appointment", query) == len(ids(story.call, "Appointment", query)), query


def test_the_number_goes_along_from_page_to_page_and_is_counted_once(story, queries_in) -> None:
    first = said(story.call("GET", "Appointment?_total=accurate&_count=3"))
    assert first["total"] > 3
    path = first["link"][1]["url"].removeprefix("http://testserver/fhir/")
    assert said(story.call("GET", path))["total"] == first["total"]
    alone = queries_in(lambda: story.call("GET", "Appointment?_count=3"))
    assert queries_in(lambda: story.call("GET", path)) == alone


def test_by_post_too_and_of_nobody_there_are_none(story) -> None:
    for key, least in (("astrid", 9), ("einar", 0), ("kari", 0)):
        given = {"patient.identifier": f"{systems.FNR}|{NATIONAL_IDS[key]}", "_summary": "count"}
        answer = said(story.call("POST", "Appointment/_search", urlencode(given).encode(), type=FORM))
        assert (answer["total"] >= least, "entry" in answer) == (True, False)
        assert least or answer["total"] == 0


def lines(world) -> list[Any]:
    read = "SELECT citizen_id, in_list FROM access_entry WHERE act = 'read-for-journal'"
    return world.connection.execute(read).fetchall()


def test_a_count_of_few_is_in_the_log_of_each_it_is_about(story, world) -> None:
    for kind in (*BY_HER, "Patient"):
        query = f"_id={ASTRID}" if kind == "Patient" else f"patient={ASTRID}"
        call = caller(replace(the_journal(world.tunvik), id=an_id(f"it asks for {kind} alone")), EVERYTHING)
        before = len(lines(world))
        assert said(call("GET", f"{kind}?{query}&_summary=count"))["total"] > 0
        assert lines(world)[before:] == [(ASTRID, True)], kind
        assert said(call("GET", f"{kind}?{query}&_summary=count"))["total"] > 0
        assert len(lines(world)) == before + 1, "once in a quarter of an hour, as a list"


def test_a_count_of_many_is_about_nobody(story, world, monkeypatch) -> None:
    monkeypatch.setattr(for_journal, "FEW", 2)
    call = caller(replace(the_journal(world.tunvik), id=an_id("one that has read nothing")), EVERYTHING)
    before = len(lines(world))
    assert said(call("GET", "Appointment?_summary=count"))["total"] > 2
    assert len(lines(world)) == before


def test_what_would_take_too_long_to_count_is_refused(story, monkeypatch) -> None:
    monkeypatch.setattr(for_journal, "MOST_COUNTED", 3)
    monkeypatch.setattr(search, "MOST_COUNTED", 3)
    for how in ("_summary=count", "_total=accurate"):
        refused = story.call("GET", f"Appointment?{how}")
        assert (refused.status_code, said(refused)["issue"][0]["code"]) == (400, "too-costly")
    assert said(story.call("GET", "Appointment?status=booked&_summary=count"))["total"] == 1


def test_the_other_municipalitys_are_not_counted(story, world) -> None:
    theirs = caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), EVERYTHING)
    tell(world, theirs, at=where_siri_is_helped(world))
    for kind in SEARCHED:
        query = needed(story, kind)
        if kind != "AuditEvent":
            assert number(story.call, kind, query) == len(ids(story.call, kind, query)), kind
    for kind in BY_HER:
        assert number(theirs, kind, f"patient={ASTRID}") == 0, kind
    for id in story.ids.values():
        assert number(theirs, "Appointment", f"_id={id}") == number(theirs, "Provenance", f"target={id}") == 0


def test_to_count_takes_the_right_to_search(world) -> None:
    call = caller(the_journal(world.tunvik), frozenset({"system/Appointment.r"}))
    assert call("GET", "Appointment?_summary=count").status_code == 403


PASSED_OVER = ("colour=green", "_summary=some", "_sort=status", "_revinclude=Provenance:target")


@pytest.mark.parametrize("more", PASSED_OVER)
def test_what_is_passed_over_is_told_and_what_is_strict_is_refused(story, more) -> None:
    for kind in SEARCHED:
        query = needed(story, kind)
        answer = said(story.call("GET", f"{kind}?{query}&{more}&_count=1"))
        last = answer["entry"][-1]
        assert (last["search"]["mode"], last["resource"]["issue"][0]["code"]) == ("outcome", "not-supported"), kind
        assert more.split("=")[0] not in answer["link"][0]["url"]
        assert "green" not in str(answer)
        strict = story.call("GET", f"{kind}?{query}&{more}", Prefer="handling=strict")
        assert (strict.status_code, said(strict)["issue"][0]["code"]) == (400, "not-supported"), kind


def test_a_total_is_asked_for_strictly_too(story) -> None:
    for kind in SEARCHED:
        query = f"{kind}?{needed(story, kind)}&_total=accurate&_count=1"
        heeded = said(story.call("GET", query, Prefer="handling=strict"))
        assert heeded["link"][0]["url"].endswith("_total=accurate&_count=1"), kind
        assert {each["search"]["mode"] for each in heeded["entry"]} == {"match"}
