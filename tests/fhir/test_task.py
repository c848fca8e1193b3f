"""The request to cancel and the journal's answer, as Task."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hjemmekontakt.fhir import task
from hjemmekontakt.fhir.outcome import BadResource, outcome
from hjemmekontakt.fhir.task import Asker, CancellationRequest, TaskStatus

ASTRID, JONAS = "04924299957", "12886599909"
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
MONDAY = datetime(2027, 3, 22, 8, tzinfo=UTC)


def asked(**changes: Any) -> dict[str, Any]:
    """Jonas asked to cancel his mother's visit."""
    told: dict[str, Any] = {
        "id": "t1",
        "version": 2,
        "visit_id": "v1",
        "visit_identifier_system": "urn:ietf:rfc:3986",
        "visit_identifier_value": "urn:uuid:1",
        "unit_her_id": "8140001",
        "patient_identifier_system": FNR,
        "patient_national_id": ASTRID,
        "status": TaskStatus.REQUESTED,
        "asker": Asker(identifier_system=FNR, national_id=JONAS, name="Jonas Berg", on_behalf=True),
        "reason": "Jeg er bortreist.",
        "asked_at": MONDAY,
        "changed_at": MONDAY,
        "last_updated": MONDAY,
    }
    return task.write(CancellationRequest(**{**told, **changes}))


def read(resource: dict[str, Any]) -> task.CancellationAnswer:
    return task.read(json.dumps(resource).encode())


def test_the_request_names_the_visit_the_patient_and_who_asked():
    resource = asked()

    assert (resource["status"], resource["intent"]) == ("requested", "order")
    assert resource["focus"]["reference"] == "Appointment/v1"
    assert resource["for"]["identifier"]["value"] == ASTRID
    assert (resource["requester"]["type"], resource["requester"]["identifier"]["value"]) == ("RelatedPerson", JONAS)
    assert resource["reasonCode"] == {"text": "Jeg er bortreist."}


@pytest.mark.parametrize("status", ["received", "accepted", "completed"])
def test_the_journal_answers_by_sending_the_same_task_back(status):
    answer = read({**asked(), "status": status})

    assert (answer.status, answer.visit_id, answer.task_id, answer.version) == (TaskStatus(status), "v1", "t1", 2)


def test_a_refusal_comes_with_its_reason_in_words():
    why = {"text": "Medisinene må gis."}

    answer = read({**asked(), "status": "rejected", "statusReason": why})

    assert (answer.status, answer.reason) == (TaskStatus.REJECTED, "Medisinene må gis.")


def test_the_answer_is_told_to_the_journal_that_asks_again():
    resource = asked(status=TaskStatus.REJECTED, answer="Medisinene må gis.")

    assert resource["statusReason"] == {"text": "Medisinene må gis."}
    assert read(resource).reason == "Medisinene må gis."


@pytest.mark.parametrize(
    ("change", "place", "status"),
    [
        ({"status": "draft"}, "Task.status", 422),
        ({"status": "rejected"}, "Task.statusReason", 422),
        ({"intent": "plan"}, "Task.intent", 422),
        ({"code": {"text": "avlys"}}, "Task.code", 422),
        ({"focus": {"reference": "Patient/1"}}, "Task.focus", 422),
        ({"status": "done"}, "Task.status", 400),
        ({"besøk": 1}, "Task", 400),
        ({"visit": 1}, "Task.visit", 400),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_its_place(change, place, status):
    with pytest.raises(BadResource) as refusal:
        read({**asked(), **change})

    assert (refusal.value.status, [issue.expression for issue in refusal.value.issues]) == (status, [place])


def test_an_absolute_focus_is_understood():
    answer = read({**asked(), "focus": {"reference": "http://127.0.0.1:8000/fhir/Appointment/v1"}})

    assert answer.visit_id == "v1"


def test_every_r4_element_of_a_task_is_known():
    more = {
        "input": [{"type": {"text": "x"}, "valueString": "x"}],
        "note": [{"text": "x", "authorString": "Mona"}],
        "restriction": {"period": {"end": "2027"}},
        "_authoredOn": {"id": "x"},
        "partOf": [{"reference": "Task/0"}],
    }

    assert read({**asked(), **more}).task_id == "t1"


def test_no_refusal_and_no_picture_holds_a_national_id():
    request = Asker(identifier_system=FNR, national_id=JONAS)

    with pytest.raises(BadResource) as refusal:
        read({**asked(), "status": ASTRID})

    assert ASTRID not in json.dumps(outcome(refusal.value.issues))
    assert JONAS not in repr(request)
