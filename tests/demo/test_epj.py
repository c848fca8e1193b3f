"""The EPJ simulator against a small portal that only remembers: plan, cancellations, activation, outage, patience."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from hjemmekontakt.demo.epj import config
from hjemmekontakt.demo.epj.journal import Journal
from hjemmekontakt.demo.epj.server import Server
from hjemmekontakt.fhir import appointment, task
from hjemmekontakt.fhir.visit_report import CancelReason, VisitReport, VisitStatus

ASTRID, EINAR, JONAS = "04924299957", "11894799980", "12886599909"
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
MONDAY_AT_NINE = "2027-03-22T09:00:00+01:00"
SECRET = "the-hook-knows"
PATIENCE = 10.0


class Portal(ThreadingHTTPServer):
    """A portal that takes what it is sent, refuses those who are not active, and can be slow to start."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.lock = Lock()
        self.active = {ASTRID}
        self.visits: dict[str, list[bytes]] = {}
        self.others: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.applications: list[dict[str, str]] = []
        self.tokens: set[str] = set()
        self.refuse_next = 0

    def reports(self, person: str) -> dict[str, VisitReport]:
        """The newest report of each of a person's visits, read as the product reads it."""
        with self.lock:
            newest = [appointment.read(bodies[-1]) for bodies in self.visits.values()]
        assert [each.remarks for each in newest if each.remarks] == []
        return {
            each.report.identifier_value: each.report for each in newest if each.report.patient_national_id == person
        }

    def called(self, beginning: str) -> int:
        with self.lock:
            return sum(call.startswith(beginning) for call in self.calls)


class Door(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        self._answer(*self._do(b""))

    def do_POST(self) -> None:
        self._answer(*self._do(self.rfile.read(int(self.headers["Content-Length"]))))

    do_PUT = do_POST

    def _do(self, body: bytes) -> tuple[int, dict[str, Any]]:
        portal, address = self.server, urlsplit(self.path)
        with portal.lock:
            if address.path == "/token":
                return self._token(body)
            portal.calls.append(f"{self.command} {address.path}")
            if portal.refuse_next:
                portal.refuse_next -= 1
                return 503, {}
            if self.headers["Authorization"].removeprefix("Bearer ") not in portal.tokens:
                return 401, {}
            if address.path == "/fhir/Appointment":
                return self._visit(body, unquote(parse_qs(address.query)["identifier"][0]))
            name = address.path.removeprefix("/fhir/")
            if self.command == "GET":
                return (200, portal.others[name]) if name in portal.others else (404, {})
            portal.others[name] = json.loads(body)
            return 200, portal.others[name]

    def _token(self, body: bytes) -> tuple[int, dict[str, Any]]:
        self.server.applications.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
        token = f"token-{len(self.server.applications)}"
        self.server.tokens.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 300}

    def _visit(self, body: bytes, identifier: str) -> tuple[int, dict[str, Any]]:
        report = appointment.read(body).report
        assert identifier == f"{report.identifier_system}|{report.identifier_value}"
        if report.patient_national_id not in self.server.active:
            coding = [{"system": "urn:oid:2.16.578.1.12.4.1.1.8221", "code": "E35"}]
            return 422, {"resourceType": "OperationOutcome", "issue": [{"details": {"coding": coding}}]}
        known = self.server.visits.setdefault(report.identifier_value, [])
        known.append(body)
        return (200 if len(known) > 1 else 201), {}

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", 'W/"1"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


def told(portal: Portal, key: dict[str, Any], *, port: int = 0) -> dict[str, Any]:
    """The simulator's configuration file."""
    return {
        "port": port,
        "fhir_base": f"{portal.base}/fhir",
        "token_endpoint": f"{portal.base}/token",
        "client_id": "tunvik-epj",
        "private_jwk": key,
        "scope": "system/Appointment.cruds system/Task.rus",
        "hook_secret": SECRET,
        "municipality": {"name": "Tunvik", "her_id": "8140000"},
        "units": {"nord": {"name": "Hjemmetjenesten Nord", "her_id": "8140001"}},
        "persons": {
            "astrid": {"name": "Astrid Berg", "national_id": ASTRID},
            "einar": {"name": "Einar Dahl", "national_id": EINAR},
        },
        "now": MONDAY_AT_NINE,
    }


def until(condition: Callable[[], Any]) -> Any:
    """Wait for something to become true, not for a time."""
    ends = monotonic() + PATIENCE
    while monotonic() < ends:
        if found := condition():
            return found
        Event().wait(0.01)
    raise AssertionError("it never came true")


class Epj:
    """The simulator as others see it."""

    def __init__(self, journal: Journal, server: Server) -> None:
        self.journal = journal
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", trust_env=False, timeout=PATIENCE)

    def post(self, path: str, **asked: Any) -> httpx.Response:
        return self.http.post(path, json=asked)

    def seen(self) -> list[dict[str, Any]]:
        return self.http.get("/seen").json()

    def landmark(self, name: str) -> str:
        return self.http.get("/visits").json()["astrid"][name]

    def notify(self, focus: str, *, number: str = "1", secret: str = SECRET) -> httpx.Response:
        """The portal's rest-hook, by the R4 backport."""
        event = [
            {"name": "event-number", "valueString": number},
            {"name": "focus", "valueReference": {"reference": focus}},
        ]
        status = {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "subscription", "valueReference": {"reference": "Subscription/1"}},
                {"name": "status", "valueCode": "active"},
                {"name": "type", "valueCode": "event-notification"},
                {"name": "notification-event", "part": event},
            ],
        }
        bundle = {"resourceType": "Bundle", "type": "history", "entry": [{"resource": status}]}
        return self.http.post("/hook", json=bundle, headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(scope="session")
def key() -> ECKey:
    return ECKey.generate_key("P-384", parameters={"kid": "tunvik-1"})


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    serving = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def epj(portal: Portal, key: ECKey) -> Iterator[Epj]:
    """The simulator, when its first window is sent."""
    journal = Journal(config.from_json(told(portal, key.as_dict(private=True))))
    server = Server(0, journal)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    journal.start()
    until(journal.book.all_sent.is_set)
    epj = Epj(journal, server)
    epj.post("/policy", cancellation="accept", delay_s=0)
    yield epj
    epj.http.close()
    server.shutdown()
    server.server_close()
    journal.stop()


def asked_to_cancel(portal: Portal, identifier: str, *, by: str = "Patient") -> None:
    """The portal holds a request to cancel one of Astrid's visits."""
    portal.others["Appointment/v1"] = {"identifier": [{"system": "urn:ietf:rfc:3986", "value": identifier}]}
    portal.others["Task/t1"] = {
        "resourceType": "Task",
        "id": "t1",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": "https://hjemmekontakt.example/fhir/CodeSystem/task", "code": "cancel-visit"}]},
        "focus": {"reference": "Appointment/v1"},
        "for": {"type": "Patient", "identifier": {"system": FNR, "value": ASTRID}},
        "requester": {"type": by, "identifier": {"system": FNR, "value": ASTRID if by == "Patient" else JONAS}},
    }


def answered(portal: Portal) -> task.CancellationAnswer:
    return task.read(json.dumps(portal.others["Task/t1"]).encode())


def test_two_weeks_of_visits_are_sent_with_names_for_today_and_tomorrow_and_windows_after(epj, portal):
    visits = sorted(portal.reports(ASTRID).values(), key=lambda visit: visit.starts_at)

    days = sorted({visit.starts_at.date() for visit in visits})
    assert (days[0].isoformat(), len(days)) == ("2027-03-22", 14)
    assert {visit.performer_first_name for visit in visits if visit.starts_at.date() in days[:2]} == {"Mona"}
    assert {visit.status for visit in visits if visit.starts_at.date() in days[:2]} == {VisitStatus.ASSIGNED}
    assert {(visit.status, visit.is_window) for visit in visits if visit.starts_at.date() in days[2:]} == {
        (VisitStatus.PLANNED, True)
    }
    assert {visit.unit_her_id for visit in visits} == {"8140001"}
    assert visits[0].starts_at.isoformat() == "2027-03-22T13:00:00+01:00"
    assert visits[0].identifier_value == epj.landmark("next")


def test_one_visit_can_surely_be_cancelled_and_the_same_visit_has_the_same_name_next_time(epj, portal, key):
    far = portal.reports(ASTRID)[epj.landmark("cancellable")]
    again = Journal(config.from_json(told(portal, key.as_dict(private=True))))
    again.start()
    again.stop()

    assert far.may_cancel is True
    assert far.starts_at.date().isoformat() == "2027-04-01"
    assert set(again.book.visits) == set(epj.journal.book.visits)


def test_the_token_is_asked_for_once_with_a_signed_assertion(epj, portal, key):
    assert len(portal.applications) == 1
    application = portal.applications[0]
    signed = jwt.decode(application["client_assertion"], key, algorithms=["ES384"])

    assert application["grant_type"] == "client_credentials"
    assert signed.header["kid"] == "tunvik-1"
    assert (signed.claims["iss"], signed.claims["sub"]) == ("tunvik-epj", "tunvik-epj")
    assert signed.claims["aud"] == f"{portal.base}/token"
    assert signed.claims["exp"] - signed.claims["iat"] <= 300


def test_a_token_that_no_longer_holds_is_renewed(epj, portal):
    portal.tokens.clear()

    performed = epj.post("/perform", visit=epj.landmark("next"))

    assert performed.json()["portal"] == 200
    assert len(portal.applications) == 2


def test_a_person_who_is_not_active_costs_one_refusal_and_keeps_her_plan(epj, portal):
    assert portal.reports(EINAR) == {}
    assert epj.journal.book.inactive == {"einar"}
    assert any(visit.person == "einar" for visit in epj.journal.book.overview())
    extra = epj.post("/plan", person="einar", start="2027-03-25T09:00:00+01:00", end="2027-03-25T09:30:00+01:00")

    assert extra.json()["portal"] is None
    assert portal.reports(EINAR) == {}


def test_when_a_person_becomes_active_the_full_window_is_sent_once(epj, portal):
    portal.active.add(EINAR)
    portal.others["Patient/p9"] = {"resourceType": "Patient", "identifier": [{"system": FNR, "value": EINAR}]}

    assert epj.notify("Patient/p9").status_code == 200
    assert epj.notify("Patient/p9").status_code == 200

    planned = sum(visit.person == "einar" for visit in epj.journal.book.overview())
    until(lambda: len(portal.reports(EINAR)) == planned)
    assert [(each["kind"], each["id"], each["person"]) for each in epj.seen()] == [("activation", "p9", "einar")]
    assert portal.called("GET /fhir/Patient/p9") == 1


def test_a_performed_visit_is_reported_at_the_planned_time_and_twice_is_the_same(epj, portal):
    next_visit = epj.landmark("next")
    planned = portal.reports(ASTRID)[next_visit]

    first = epj.post("/perform", visit=next_visit)
    again = epj.post("/perform", visit=next_visit.removeprefix("urn:uuid:"))

    done = portal.reports(ASTRID)[next_visit]
    assert first.json() == again.json() == {"visit": next_visit, "status": "fulfilled", "portal": 200}
    assert done.status is VisitStatus.PERFORMED
    assert (done.starts_at, done.ends_at, done.performer_first_name) == (planned.starts_at, planned.ends_at, "Mona")


def test_a_window_is_performed_from_its_start_for_as_long_as_it_was_meant_to_last(epj, portal):
    far = epj.landmark("cancellable")
    planned = portal.reports(ASTRID)[far]

    epj.post("/perform", visit=far)

    done = portal.reports(ASTRID)[far]
    assert done.starts_at == planned.starts_at
    assert (done.ends_at - done.starts_at).total_seconds() == planned.minutes_duration * 60


def test_visits_can_be_moved_and_planned(epj, portal):
    far = epj.landmark("cancellable")

    epj.post("/move", visit=far, start="2027-04-01T14:00:00+02:00", end="2027-04-01T16:00:00+02:00")
    extra = epj.post("/plan", person="astrid", start="2027-03-22T16:00:00+01:00", end="2027-03-22T16:20:00+01:00")

    visits = portal.reports(ASTRID)
    assert visits[far].starts_at.isoformat() == "2027-04-01T14:00:00+02:00"
    assert visits[extra.json()["visit"]].status is VisitStatus.ASSIGNED


@pytest.mark.parametrize(("by", "reason"), [("Patient", "AAI"), ("RelatedPerson", "APVAI")])
def test_a_cancellation_is_received_accepted_and_then_the_visit_is_cancelled(epj, portal, by, reason):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit, by=by)

    epj.notify("Task/t1")

    until(lambda: portal.reports(ASTRID)[visit].status is VisitStatus.CANCELLED)
    assert portal.reports(ASTRID)[visit].cancel_reason is CancelReason(reason)
    assert answered(portal).status is task.TaskStatus.ACCEPTED
    assert portal.called("PUT /fhir/Task/t1") == 2
    (heard,) = epj.seen()
    assert (heard["kind"], heard["id"], heard["person"], heard["visit"]) == ("cancellation", "t1", "astrid", visit)


def test_a_cancellation_can_be_declined_with_a_reason(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)
    epj.post("/policy", cancellation="decline", delay_s=0)

    epj.notify("Task/t1")

    until(lambda: portal.others["Task/t1"]["status"] == "rejected")
    assert answered(portal).reason == "Dette besøket kan ikke avlyses. Ring oss."
    assert portal.reports(ASTRID)[visit].status is VisitStatus.PLANNED


def test_a_silent_journal_receives_and_says_no_more(epj, portal):
    asked_to_cancel(portal, epj.landmark("cancellable"))
    epj.post("/policy", cancellation="silent", delay_s=0)

    epj.notify("Task/t1")
    until(lambda: portal.others["Task/t1"]["status"] == "received")
    epj.post("/perform", visit=epj.landmark("next"))

    assert portal.called("PUT /fhir/Task/t1") == 1


def test_a_cancellation_that_was_withdrawn_meanwhile_is_left_alone(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)
    epj.post("/policy", cancellation="accept", delay_s=0.3)

    epj.notify("Task/t1")
    until(lambda: portal.others["Task/t1"]["status"] == "received")
    portal.others["Task/t1"]["status"] = "cancelled"
    until(lambda: portal.called("GET /fhir/Task/t1") == 2)

    assert portal.others["Task/t1"]["status"] == "cancelled"
    assert portal.reports(ASTRID)[visit].status is VisitStatus.PLANNED


def test_a_request_that_was_taken_back_before_it_was_fetched_is_left_alone(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)
    portal.others["Task/t1"]["status"] = "cancelled"

    epj.notify("Task/t1")
    until(lambda: portal.called("GET /fhir/Task/t1") == 1)
    epj.post("/perform", visit=epj.landmark("next"))

    assert portal.called("PUT /fhir/Task/t1") == 0
    assert portal.reports(ASTRID)[visit].status is VisitStatus.PLANNED


def test_the_notice_of_an_undo_changes_nothing_of_what_was_answered(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)
    epj.notify("Task/t1")
    until(lambda: portal.reports(ASTRID)[visit].status is VisitStatus.CANCELLED)

    portal.others["Task/t1"]["status"] = "cancelled"
    epj.notify("Task/t1", number="2")
    until(lambda: portal.called("GET /fhir/Task/t1") == 3)

    assert portal.called("PUT /fhir/Task/t1") == 2
    assert portal.reports(ASTRID)[visit].status is VisitStatus.CANCELLED


def test_it_may_answer_twice_and_blindly_after_the_undo(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)
    epj.post("/policy", cancellation="accept", delay_s=0.3, times=2, blindly=True)

    epj.notify("Task/t1")
    until(lambda: portal.others["Task/t1"]["status"] == "received")
    portal.others["Task/t1"]["status"] = "cancelled"
    until(lambda: portal.reports(ASTRID)[visit].status is VisitStatus.CANCELLED)

    assert portal.called("PUT /fhir/Task/t1") == 3
    assert portal.called("GET /fhir/Task/t1") == 1


def test_the_same_notice_three_times_has_one_effect(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)

    for number in ("1", "1", "2"):
        assert epj.notify("Task/t1", number=number).status_code == 200

    until(lambda: portal.reports(ASTRID)[visit].status is VisitStatus.CANCELLED)
    assert len(epj.seen()) == 1
    assert portal.called("PUT /fhir/Task/t1") == 2


def test_a_message_is_heard_and_answered_only_when_somebody_answers(epj, portal):
    portal.others["Patient/p1"] = {"identifier": [{"system": FNR, "value": ASTRID}]}
    portal.others["Communication/c1"] = {"subject": {"reference": "Patient/p1"}}

    epj.notify("Communication/c1")

    until(epj.seen)
    assert [(each["kind"], each["id"], each["person"]) for each in epj.seen()] == [("message", "c1", "astrid")]
    assert portal.called("POST /fhir/Communication") == 0
    assert epj.post("/answer", thread="c1", text="Vi kommer klokka 10.").json()["portal"] == 200
    assert portal.others["Communication"]["payload"] == [{"contentString": "Vi kommer klokka 10."}]


def test_nobody_but_the_portal_may_use_the_hook(epj):
    assert epj.notify("Task/t1", secret="a guess").status_code == 401
    assert epj.seen() == []


def test_during_an_outage_everything_is_away_and_afterwards_the_notice_can_come_again(epj, portal):
    visit = epj.landmark("cancellable")
    asked_to_cancel(portal, visit)

    epj.post("/outage", seconds=60)
    away = [epj.notify("Task/t1"), epj.http.get("/seen"), epj.http.get("/"), epj.post("/perform", visit=visit)]
    epj.post("/outage", seconds=0)
    back = epj.notify("Task/t1")

    assert [answer.status_code for answer in away] == [503] * 4
    assert back.status_code == 200
    until(lambda: portal.reports(ASTRID)[visit].status is VisitStatus.CANCELLED)


def test_a_portal_that_is_starting_is_tried_again(epj, portal):
    portal.refuse_next = 2

    performed = epj.post("/perform", visit=epj.landmark("next"))

    assert performed.json()["portal"] == 200


def test_what_cannot_be_done_is_said(epj):
    next_visit = epj.landmark("next")
    epj.post("/perform", visit=next_visit)

    assert epj.post("/perform", visit="urn:uuid:nothing").status_code == 404
    assert epj.post("/perform").status_code == 400
    assert epj.post("/nothing").status_code == 404
    assert epj.post("/plan", person="siri", start=MONDAY_AT_NINE, end=MONDAY_AT_NINE).status_code == 404
    assert epj.post("/plan", person="astrid", start=MONDAY_AT_NINE, end=MONDAY_AT_NINE).status_code == 409
    moved = epj.post("/move", visit=next_visit, start=MONDAY_AT_NINE, end="2027-03-22T10:00:00+01:00")
    assert moved.status_code == 409
    assert epj.post("/policy", cancellation="perhaps").status_code == 409
    assert epj.post("/policy", cancellation="accept", times=99).status_code == 409
    assert epj.http.post("/hook", content=b"{", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 400


def test_the_page_shows_the_visits_and_its_button_performs_one(epj, portal):
    next_visit = epj.landmark("next")
    drawn = epj.http.get("/").text

    pressed = epj.http.post("/perform", data={"visit": next_visit})

    assert "Astrid Berg" in drawn
    assert "Einar Dahl er ikke aktiv i portalen." in drawn
    assert "<button>Utført</button>" in drawn
    assert ASTRID not in drawn
    assert (pressed.status_code, pressed.headers["Location"]) == (303, "/")
    assert portal.reports(ASTRID)[next_visit].status is VisitStatus.PERFORMED


def test_it_runs_on_its_own_starts_before_the_portal_is_ready_and_stops_when_told(portal, key, tmp_path: Path):
    portal.refuse_next = 3
    file = tmp_path / "epj.json"
    file.write_text(json.dumps(told(portal, key.as_dict(private=True))))

    process = subprocess.Popen(
        [sys.executable, "-m", "hjemmekontakt.demo.epj", "--config", str(file)],
        env={"PYTHONPATH": str(Path(config.__file__).parents[3])},
    )
    try:
        until(lambda: len(portal.reports(ASTRID)) > 30)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)

    assert code == 0


def test_a_configuration_that_lacks_something_stops_with_a_sentence(tmp_path: Path):
    file = tmp_path / "epj.json"
    file.write_text('{"persons": {}, "port": 0}')

    with pytest.raises(SystemExit, match="lacks 'fhir_base'"):
        config.load(file)
