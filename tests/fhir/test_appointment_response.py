"""What Astrid has said to a visit, as an AppointmentResponse beside the Task: read, never written (R38, R42)."""

from datetime import datetime

import pytest

from hjemmekontakt.fhir import systems
from hjemmekontakt.visits.actions import ask_to_cancel_visit, record_visits, withdraw_cancellation
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, an_id, the_journal
from tests.visits.reports import ASTRIDS_MORNING, another
from tests.visits.wishing import THURSDAY, TUESDAY, open_wishes, wish

SCOPES = frozenset({"system/AppointmentResponse.rs", "system/Task.rs"})


@pytest.fixture
def call(journal):
    return caller(journal, SCOPES)


@pytest.fixture
def visits(journal, database):
    """Two visits to Astrid, in a service that takes wishes."""
    open_wishes(database)
    return [each.visit_id for each in record_visits(journal, [ASTRIDS_MORNING, another("2")])]


def found(answer) -> list[dict]:
    assert answer.status_code == 200, answer.content
    return [each["resource"] for each in said(answer).get("entry", [])]


def test_a_cancellation_is_declined_a_wish_tentative_and_what_she_took_back_accepted(
    call, visits, astrid, jonas_for_astrid, database, world
) -> None:
    cancelled = ask_to_cancel_visit(astrid, visits[0], form_key=an_id("form"), reason="Jeg er bortreist")
    wished = wish(jonas_for_astrid, visits[1], TUESDAY, THURSDAY, text="Hun skal til legen")

    declined, tentative = (said(call("GET", f"AppointmentResponse/{each.id}")) for each in (cancelled, wished))

    assert (declined["participantStatus"], declined["comment"]) == ("declined", "Jeg er bortreist")
    assert declined["appointment"]["reference"] == f"Appointment/{visits[0]}"
    assert declined["appointment"]["identifier"]["value"] == ASTRIDS_MORNING.identifier_value
    assert declined["actor"]["identifier"] == {"system": systems.FNR, "value": NATIONAL_IDS["astrid"]}
    assert "start" not in declined
    assert (tentative["participantStatus"], tentative["comment"]) == ("tentative", "Hun skal til legen")
    assert datetime.fromisoformat(tentative["start"]) == TUESDAY.starts_at
    assert datetime.fromisoformat(tentative["end"]) == TUESDAY.ends_at
    assert tentative["actor"] == {"type": "RelatedPerson", "display": "Jonas Berg"}
    assert said(call("GET", f"Task/{wished.id}"))["status"] == "requested", "the same id is the Task's"

    withdraw_cancellation(astrid, cancelled.id)
    assert said(call("GET", f"AppointmentResponse/{cancelled.id}"))["participantStatus"] == "accepted"


def test_they_are_searched_for_by_visit_person_and_status_page_by_page(call, visits, astrid, world) -> None:
    cancelled = ask_to_cancel_visit(astrid, visits[0], form_key=an_id("form"))
    wished = wish(astrid, visits[1])

    def ids(query: str) -> list:
        return [each["id"] for each in found(call("GET", f"AppointmentResponse?{query}"))]

    both = [str(cancelled.id), str(wished.id)]
    assert ids(f"appointment=Appointment/{visits[1]}") == [str(wished.id)]
    assert sorted(ids(f"patient={an_id('astrid')}")) == sorted(both)
    assert ids(f"patient={an_id('einar')}") == []
    assert ids("part-status=declined") == [str(cancelled.id)]
    assert ids("part-status=tentative,accepted") == [str(wished.id)]
    assert ids("part-status=needs-action") == []
    assert ids(f"_id={wished.id}") == [str(wished.id)]
    first = call("GET", "AppointmentResponse?_count=1")
    [following] = [each["url"] for each in said(first)["link"] if each["relation"] == "next"]
    rest = call("GET", following.removeprefix("http://testserver/fhir/"))
    assert sorted(each["id"] for each in (*found(first), *found(rest))) == sorted(both)


def test_it_is_in_her_log_and_never_anothers(call, visits, astrid, world, database) -> None:
    cancelled = ask_to_cancel_visit(astrid, visits[0], form_key=an_id("form"))
    fjordby = caller(the_journal(world.fjordby), SCOPES)
    assert fjordby("GET", f"AppointmentResponse/{cancelled.id}").status_code == 404
    assert found(fjordby("GET", f"AppointmentResponse?patient={an_id('astrid')}")) == []
    assert fjordby("POST", "AppointmentResponse", {}).status_code == 405

    call("GET", f"AppointmentResponse/{cancelled.id}")
    lines = "SELECT count(*) FROM access_entry WHERE act = 'read-for-journal' AND citizen_id = %s AND outcome = 'done'"
    assert database.execute(lines, [an_id("astrid")]).fetchone() == (1,)
