"""Kill -9 of the web process amid what a journal tells: nothing of it is there, or all; sent again it is told once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import psycopg.types.json
import pytest

from hjemmekontakt.ground import clock
from hjemmekontakt.login.sessions import digest
from tests.fhir.test_bundle import LATER, bundle, named, performed, put
from tests.kill.conftest import standing_still_at, until, wait_until_gone
from tests.people import an_id

TOKEN = "only-for-the-tests"
VISITS = [f"urn:uuid:{place}" for place in range(20)]
TRACES = ("visit", "outbox")


@pytest.fixture
def epj(world, port):
    """Tunvik's journal with a token, over the net."""
    scopes = ["system/Appointment.crus"]
    world.insert(
        "machine_client",
        id=an_id("epj"),
        client_id="epj",
        municipality_id=world.tunvik,
        name="Journalen",
        jwks=psycopg.types.json.Jsonb({"keys": []}),
        scopes=scopes,
        hook_url="",
        active=True,
    )
    now = clock.real()
    world.insert(
        "machine_token",
        id=an_id("token"),
        digest=digest(TOKEN),
        client_id=an_id("epj"),
        scopes=scopes,
        issued_at=now,
        expires_at=now + timedelta(hours=1),
    )
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=30) as client:
        yield client


def send(epj: httpx.Client) -> httpx.Response:
    return epj.post("/fhir", json=bundle("transaction", *[put(performed(value)) for value in VISITS]))


def kept(world) -> dict[str, int]:
    """How many visits there are, and how many events for each who listens."""
    return {name: world.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TRACES}


def assert_told_once(world, epj: httpx.Client, *, status: str) -> None:
    """The same transaction sent twice more: each visit is there once, and told of once."""
    answers = [send(epj) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    told = [{entry["response"]["status"][:3] for entry in answer.json()["entry"]} for answer in answers]
    assert told == [{status}, {"200"}]
    listeners = "SELECT listener, count(*) FROM outbox WHERE event = 'VisitsPerformed' GROUP BY listener"
    events = world.connection.execute(listeners).fetchall()
    assert {count for _, count in events} == {1}
    assert kept(world)["visit"] == len(VISITS)
    assert world.connection.execute("SELECT DISTINCT version FROM visit").fetchall() == [(1,)]


def test_killed_before_the_commit_nothing_is_there_and_it_can_be_sent_again(programs, world, port, epj):
    web = programs.start_web(port)
    with ThreadPoolExecutor(1) as aside, standing_still_at("visit", "SHARE", world=world) as the_one_who_waits:
        sending = aside.submit(send, epj)
        backend = the_one_who_waits()  # whose they are is known, and the visits are about to be written
        programs.kill(web)
        assert isinstance(sending.exception(), httpx.TransportError)
    wait_until_gone(backend, world=world)
    assert kept(world) == dict.fromkeys(TRACES, 0)

    programs.start_web(port)
    assert_told_once(world, epj, status="201")


def test_killed_after_the_commit_all_is_there_and_the_same_again_tells_nobody(programs, world, port, epj):
    web = programs.start_web(port)
    with ThreadPoolExecutor(1) as aside:
        sending = aside.submit(send, epj)
        until(lambda: kept(world)["visit"], what="the transaction is committed")
        programs.kill(web)
        sending.exception()  # answered or not: the journal has seen nothing of it
    assert kept(world)["visit"] == len(VISITS)

    programs.start_web(port)
    assert_told_once(world, epj, status="200")


def test_killed_while_a_visit_told_of_alone_is_moved_all_of_it_is_there_and_the_same_again_tells_nobody(
    programs, world, port, epj
):
    """Its change, its event and the commit go in one trip: once they are sent the database finishes them."""

    def tell(**of_the_visit: object) -> httpx.Response:
        entry = put(named("urn:uuid:1", **of_the_visit))
        return epj.put(f"/fhir/{entry['request']['url']}", json=entry["resource"])

    other_hours = {"start": "2026-03-06T13:00:00+01:00", "end": "2026-03-06T15:00:00+01:00"}
    moved = {"meta": {"lastUpdated": LATER}, "requestedPeriod": [other_hours]}
    web = programs.start_web(port)
    assert tell().status_code == 201
    with ThreadPoolExecutor(1) as aside, standing_still_at("outbox", "SHARE", world=world) as the_one_who_waits:
        sending = aside.submit(tell, **moved)
        backend = the_one_who_waits()
        programs.kill(web)
        assert isinstance(sending.exception(), httpx.TransportError)
        assert world.connection.execute("SELECT version FROM visit").fetchall() == [(1,)]
    wait_until_gone(backend, world=world)
    assert world.connection.execute("SELECT version FROM visit").fetchall() == [(2,)]
    events = world.connection.execute("SELECT event FROM outbox").fetchall()
    assert set(events) == {("VisitsChanged",)}

    programs.start_web(port)
    assert tell(**moved).json()["meta"]["versionId"] == "2"
    assert world.connection.execute("SELECT event FROM outbox").fetchall() == events
