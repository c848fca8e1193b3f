"""A wish for another time at the door: fetched, answered, proposed to, and searched for together with cancellations (R42)."""
# ruff: noqa: F811 - fixtures of other stories are named as arguments

import json
from typing import Any

import pytest

from hjemmekontakt.fhir import reactions, systems
from hjemmekontakt.visits.actions import answer_proposal, ask_to_cancel_visit, record_visits, withdraw_wish
from hjemmekontakt.visits.events import ChangeWished, WishSettled
from hjemmekontakt.visits.rules.wishes import Answer
from tests.fhir.test_door import epj, fjordby, said  # noqa: F401
from tests.fhir.test_reactions import hook  # noqa: F401
from tests.people import NATIONAL_IDS, an_id
from tests.visits.reports import ASTRIDS_MORNING, another, on
from tests.visits.wishing import THURSDAY, TUESDAY, open_wishes, wish

PROPOSED = {"start": "2026-03-05T14:00:00+01:00", "end": "2026-03-05T16:00:00+01:00"}


def output(period: dict[str, Any] | None = None, code: str = systems.PROPOSED_TIME) -> list[dict[str, Any]]:
    """A Task's output with one proposed time."""
    kind = {"coding": [{"system": systems.TASK_PARAMETER, "code": code}]}
    return [{"type": kind, "valuePeriod": PROPOSED if period is None else period}]


@pytest.fixture
def friday(journal, database):
    """Astrid's visit on Friday, in a service that takes wishes."""
    open_wishes(database)
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


@pytest.fixture
def asked(astrid, friday):
    """What Astrid wishes instead of Friday."""
    return wish(astrid, friday, TUESDAY, THURSDAY, text="Jeg skal til legen")


def test_the_journal_fetches_the_windows_and_her_words(epj, asked) -> None:
    fetched = epj("GET", f"Task/{asked.id}")
    task = said(fetched)
    assert (fetched.status_code, fetched["ETag"], task["status"]) == (200, 'W/"1"', "requested")
    assert task["code"]["coding"][0]["code"] == "change-visit"
    assert task["focus"]["identifier"]["value"] == ASTRIDS_MORNING.identifier_value
    assert task["for"]["identifier"]["value"] == NATIONAL_IDS["astrid"]
    assert [each.get("valuePeriod", each.get("valueString")) for each in task["input"]] == [
        {"start": "2026-03-03T10:00:00+01:00", "end": "2026-03-03T12:00:00+01:00"},
        PROPOSED,
        "Jeg skal til legen",
    ]
    assert "output" not in task
    assert "businessStatus" not in task
    assert epj("GET", f"Task/{asked.id}", **{"If-None-Match": 'W/"1"'}).status_code == 304


def test_received_then_accepted_with_the_version_it_believes_in(epj, asked) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    received = epj("PUT", f"Task/{asked.id}", {**task, "status": "received"}, **{"If-Match": 'W/"1"'})
    assert (received.status_code, received["ETag"], said(received)["status"]) == (200, 'W/"2"', "received")
    assert epj("PUT", f"Task/{asked.id}", {**task, "status": "accepted"}, **{"If-Match": 'W/"1"'}).status_code == 412
    for status in ("accepted", "completed"):
        accepted = epj("PUT", f"Task/{asked.id}", {**task, "status": status})
        assert (accepted["ETag"], said(accepted)["status"]) == ('W/"3"', "accepted")
    assert epj("PUT", f"Task/{asked.id}", {**task, "status": "received"})["ETag"] == 'W/"3"'
    rejected = {**task, "status": "rejected", "statusReason": {"text": "Nei"}}
    assert epj("PUT", f"Task/{asked.id}", rejected).status_code == 422


def test_a_proposal_is_a_task_on_hold_and_her_answer_comes_back_as_its_status(epj, astrid, asked) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    on_hold = epj("PUT", f"Task/{asked.id}", {**task, "status": "on-hold", "output": output()})
    told = said(on_hold)
    assert (on_hold.status_code, told["status"], told["output"][0]["valuePeriod"]) == (200, "on-hold", PROPOSED)
    assert told["businessStatus"]["coding"][0]["code"] == "proposed"
    assert epj("PUT", f"Task/{asked.id}", {**task, "status": "accepted"}).status_code == 422
    answer_proposal(astrid, asked.id, answer=Answer.YES, proposed=THURSDAY)
    agreed = said(epj("GET", f"Task/{asked.id}"))
    assert (agreed["status"], agreed["businessStatus"]["coding"][0]["code"]) == ("accepted", "proposal-accepted")


@pytest.mark.parametrize("answer", [Answer.NO, None])
def test_what_she_ends_herself_is_cancelled_and_found_as_such(epj, astrid, asked, answer) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    if answer:
        epj("PUT", f"Task/{asked.id}", {**task, "status": "on-hold", "output": output()})
        answer_proposal(astrid, asked.id, answer=answer, proposed=THURSDAY)
    else:
        withdraw_wish(astrid, asked.id)
    ended = said(epj("GET", f"Task/{asked.id}"))
    word = "proposal-declined" if answer else "withdrawn"
    assert (ended["status"], ended["businessStatus"]["coding"][0]["code"]) == ("cancelled", word)
    assert len(said(epj("GET", "Task?status=cancelled"))["entry"]) == 1
    assert "entry" not in said(epj("GET", "Task?status=rejected"))


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"status": "on-hold"}, 422, "Task.output"),
        ({"status": "on-hold", "output": output({"start": "2026-03-05"})}, 422, "Task.output"),
        ({"status": "on-hold", "output": output({"start": "2026-03-05T10:00:00", "end": "x"})}, 422, "Task.output"),
        ({"status": "on-hold", "output": output() * 2}, 422, "Task.output"),
        ({"status": "on-hold", "output": output({**PROPOSED, "end": PROPOSED["start"].replace("14", "13")})}, 422, ""),
        ({"status": "on-hold", "output": output({"start": "2025-01-01T08:00:00Z", "end": "2025-01-01T09:00:00Z"})}, 422, ""),
        ({"status": "on-hold", "output": output({"start": "9999-12-31T23:59:59Z", "end": "9999-12-31T23:59:59Z"})}, 422, ""),
        ({"status": "on-hold", "output": output({"start": 5})}, 400, ""),
        ({"status": "rejected"}, 422, "Task.statusReason"),
        ({"status": "rejected", "statusReason": {"text": "x" * 501}}, 422, ""),
        ({"status": "cancelled"}, 422, "Task.status"),
        ({"status": "requested"}, 422, "Task.status"),
        ({"status": "draft"}, 422, "Task.status"),
        ({"status": "accepted", "intent": "plan"}, 422, "Task.intent"),
        ({"status": "accepted", "focus": {"reference": f"Appointment/{an_id('other')}"}}, 422, "Task.focus"),
        ({"status": "accepted", "code": {"text": "bytt"}}, 422, "Task.code"),
        ({"status": "accepted", "id": "another"}, 400, "Task.id"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_and_changes_nothing(epj, asked, change, status, place) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    refused = epj("PUT", f"Task/{asked.id}", {**task, **change})
    assert refused.status_code == status, refused.content
    issues = said(refused)["issue"]
    assert said(refused)["resourceType"] == "OperationOutcome"
    if place:
        assert place in [expression for issue in issues for expression in issue.get("expression", [])]
    assert said(epj("GET", f"Task/{asked.id}"))["status"] == "requested"


def test_on_hold_is_nothing_for_a_cancellation(epj, astrid, friday) -> None:
    cancellation = ask_to_cancel_visit(astrid, friday, form_key=an_id("cancel"))
    task = said(epj("GET", f"Task/{cancellation.id}"))
    refused = epj("PUT", f"Task/{cancellation.id}", {**task, "status": "on-hold", "output": output()})
    assert refused.status_code == 422
    wrong_kind = {
        **task,
        "status": "accepted",
        "code": {"coding": [{"system": systems.TASK_CODE, "code": "change-visit"}]},
    }
    assert epj("PUT", f"Task/{cancellation.id}", wrong_kind).status_code == 404


def test_both_kinds_are_searched_in_one_order_and_page_by_page(epj, fjordby, astrid, journal, friday, at) -> None:
    expected = []
    for number in range(6):
        at(f"monday 10:{number:02d}")
        report = another(f"visit-{number}", starts_at=on(6, 11 + number), ends_at=on(6, 12 + number))
        visit_id = record_visits(journal, [report])[0].visit_id
        if number % 2:
            expected.append(str(ask_to_cancel_visit(astrid, visit_id, form_key=an_id(f"c{number}")).id))
        else:
            expected.append(str(wish(astrid, visit_id, form=f"w{number}").id))
    found, place = [], "Task?_count=2"
    while place:
        bundle = said(epj("GET", place))
        found += [entry["resource"]["id"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        place = links.get("next", "").rpartition("/fhir/")[2]
        if len(found) == 2:  # an answer meanwhile moves nothing
            task = said(epj("GET", f"Task/{expected[2]}"))
            epj("PUT", f"Task/{expected[2]}", {**task, "status": "accepted"})
    assert found == expected
    for query, count in [
        ("code=change-visit", 3),
        (f"code={systems.TASK_CODE}%7Ccancel-visit", 3),
        ("code=change-visit,cancel-visit", 6),
        ("status=on-hold", 0),
        ("status=requested&code=change-visit", 2),
        ("status=accepted", 1),
        (f"_id={expected[0]}", 1),
    ]:
        assert len(said(epj("GET", f"Task?{query}")).get("entry", [])) == count, query
    assert epj("GET", "Task?code=other").status_code == 400
    assert "entry" not in said(fjordby("GET", "Task"))
    assert fjordby("GET", f"Task/{expected[0]}").status_code == 404


def test_jonas_is_told_by_name_alone(epj, jonas_for_astrid, friday) -> None:
    asked = wish(jonas_for_astrid, friday)
    task = said(epj("GET", f"Task/{asked.id}"))
    assert task["requester"] == {"type": "RelatedPerson", "display": "Jonas Berg"}
    assert NATIONAL_IDS["jonas"] not in json.dumps(task)


def test_a_wish_and_what_became_of_it_are_told_as_a_task_to_fetch(world, hook) -> None:
    ids = {"wish_id": an_id("wish"), "visit_id": an_id("visit"), "citizen_id": an_id("astrid")}
    reactions.tell_of_wishes([ChangeWished(**ids, municipality_id=world.tunvik)])
    reactions.tell_of_settled_wishes([WishSettled(**ids, municipality_id=world.tunvik)])
    assert hook.focuses() == [f"Task/{an_id('wish')}"] * 2
    assert "visit-change-wished" in json.dumps(hook.heard)
    assert str(an_id("astrid")) not in json.dumps(hook.heard)


def test_a_wish_that_has_run_out_says_so(epj, astrid, asked, at, journal) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    at("friday 08:00")
    refused = epj("PUT", f"Task/{asked.id}", {**task, "status": "accepted"})
    assert refused.status_code == 422
    assert "run out" in said(refused)["issue"][0]["diagnostics"]
