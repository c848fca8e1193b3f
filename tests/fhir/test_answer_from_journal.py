"""Tunvik's journal answers in a dialogue that Astrid has begun; no other journal can."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import router
from hjemmekontakt.messages import queries
from hjemmekontakt.messages.actions import write_message
from hjemmekontakt.messages.rules import ThreadState
from tests.people import an_id, the_journal

SCOPES = frozenset({"system/Communication.cr"})


@pytest.fixture
def asked(world, astrid):
    """Astrid's question to Nord."""
    return write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hvor er nøkkelen?", form_key=an_id("form")
    )


def say(journal: Actor, answers: object, *, scopes: frozenset[str] = SCOPES, **elements: Any) -> HttpResponse:
    resource = {
        "resourceType": "Communication",
        "status": "completed",
        "inResponseTo": [{"reference": f"Communication/{answers}"}],
        "sent": "2026-03-02T11:00:00+01:00",
        "payload": [{"contentString": "I nøkkelboksen."}],
        **elements,
    }
    content = json.dumps({name: value for name, value in resource.items() if value is not None})
    request = RequestFactory().post("/fhir/Communication", content, content_type="application/fhir+json")
    return router.answer(request, known=(journal, scopes, "journal-tunvik"))


@pytest.mark.parametrize("what", ["thread_id", "message_id"])
def test_nord_answers_in_its_journal_and_astrid_reads_it_once(asked, astrid, journal, what) -> None:
    assert say(journal, getattr(asked, what)).status_code == 201
    assert say(journal, getattr(asked, what)).status_code == 201
    thread = queries.thread(astrid, asked.thread_id)
    assert [message.text for message in thread.messages] == ["Hvor er nøkkelen?", "I nøkkelboksen."]
    assert (thread.state, thread.answer_by) == (ThreadState.ANSWERED, None)


def test_the_answer_carries_the_units_name(asked, astrid, journal, database) -> None:
    say(journal, asked.thread_id)
    authors = database.execute("SELECT author_name FROM message WHERE sender = 'unit'").fetchall()
    assert authors == [("Hjemmetjenesten Nord",)]


def test_fjordbys_journal_finds_nothing_to_answer(asked, world, database) -> None:
    assert say(the_journal(world.fjordby), asked.thread_id).status_code == 404
    assert say(the_journal(world.fjordby), asked.message_id).status_code == 404
    assert database.execute("SELECT count(*) FROM message").fetchone() == (1,)


@pytest.mark.parametrize(
    ("elements", "status"),
    [
        ({"payload": None}, 422),
        ({"payload": [{"contentString": "x" * 4001}]}, 422),
        ({"payload": [{"contentString": "  "}]}, 422),
        ({"inResponseTo": None}, 422),
        ({"inResponseTo": [{"reference": "Patient/1"}]}, 422),
        ({"status": "preparation"}, 422),
        ({"status": "said"}, 400),
        ({"unheardOf": 1}, 400),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_stored(asked, journal, database, elements, status) -> None:
    answer = say(journal, asked.thread_id, **elements)
    assert answer.status_code == status
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
    assert database.execute("SELECT count(*) FROM message").fetchone() == (1,)


def test_a_token_that_may_only_read_cannot_answer(asked, journal) -> None:
    assert say(journal, asked.thread_id, scopes=frozenset({"system/Communication.r"})).status_code == 403
