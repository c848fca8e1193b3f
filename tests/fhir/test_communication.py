"""Tunvik's journal reads the dialogues: each message in its thread, page by page, with its files; and nothing of Fjordby's."""

import json
from datetime import datetime
from urllib.parse import urlencode

import pytest

from hjemmekontakt.fhir import systems
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import ThreadState
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, an_id, the_journal

SCOPES = frozenset({"system/Communication.rs", "system/Binary.r"})
FORM = "application/x-www-form-urlencoded"
PDF = b"%PDF-1.7\n%Astrids resept"


@pytest.fixture
def call(journal):
    return caller(journal, SCOPES)


@pytest.fixture
def dialogue(world, astrid, jonas_for_astrid, mona, at):
    """Astrid asks at ten, Mona reads and answers at eleven, Jonas thanks at twelve, with a file."""
    at("monday 10:00")
    first = actions.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hvor er nøkkelen?", form_key=an_id("one")
    )
    at("monday 11:00")
    seen = queries.staff_thread(mona, first.thread_id).last_message_id
    actions.answer(mona, first.thread_id, text="I boksen.", form_key=an_id("two"), seen_message_id=seen)
    at("monday 12:00")
    actions.reply(jonas_for_astrid, first.thread_id, text="Takk!", form_key=an_id("three"))
    at("monday 13:00")
    rows = world.connection.execute(
        "SELECT id FROM message WHERE thread_id = %s ORDER BY place", [first.thread_id]
    ).fetchall()
    ids = [row[0] for row in rows]
    attach(world, ids[2], first.thread_id)
    return ids


def attach(world, message_id, thread_id, *, name: str = "resept.pdf") -> None:
    """A file goes with a message."""
    world.insert(
        "attachment",
        id=an_id(name),
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        author_id=an_id("jonas"),
        message_id=message_id,
        thread_id=thread_id,
        name=name,
        kind="pdf",
        size=len(PDF),
        given_digest=name.encode(),
        added_at=datetime(2026, 3, 2, 12, tzinfo=OSLO),
    )
    world.insert("attachment_content", attachment_id=an_id(name), content=PDF)


def found(answer) -> list[dict]:
    return [each["resource"] for each in said(answer).get("entry", [])]


def test_a_message_stands_in_its_thread_with_who_said_it_to_whom_and_what_came_with_it(call, dialogue, world) -> None:
    first, answer, thanks = (said(call("GET", f"Communication/{id}")) for id in dialogue)

    assert "partOf" not in first
    assert first["payload"] == [{"contentString": "Hvor er nøkkelen?"}]
    assert first["category"][0]["coding"][0]["code"] == "HE"
    assert first["sender"]["identifier"] == {"system": systems.FNR, "value": NATIONAL_IDS["astrid"]}
    assert first["recipient"][0]["reference"] == f"Organization/{world.nord}"
    assert datetime.fromisoformat(first["received"]) == datetime(2026, 3, 2, 11, tzinfo=OSLO)
    assert (answer["partOf"][0]["reference"], answer["inResponseTo"][0]["reference"]) == (
        f"Communication/{dialogue[0]}",
        f"Communication/{dialogue[0]}",
    )
    assert answer["sender"]["reference"] == f"Practitioner/{an_id('mona')}"
    assert "received" not in answer
    assert (thanks["partOf"][0]["reference"], thanks["inResponseTo"][0]["reference"]) == (
        f"Communication/{dialogue[0]}",
        f"Communication/{dialogue[1]}",
    )
    assert thanks["sender"] == {"type": "RelatedPerson", "display": "Jonas Berg"}
    file = thanks["payload"][1]["contentAttachment"]
    assert (file["contentType"], file["size"], file["title"]) == ("application/pdf", len(PDF), "resept.pdf")
    assert file["url"] == f"http://testserver/fhir/Binary/{an_id('resept.pdf')}"


def test_reading_one_is_a_receipt_and_in_her_log_and_a_search_is_in_her_log_alone(
    call, world, astrid, database
) -> None:
    sent = actions.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hei", form_key=an_id("one")
    )

    def lines() -> int:
        asked = "SELECT count(*) FROM access_entry WHERE act = 'read-for-journal' AND citizen_id = %s"
        return database.execute(asked, [an_id("astrid")]).fetchone()[0]

    assert len(found(call("GET", f"Communication?subject=Patient/{an_id('astrid')}"))) == 1
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.SENT
    assert lines() == 1
    call("GET", f"Communication/{sent.message_id}")
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.RECEIVED
    assert lines() == 2


def test_it_is_searched_for_by_whom_when_and_in_which_thread(call, dialogue, world) -> None:
    def ids(query: str) -> list:
        return [each["id"] for each in found(call("GET", f"Communication?{query}"))]

    first, answer, thanks = map(str, dialogue)
    by_number = call(
        "POST",
        "Communication/_search",
        urlencode({"subject.identifier": f"{systems.FNR}|{NATIONAL_IDS['astrid']}"}).encode(),
        type=FORM,
    )
    assert [each["id"] for each in found(by_number)] == [first, answer, thanks]
    assert ids(f"subject={an_id('astrid')}") == [first, answer, thanks]
    assert ids(f"subject={an_id('astrid')}&patient={an_id('einar')}") == []
    assert ids(f"part-of=Communication/{first}") == [answer, thanks]
    assert ids(f"part-of={answer}") == []
    assert ids("sent=ge2026-03-02T11:00&sent=lt2026-03-02T12:00") == [answer]
    assert ids("sent=2026-03-03") == []
    assert ids("sent=2026-03-02&status=completed,stopped") == [first, answer, thanks]
    assert ids("sent=2026-03-02&status=entered-in-error") == []
    assert ids(f"identifier=urn:ietf:rfc:3986|urn:uuid:{answer}") == [answer]
    assert ids("identifier=urn:x|urn:uuid:1") == []
    assert ids(f"_id={thanks}") == [thanks]


def test_pages_are_stable_while_people_go_on_writing(call, dialogue, astrid, world, at) -> None:
    answer = call("GET", f"Communication?subject={an_id('astrid')}&_count=2")
    seen = [each["id"] for each in found(answer)]
    for number in range(2):
        at(f"monday 14:0{number}")
        actions.write_message(
            astrid, service_id=world.nord_nursing, subject="Mer", text="Hei", form_key=an_id(f"more {number}")
        )
    while following := [each["url"] for each in said(answer)["link"] if each["relation"] == "next"]:
        answer = call("GET", following[0].removeprefix("http://testserver/fhir/"))
        seen += [each["id"] for each in found(answer)]
    assert len(seen) == len(set(seen)) == 5
    assert seen[:3] == [str(id) for id in dialogue]


def test_a_page_costs_the_same_however_many_it_holds(call, dialogue, queries_in) -> None:
    few = queries_in(lambda: call("GET", f"Communication?subject={an_id('astrid')}&_count=1"))
    assert queries_in(lambda: call("GET", f"Communication?subject={an_id('astrid')}&_count=50")) == few


def test_a_file_is_given_as_what_it_is_with_no_right_to_act_and_logged(call, dialogue, database) -> None:
    answer = call("GET", f"Binary/{an_id('resept.pdf')}", Accept="application/pdf")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PDF, "application/pdf")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    line = database.execute("SELECT act, about_kind, citizen_id FROM access_entry ORDER BY id DESC LIMIT 1").fetchone()
    assert line == ("read-for-journal", "attachment", an_id("astrid"))
    as_fhir = said(call("GET", f"Binary/{an_id('resept.pdf')}", Accept="application/fhir+json"))
    assert (as_fhir["resourceType"], as_fhir["contentType"]) == ("Binary", "application/pdf")


def test_fjordbys_journal_finds_and_counts_nothing_of_it(dialogue, world, database) -> None:
    fjordby = caller(the_journal(world.fjordby), SCOPES)
    for path in (*(f"Communication/{id}" for id in dialogue), f"Binary/{an_id('resept.pdf')}"):
        assert fjordby("GET", path).status_code == 404
    for query in (
        f"subject={an_id('astrid')}",
        "sent=ge2026-01-01",
        f"part-of={dialogue[0]}",
        f"_id={dialogue[0]}",
        f"identifier=urn:ietf:rfc:3986|urn:uuid:{dialogue[0]}",
    ):
        answer = fjordby("GET", f"Communication?{query}")
        assert (answer.status_code, found(answer)) == (200, []), query
    before = "SELECT count(*) FROM access_entry WHERE act = 'read-for-journal' AND outcome = 'done'"
    assert database.execute(before).fetchone() == (0,)


def test_a_file_in_a_draft_is_nobodys_but_its_authors(call, world, astrid, dialogue, database) -> None:
    database.execute("SET session_replication_role = replica")
    database.execute("UPDATE attachment SET message_id = NULL, draft_id = %s", [an_id("draft")])
    database.execute("SET session_replication_role = DEFAULT")
    assert call("GET", f"Binary/{an_id('resept.pdf')}").status_code == 404


def test_scopes_hold(world, dialogue) -> None:
    reader = caller(the_journal(world.tunvik), frozenset({"system/Communication.r"}))
    assert reader("GET", f"Communication?subject={an_id('astrid')}").status_code == 403
    assert reader("GET", f"Binary/{an_id('resept.pdf')}").status_code == 403
    assert json.loads(reader("GET", f"Communication/{dialogue[0]}").content)["id"] == str(dialogue[0])
