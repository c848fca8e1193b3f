"""What a visit was before, and who told it: the journal reads back each version, in order, and no other journal does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.fhir import systems
from hjemmekontakt.ground import clock
from hjemmekontakt.project import jobs
from hjemmekontakt.visits.actions import forget_versions, report_visit, withdraw_cancellation, withdraw_wish
from hjemmekontakt.visits.rules import VERSIONS_KEPT, AtTheDoor
from tests.fhir.test_door import ADDRESS, EVERYTHING, Call, asked, caller, changed, epj, named, said
from tests.fhir.test_plans_at_the_door import MONDAYS_AND_THURSDAYS
from tests.people import an_id, the_journal
from tests.visits.wishing import THURSDAY, TUESDAY, open_wishes, wish

__all__ = ["asked", "epj"]  # the fixtures of stories beside this one

TITLES = ["Morgenstell", "Dusj", "Medisin", "Frokost"]


def told_again(place: int) -> dict[str, Any]:
    return changed(meta={"lastUpdated": f"2026-03-01T21:0{place}:00Z"}, description=TITLES[place])


@pytest.fixture
def visit_id(epj) -> str:
    """A visit in four versions."""
    for place in range(4):
        answer = epj("PUT", ADDRESS, told_again(place))
    assert answer["ETag"] == 'W/"4"'
    return said(answer)["id"]


def pages(call, path: str) -> list[list[dict]]:
    found = []
    while path:
        answer = said(call("GET", path))
        found.append(answer.get("entry", []))
        following = [link["url"] for link in answer["link"] if link["relation"] == "next"]
        path = following[0].removeprefix("http://testserver/fhir/") if following else ""
    return found


def test_each_version_is_read_back_as_it_was_told(epj, visit_id) -> None:
    for place, title in enumerate(TITLES):
        answer = epj("GET", f"Appointment/{visit_id}/_history/{place + 1}")
        assert (answer.status_code, answer["ETag"]) == (200, f'W/"{place + 1}"')
        told = said(answer)
        assert (told["description"], told["id"], told["meta"]["versionId"]) == (title, visit_id, str(place + 1))
    present = said(epj("GET", f"Appointment/{visit_id}"))
    assert present == told
    not_changed = epj("GET", f"Appointment/{visit_id}/_history/2", **{"If-None-Match": 'W/"2"'})
    assert not_changed.status_code == 304
    for unknown in ("0", "5", "x", "-1", "1234567890"):
        assert epj("GET", f"Appointment/{visit_id}/_history/{unknown}").status_code == 404


def test_the_history_is_told_newest_first_page_by_page_while_new_versions_come(epj, visit_id) -> None:
    first = said(epj("GET", f"Appointment/{visit_id}/_history?_count=2"))
    assert (first["type"], [each["resource"]["description"] for each in first["entry"]]) == (
        "history",
        ["Frokost", "Medisin"],
    )
    assert epj("PUT", ADDRESS, changed(meta={"lastUpdated": "2026-03-01T22:00:00Z"})).headers["ETag"] == 'W/"5"'
    [following] = [link["url"] for link in first["link"] if link["relation"] == "next"]
    second = said(epj("GET", following.removeprefix("http://testserver/fhir/")))
    assert [each["response"]["etag"] for each in second["entry"]] == ['W/"2"', 'W/"1"']
    assert [each["request"]["method"] for each in second["entry"]] == ["PUT", "POST"]
    assert [link["relation"] for link in second["link"]] == ["self"]
    assert len(pages(epj, f"Appointment/{visit_id}/_history?_count=1")) == 5


def test_the_history_since_a_moment_and_what_it_does_not_take(epj, visit_id) -> None:
    third = said(epj("GET", f"Appointment/{visit_id}/_history/3"))["meta"]["lastUpdated"]
    [since] = pages(epj, f"Appointment/{visit_id}/_history?_since=2000-01-01T00:00:00Z")
    assert len(since) == 4
    [nothing] = pages(epj, f"Appointment/{visit_id}/_history?_since=2100")
    assert (nothing, third[:2]) == ([], "20")
    for wrong in ("_since=soon", "_count=0", "_cursor=x"):
        assert epj("GET", f"Appointment/{visit_id}/_history?{wrong}").status_code == 400
    other = said(epj("PUT", "Appointment?identifier=urn:ietf:rfc:3986|b", named("b")))["id"]
    first = said(epj("GET", f"Appointment/{visit_id}/_history?_count=1"))
    cursor = urlsplit(first["link"][1]["url"]).query
    assert epj("GET", f"Appointment/{other}/_history?{cursor}").status_code == 400


def test_who_told_each_version_is_told(epj, visit_id, journal, database) -> None:
    [entries] = pages(provenance(journal), f"Provenance?target=Appointment/{visit_id}")
    told = [each["resource"] for each in entries]
    assert [each["target"][0]["reference"] for each in told] == [
        f"Appointment/{visit_id}/_history/{version}" for version in (4, 3, 2, 1)
    ]
    assert {each["agent"][0]["who"]["display"] for each in told} == {"Journalen"}
    assert [each["activity"]["coding"][0]["code"] for each in told] == ["UPDATE"] * 3 + ["CREATE"]
    one = provenance(journal)("GET", f"Provenance/{told[1]['id']}")
    assert said(one) == told[1]
    assert len(pages(provenance(journal), f"Provenance?target={visit_id}&_count=1")) == 4
    for unknown in ("x", visit_id, f"{visit_id}.9", f"{an_id('x')}.1", f"{visit_id}.x"):
        assert provenance(journal)("GET", f"Provenance/{unknown}").status_code == 404
    assert provenance(journal)("GET", "Provenance").status_code == 400
    lines = database.execute("SELECT act FROM access_entry WHERE citizen_id = %s", [an_id("astrid")]).fetchall()
    assert lines == [("read-for-journal",)] * 2  # the list once, and the one that was opened


def provenance(journal) -> Call:
    return caller(journal, frozenset({"system/Provenance.rs"}))


def test_an_employees_report_and_what_a_plan_lets_expect_have_their_tellers_too(
    epj, journal, mona, database, at
) -> None:
    epj("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    assert database.execute("SELECT DISTINCT told_by_name FROM visit").fetchall() == [("Journalen",)]
    put = "Appointment?identifier=urn:ietf:rfc:3986|urn:uuid:2"
    id = said(epj("PUT", put, named("urn:uuid:2")))["id"]
    database.execute("UPDATE service SET visits_in = 'portal'")
    at("friday 09:00")
    report_visit(mona, id, AtTheDoor(), form_key=an_id("form"))
    [entries] = pages(provenance(journal), f"Provenance?target={id}")
    hers, the_journals = [each["resource"]["agent"][0]["who"] for each in entries]
    assert hers == {"reference": f"Practitioner/{an_id('mona')}", "type": "Practitioner", "display": "Mona Lie"}
    assert (the_journals["type"], the_journals["display"]) == ("Device", "Journalen")
    [versions] = pages(epj, f"Appointment/{id}/_history")
    assert [each["resource"]["status"] for each in versions] == ["fulfilled", "proposed"]


def test_another_municipalitys_journal_sees_no_version_and_no_teller(epj, visit_id, world) -> None:
    theirs = caller(
        replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), EVERYTHING | {"system/Provenance.rs"}
    )
    nobody = an_id("nobody")
    for path in (
        "Appointment/{}/_history",
        "Appointment/{}/_history/1",
        "Appointment/{}/_history/4",
        "Provenance/{}.1",
    ):
        foreign, unknown = theirs("GET", path.format(visit_id)), theirs("GET", path.format(nobody))
        assert (foreign.status_code, foreign.content) == (404, unknown.content), path
    assert "entry" not in said(theirs("GET", f"Provenance?target={visit_id}"))
    [page] = pages(epj, f"Appointment/{visit_id}/_history?_count=4")
    first = said(epj("GET", f"Appointment/{visit_id}/_history?_count=1"))
    assert theirs("GET", first["link"][1]["url"].removeprefix("http://testserver/fhir/")).status_code == 400
    assert len(page) == 4


def seen(table: str, municipality) -> int:
    """How many rows the app itself sees within one municipality."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hk.scope', 'municipality', true), set_config('hk.municipality', %s, true)",
            [str(municipality)],
        )
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_the_policies_hide_another_municipalitys_versions_from_the_app_itself(epj, visit_id, world) -> None:
    assert (seen("visit_version", world.tunvik), seen("visit_version", world.fjordby)) == (3, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM visit_version")
        assert cursor.fetchone() == (0,)


def test_a_version_is_forgotten_a_year_after_it_was_replaced(epj, visit_id, world, database, journal) -> None:
    old = clock.real() - VERSIONS_KEPT - timedelta(minutes=1)
    database.execute("UPDATE visit_version SET replaced_at = %s WHERE version < 3", [old])
    assert forget_versions(the_portal(), world.fjordby) == 0
    assert forget_versions(the_portal(), world.tunvik, limit=1) == 1
    assert "forget-versions" in jobs.run_nightly(now=clock.now())
    assert database.execute("SELECT version FROM visit_version").fetchall() == [(3,)]
    assert epj("GET", f"Appointment/{visit_id}/_history/2").status_code == 404
    assert [len(page) for page in pages(epj, f"Appointment/{visit_id}/_history")] == [2]
    with pytest.raises(Denied):
        forget_versions(journal, world.tunvik)


def test_each_version_of_a_request_is_read_back_too(epj, asked, astrid, world, database) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    epj("PUT", f"Task/{asked.id}", {**task, "status": "received"})
    withdraw_cancellation(astrid, asked.id)
    [page] = pages(epj, f"Task/{asked.id}/_history")
    assert [each["resource"]["status"] for each in page] == ["cancelled", "received", "requested"]
    assert len(pages(epj, f"Task/{asked.id}/_history?_count=1")) == 3
    first = epj("GET", f"Task/{asked.id}/_history/1")
    assert (first["ETag"], said(first)) == ('W/"1"', task)
    assert epj("GET", f"Task/{asked.id}/_history/4").status_code == 404
    theirs = caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), EVERYTHING)
    for path in ("_history", "_history/1", "_history/3"):
        assert theirs("GET", f"Task/{asked.id}/{path}").status_code == 404
    database.execute("UPDATE request_version SET replaced_at = replaced_at - interval '1 year 1 day'")
    assert forget_versions(the_portal(), world.fjordby) == 0
    assert forget_versions(the_portal(), world.tunvik) == 2
    assert epj("GET", f"Task/{asked.id}/_history/1").status_code == 404


def test_each_version_of_a_wish_is_read_back_too(epj, astrid, database) -> None:
    visit_id = said(epj("PUT", ADDRESS, changed()))["id"]
    open_wishes(database)
    id = wish(astrid, visit_id, TUESDAY, THURSDAY, text="Jeg skal til legen").id
    task = said(epj("GET", f"Task/{id}"))
    epj("PUT", f"Task/{id}", {**task, "status": "received"})
    withdraw_wish(astrid, id)
    [page] = pages(epj, f"Task/{id}/_history")
    assert [each["resource"]["status"] for each in page] == ["cancelled", "received", "requested"]
    assert page[2]["resource"] == task


PLAN = "Appointment?identifier=urn:ietf:rfc:3986|urn:uuid:3"


def plan_told(place: int, **changes: Any) -> dict[str, Any]:
    last = {"lastUpdated": f"2026-03-01T21:0{place}:00Z"}
    return named("urn:uuid:3", extension=MONDAYS_AND_THURSDAYS, meta=last, description=TITLES[place], **changes)


@pytest.fixture
def plan_id(epj) -> str:
    """A plan in three versions; the last word about it was sent twice, and is one version."""
    for place in (0, 1, 2, 2):
        answer = epj("PUT", PLAN, plan_told(place))
    assert (answer.status_code, answer["ETag"]) == (200, 'W/"3"')
    return said(answer)["id"]


def test_a_plan_has_its_versions_too(epj, plan_id, database) -> None:
    versions = [said(epj("GET", f"Appointment/{plan_id}/_history/{number}")) for number in (1, 2, 3)]
    assert [each["description"] for each in versions] == TITLES[:3]
    assert {"url": "excludingDate", "valueDate": "2026-03-12"} in versions[0]["extension"][0]["extension"]
    assert versions[2] == said(epj("GET", f"Appointment/{plan_id}"))
    assert len(pages(epj, f"Appointment/{plan_id}/_history?_count=1")) == 3
    [page] = pages(
        epj, f"Appointment/{plan_id}/_history?_since={versions[1]['meta']['lastUpdated']}".replace("+", "%2B")
    )
    assert [each["resource"] for each in page] == versions[:0:-1]
    assert [each["request"]["method"] for each in page] == ["PUT", "PUT"]
    for unknown in ("_history/4", "_history/0"):
        assert epj("GET", f"Appointment/{plan_id}/{unknown}").status_code == 404
    opened = "SELECT DISTINCT about_kind, citizen_id FROM access_entry WHERE act = 'read-for-journal' AND NOT in_list"
    assert ("plan", an_id("astrid")) in database.execute(opened).fetchall()


def test_an_ended_plan_is_a_version_and_who_told_each_is_told(epj, plan_id, journal) -> None:
    aat = {"coding": [{"system": systems.CANCELLATION, "code": "AAT"}]}
    assert epj("PUT", PLAN, plan_told(3, status="cancelled", cancelationReason=aat)).headers["ETag"] == 'W/"4"'
    [history] = pages(epj, f"Appointment/{plan_id}/_history")
    assert [each["resource"]["status"] for each in history] == ["cancelled", "proposed", "proposed", "proposed"]
    [entries] = pages(provenance(journal), f"Provenance?target=Appointment/{plan_id}")
    told = [each["resource"] for each in entries]
    assert [each["id"] for each in told] == [f"{plan_id}.{version}" for version in (4, 3, 2, 1)]
    assert {each["agent"][0]["who"]["display"] for each in told} == {"Journalen"}
    assert said(provenance(journal)("GET", f"Provenance/{plan_id}.2")) == told[2]


def test_nobody_else_sees_a_plans_versions_and_a_year_later_nobody_does(epj, plan_id, world, database) -> None:
    scopes = EVERYTHING | {"system/Provenance.rs"}
    theirs = caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), scopes)
    for path in (
        "Appointment/{}/_history",
        "Appointment/{}/_history/1",
        "Appointment/{}/_history/3",
        "Provenance/{}.1",
    ):
        foreign, unknown = theirs("GET", path.format(plan_id)), theirs("GET", path.format(an_id("nobody")))
        assert (foreign.status_code, foreign.content) == (404, unknown.content), path
    assert "entry" not in said(theirs("GET", f"Provenance?target={plan_id}"))
    assert (seen("plan_version", world.tunvik), seen("plan_version", world.fjordby)) == (2, 0)
    database.execute("UPDATE plan_version SET replaced_at = replaced_at - interval '1 year 1 day' WHERE version = 1")
    assert forget_versions(the_portal(), world.fjordby) == 0
    assert forget_versions(the_portal(), world.tunvik) == 1
    assert [len(page) for page in pages(epj, f"Appointment/{plan_id}/_history")] == [2]


def test_what_has_no_versions_says_so(epj) -> None:
    assert epj("GET", f"Patient/{an_id('astrid')}/_history").status_code == 404
