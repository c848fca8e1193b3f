"""The journal is told that something has happened, by id alone, until it says that it heard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.fhir import reactions
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.ground import clock, keys, outbox
from hjemmekontakt.messages.events import MessageSent, ThreadTransferred
from hjemmekontakt.visits.actions import answer_cancellation, ask_to_cancel_visit, record_visits, withdraw_cancellation
from hjemmekontakt.visits.events import CancellationAsked, CancellationWithdrawn
from hjemmekontakt.visits.rules import CancellationState
from tests.people import NATIONAL_IDS, an_id
from tests.visits.reports import ASTRIDS_MORNING

SECRET = "between-the-portal-and-the-journal"


@dataclass
class Hook:
    """A journal's address on this machine: what it heard, and what it answers."""

    status: int = 200
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    def focuses(self) -> list[str]:
        """What each notice told to fetch."""
        return [_part(bundle, "focus")["valueReference"]["reference"] for _, bundle in self.heard]


def _part(bundle: dict[str, Any], name: str) -> dict[str, Any]:
    status = bundle["entry"][0]["resource"]
    [event] = [each for each in status["parameter"] if each["name"] == "notification-event"]
    return next(part for part in event["part"] if part["name"] == name)


@pytest.fixture
def hook(world) -> Iterator[Hook]:
    """Tunvik's journal listens."""
    ear = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ear.heard.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(ear.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *about: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    ear.url = f"http://127.0.0.1:{server.server_port}/hook"
    hook_row(world, ear.url, world.tunvik)
    yield ear
    server.shutdown()
    server.server_close()


def hook_row(world, url: str, municipality) -> None:
    world.insert(
        "journal_hook",
        id=an_id(url),
        municipality_id=municipality,
        url=url,
        secret_sealed=keys.seal(SECRET),
        active=True,
    )


def asked_for(municipality) -> CancellationAsked:
    return CancellationAsked(
        cancellation_id=an_id("asked"),
        visit_id=an_id("visit"),
        citizen_id=an_id("astrid"),
        municipality_id=municipality,
    )


def test_a_cancellation_is_told_as_a_task_to_fetch_and_nothing_more(world, hook) -> None:
    reactions.tell_of_cancellations([asked_for(world.tunvik)])
    [(authorization, bundle)] = hook.heard
    assert authorization == f"Bearer {SECRET}"
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "history")
    assert hook.focuses() == [f"Task/{an_id('asked')}"]
    assert all("resource" not in entry for entry in bundle["entry"][1:])
    assert str(an_id("astrid")) not in json.dumps(bundle)


def test_a_message_is_told_as_a_communication(world, hook) -> None:
    written = MessageSent(
        message_id=an_id("message"), thread_id=an_id("thread"), citizen_id=an_id("astrid"), municipality_id=world.tunvik
    )
    reactions.tell_of_messages([written])
    assert hook.focuses() == [f"Communication/{an_id('message')}"]


def test_a_transferred_dialogue_is_told_of_again_by_its_last_message(world, hook) -> None:
    moved = ThreadTransferred(
        thread_id=an_id("thread"),
        message_id=an_id("message"),
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        from_unit_id=world.nord,
        to_unit_id=world.sor,
    )
    reactions.tell_of_transfers([moved])
    assert hook.focuses() == [f"Communication/{an_id('message')}"]


def test_another_municipalitys_journal_hears_nothing(world, hook) -> None:
    reactions.tell_of_cancellations([asked_for(world.fjordby)])
    assert hook.heard == []


def test_an_activation_is_told_where_she_has_a_decision_today(world, hook, at) -> None:
    ready = [CitizenActivated(citizen_id=an_id("einar"))]
    reactions.tell_of_activations(ready)
    assert hook.focuses() == [f"Patient/{an_id('einar')}"]
    at(clock.now() - timedelta(days=365))
    reactions.tell_of_activations(ready)
    assert len(hook.heard) == 1


def test_one_who_is_activated_twice_is_told_under_two_numbers(hook) -> None:
    for _ in range(2):
        reactions.tell_of_activations([CitizenActivated(citizen_id=an_id("einar"))])
    first, second = (int(_part(bundle, "event-number")["valueString"]) for _, bundle in hook.heard)
    assert second > first


@pytest.mark.parametrize(
    ("status", "why"),
    [(503, Why.UNAVAILABLE), (401, Why.SETUP), (429, Why.BUSY), (400, Why.REFUSED), (302, Why.REFUSED)],
)
def test_a_journal_that_does_not_take_it_is_told_again_later(world, hook, status, why) -> None:
    hook.status = status
    with pytest.raises(NotAccepted) as problem:
        reactions.tell_of_cancellations([asked_for(world.tunvik)])
    assert problem.value.why is why


def test_a_journal_that_is_not_there_is_told_again_later(world) -> None:
    hook_row(world, "http://127.0.0.1:9/hook", world.tunvik)
    with pytest.raises(NotAccepted) as problem:
        reactions.tell_of_cancellations([asked_for(world.tunvik)])
    assert problem.value.why is Why.UNAVAILABLE


def test_nothing_goes_out_over_open_lines(world) -> None:
    hook_row(world, "http://journal.example/hook", world.tunvik)
    with pytest.raises(NotAccepted) as problem:
        reactions.tell_of_cancellations([asked_for(world.tunvik)])
    assert problem.value.why is Why.SETUP


@pytest.fixture
def only_the_journal_listens() -> Iterator[None]:
    """Connect cancellations to the journal alone."""
    before = {name: dict(listeners) for name, listeners in outbox._listeners.items()}
    outbox._listeners.clear()
    outbox.listen(CancellationAsked, reactions.tell_of_cancellations)
    outbox.listen(CancellationWithdrawn, reactions.tell_of_withdrawals)
    yield
    outbox._listeners.clear()
    outbox._listeners.update(before)


def test_what_astrid_asks_waits_through_an_outage_and_is_then_heard(
    hook, journal, astrid, database, only_the_journal_listens
) -> None:
    [visit] = record_visits(journal, [ASTRIDS_MORNING])
    asked = ask_to_cancel_visit(astrid, visit.visit_id, form_key=an_id("form"))
    hook.status = 503
    assert outbox.deliver(outbox.claim()) == 0
    hook.status = 200
    database.execute("UPDATE outbox SET due_at = now()")
    assert outbox.deliver(outbox.claim()) == 1
    assert hook.focuses() == [f"Task/{asked.id}"] * 2
    assert database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    assert NATIONAL_IDS["astrid"] not in json.dumps(hook.heard)


def test_a_journal_that_was_down_for_a_day_hears_both_the_request_and_the_undo_and_answers_then(
    hook, journal, astrid, database, only_the_journal_listens, at
) -> None:
    [visit] = record_visits(journal, [ASTRIDS_MORNING])
    asked = ask_to_cancel_visit(astrid, visit.visit_id, form_key=an_id("form"))
    withdraw_cancellation(astrid, asked.id)
    again = ask_to_cancel_visit(astrid, visit.visit_id, form_key=an_id("again"))
    hook.status = 503
    for hour in range(24):
        database.execute("UPDATE outbox SET due_at = now(), leased_until = NULL")
        assert outbox.deliver(outbox.claim()) == 0, hour
    at("tuesday 11:00")
    hook.status, hook.heard = 200, []
    database.execute("UPDATE outbox SET due_at = now(), leased_until = NULL")
    assert outbox.deliver(outbox.claim()) == 3
    assert sorted(hook.focuses()) == sorted([f"Task/{asked.id}"] * 2 + [f"Task/{again.id}"])
    topics = {
        each["valueCanonical"].rpartition("/")[2]
        for _, bundle in hook.heard
        for each in bundle["entry"][0]["resource"]["parameter"]
        if each["name"] == "topic"
    }
    assert topics == {"cancellation-asked", "cancellation-withdrawn"}
    assert answer_cancellation(journal, again.id, state=CancellationState.ACCEPTED).state == "accepted"
