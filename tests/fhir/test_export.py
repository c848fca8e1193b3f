"""Tunvik's journal has its requests and its dialogues written out: all of its own, what is new since last time, and no more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hjemmekontakt.bulk import queries
from hjemmekontakt.fhir import export_work
from hjemmekontakt.fhir.calls import large_jobs as calls
from hjemmekontakt.ground import clock
from hjemmekontakt.messages import actions
from hjemmekontakt.messages import queries as messages
from tests.fhir.judges.stories import Story, tell, where_siri_is_helped
from tests.fhir.test_door import Call, caller, said
from tests.fhir.test_large_jobs import an_uuid, exported
from tests.people import an_id, the_journal

BOTH = "?_type=Task,Communication"
SCOPES = frozenset(
    {"system/Task.rus", "system/Communication.rs", "system/Appointment.cruds", "system/Subscription.cruds"}
)


@pytest.fixture
def story(world) -> Story:
    return tell(world, caller(the_journal(world.tunvik), SCOPES))


def searched(call: Call, kind: str, query: str = "") -> list[dict[str, Any]]:
    return [each["resource"] for each in said(call("GET", f"{kind}?{query}"))["entry"]]


def test_requests_and_dialogues_are_written_out_as_a_search_shows_them(story, world, mona, at, monkeypatch) -> None:
    at("tuesday 09:00")
    message_id = story.read_by_id["Communication"]
    [thread_id] = world.connection.execute("SELECT thread_id FROM message").fetchone()
    seen = messages.staff_thread(mona, thread_id).last_message_id
    actions.answer(mona, thread_id, text="I boksen.", form_key=an_id("two"), seen_message_id=seen)
    monkeypatch.setattr(calls, "AT_ONCE", 1)
    found = exported(story.call, BOTH)
    assert found["Task"] == searched(story.call, "Task")
    assert sorted(each["status"] for each in found["Task"]) == ["cancelled", "requested", "requested"]
    assert found["Communication"] == searched(story.call, "Communication", f"patient={an_id('astrid')}")
    assert (found["Communication"][0]["id"], len(found["Communication"])) == (message_id, 2)


def test_an_export_is_gone_on_with_where_a_worker_left_it(story, journal, monkeypatch) -> None:
    monkeypatch.setattr(calls, "AT_ONCE", 2)
    job_id = an_uuid(story.call("GET", f"$export{BOTH}"))
    places = []
    while export_work.work_on(journal, job_id, failed=0):
        job = queries.job(journal, job_id)
        places.append((job.asked["place"]["kinds"], job.done))
    assert places[:2] == [(["Task", "Communication"], 2), (["Communication"], 3)], "each step is on the disk"
    found = {file.name: file.lines for file in queries.job(journal, job_id).files}
    assert found == {"Task": 3, "Communication": 1}


def test_since_a_moment_there_is_what_was_asked_answered_sent_or_read_after_it(story, world, mona, at) -> None:
    since = clock.real().isoformat()
    assert exported(story.call, f"{BOTH}&_since={since}").get("Task") is None
    [asked] = searched(story.call, "Task", "status=requested&code=cancel-visit")
    story.call("PUT", f"Task/{asked['id']}", {**asked, "status": "received"})
    [answered] = exported(story.call, f"?_type=Task&_since={since}")["Task"]
    assert (answered["id"], answered["status"]) == (asked["id"], "received")

    sent = searched(story.call, "Communication", f"patient={an_id('astrid')}")[0]["meta"]["lastUpdated"]
    later = (clock.now() + timedelta(minutes=1)).isoformat()
    assert len(exported(story.call, f"?_type=Communication&_since={sent}")["Communication"]) == 1
    assert exported(story.call, f"?_type=Communication&_since={later}") == {}
    at("tuesday 09:00")
    [thread_id] = world.connection.execute("SELECT thread_id FROM message").fetchone()
    messages.staff_thread(mona, thread_id)
    [read] = exported(story.call, f"?_type=Communication&_since={later}")["Communication"]
    assert read["received"] == read["meta"]["lastUpdated"] > sent


def test_each_municipality_has_its_own_alone_and_whom_it_read_of_is_told(story, world) -> None:
    theirs = caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), SCOPES)
    assert exported(theirs, BOTH) == {}
    tell(world, theirs, at=where_siri_is_helped(world))
    ours, others = exported(story.call, BOTH), exported(theirs, BOTH)
    assert {kind: len(found) for kind, found in ours.items()} == {kind: len(found) for kind, found in others.items()}
    known = {each["id"] for found in ours.values() for each in found}
    assert not known & {each["id"] for found in others.values() for each in found}
    assert str(an_id("siri")) not in str(ours)
    assert str(an_id("astrid")) not in str(others)
    read = "SELECT DISTINCT citizen_id FROM access_entry WHERE actor_id = %s AND in_list"
    assert world.connection.execute(read, [an_id("Fjordby's journal")]).fetchall() == [(an_id("siri"),)]


def test_an_export_is_no_receipt_and_takes_the_right_to_each_type(story, world) -> None:
    exported(story.call, "?_type=Communication")
    assert world.connection.execute("SELECT count(*) FROM reading WHERE reader_kind <> 'citizen'").fetchone() == (0,)
    narrow = caller(the_journal(world.tunvik), frozenset({"system/Task.r"}))
    assert narrow("GET", f"$export{BOTH}").status_code == 403
    assert set(exported(narrow)) == {"Task"}


def test_everything_about_her_has_her_requests_and_dialogues(story) -> None:
    def everything(query: str) -> list[str]:
        call = caller(the_journal(story_municipality), SCOPES | {"system/Patient.rs"})
        found = said(call("GET", f"Patient/{an_id('astrid')}/$everything?{query}"))
        return [each["resource"]["resourceType"] for each in found["entry"]]

    story_municipality = an_id("Tunvik")
    assert everything("_type=Task,Communication") == ["Task", "Task", "Task", "Communication"]
    assert everything("_type=Task,Communication,Patient&_count=2") == ["Patient", "Task"]
