"""The EPJ simulator hears a wish for another time, and answers as it is told to: accept, propose, decline or not at all."""
# ruff: noqa: F811 - fixtures of other stories are named as arguments

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from hjemmekontakt.fhir import change_task, task
from hjemmekontakt.ground.workdays import OSLO
from tests.demo.test_epj import ASTRID, FNR, epj, key, portal, until  # noqa: F401

START = datetime(2027, 4, 1, 10, tzinfo=OSLO)
END = START + timedelta(hours=2)


def wished(portal, identifier: str) -> None:
    """The portal holds a wish for another time for one of Astrid's visits."""
    period = {"start": START.isoformat(), "end": END.isoformat()}
    portal.others["Appointment/v1"] = {"identifier": [{"system": "urn:ietf:rfc:3986", "value": identifier}]}
    portal.others["Task/w1"] = {
        "resourceType": "Task",
        "id": "w1",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": "https://hjemmekontakt.example/fhir/CodeSystem/task", "code": "change-visit"}]},
        "focus": {"reference": "Appointment/v1"},
        "for": {"type": "Patient", "identifier": {"system": FNR, "value": ASTRID}},
        "requester": {"type": "Patient", "identifier": {"system": FNR, "value": ASTRID}},
        "input": [{"type": {"text": "ønsket tid"}, "valuePeriod": period}],
    }


def answered(portal) -> change_task.WishAnswer:
    return change_task.understand(task.resource_in(json.dumps(portal.others["Task/w1"]).encode()))


def policy(epj, **asked: Any) -> None:
    assert epj.post("/policy", delay_s=0, **asked).status_code == 200


def test_an_accepted_wish_moves_the_visit_to_the_first_window(epj, portal):
    visit = epj.landmark("cancellable")
    wished(portal, visit)
    epj.notify("Task/w1")
    until(lambda: portal.reports(ASTRID)[visit].starts_at == START)
    assert portal.reports(ASTRID)[visit].ends_at == END
    assert answered(portal).status is task.TaskStatus.ACCEPTED
    (heard,) = epj.seen()
    assert (heard["kind"], heard["id"], heard["person"], heard["visit"]) == ("change-wish", "w1", "astrid", visit)


def test_a_proposal_waits_and_her_yes_moves_the_visit(epj, portal):
    visit = epj.landmark("cancellable")
    wished(portal, visit)
    policy(epj, wish="propose")
    epj.notify("Task/w1")
    until(lambda: portal.others["Task/w1"]["status"] == "on-hold")
    assert answered(portal).proposed == (END, END + timedelta(hours=2))
    assert portal.reports(ASTRID)[visit].starts_at != END
    portal.others["Task/w1"]["status"] = "accepted"
    epj.notify("Task/w1", number="2")
    until(lambda: portal.reports(ASTRID)[visit].starts_at == END)
    assert len(epj.seen()) == 1


def test_declined_with_a_reason(epj, portal):
    wished(portal, epj.landmark("cancellable"))
    policy(epj, wish="decline")
    epj.notify("Task/w1")
    until(lambda: portal.others["Task/w1"]["status"] == "rejected")
    assert answered(portal).reason == "Vi har ingen ledig da. Ring oss."


def test_a_silent_journal_receives_and_says_no_more(epj, portal):
    wished(portal, epj.landmark("cancellable"))
    policy(epj, wish="silent", cancellation="accept")
    epj.notify("Task/w1")
    until(lambda: portal.others["Task/w1"]["status"] == "received")
    epj.post("/perform", visit=epj.landmark("next"))
    assert portal.called("PUT /fhir/Task/w1") == 1


@pytest.mark.parametrize(
    ("asked", "status"), [({"wish": "perhaps"}, 409), ({"delay_s": 1}, 400), ({"cancellation": "decline"}, 200)]
)
def test_what_the_policy_takes(epj, asked, status):
    assert epj.post("/policy", **asked).status_code == status
