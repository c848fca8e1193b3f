"""A journal that subscribes at the FHIR door, and listens on this machine: what stories about subscriptions begin with."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from hjemmekontakt.fhir import notification, systems
from hjemmekontakt.fhir.notification import GUIDE, Topic
from hjemmekontakt.fhir.subscribers import Callers
from hjemmekontakt.ground import keys
from tests.people import an_id

SCOPES = frozenset({"system/Subscription.cruds"})
SECRET = "kept-by-tunvik-and-its-journal"
BEARER = "Bearer of-the-journal"


@dataclass
class Ear:
    """A subscriber's address: what it heard, what it answers, and whether it keeps its caller waiting."""

    status: int = 200
    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    may_answer: Event = field(default_factory=Event)

    def kinds(self) -> list[str]:
        """The types of what was heard, in order."""
        return [parameter(bundle, "type")["valueCode"] for bundle in self.heard]

    def numbers(self) -> list[int]:
        """The numbers of the events that were heard, in order."""
        return [number for bundle in self.heard for number in numbers_in(bundle)]


def parameter(bundle: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in bundle["entry"][0]["resource"]["parameter"] if each["name"] == name)


def numbers_in(bundle: dict[str, Any]) -> list[int]:
    """The numbers of the events in a notification."""
    told = [each for each in bundle["entry"][0]["resource"]["parameter"] if each["name"] == "notification-event"]
    parts = [part for each in told for part in each["part"] if part["name"] == "event-number"]
    return [int(part["valueString"]) for part in parts]


@contextmanager
def listening(world: Any, municipality: Any, *, path: str = "/topics") -> Iterator[Ear]:
    """A subscriber listens, at an address whose host the operator has registered for this municipality."""
    ear = Ear()
    ear.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = json.loads(body)
            ear.heard.append(told)
            ear.headers.append(dict(self.headers))
            signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            ear.signed.append(self.headers.get("X-Hub-Signature-256") == f"sha256={signature}")
            ear.may_answer.wait(20)
            refused = any(each.get("fullUrl", "").rpartition("/")[2] in ear.refuses for each in told["entry"])
            self.send_response(400 if refused else ear.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *about: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True).start()
    ear.url = f"http://127.0.0.1:{server.server_port}{path}"
    world.insert(
        "journal_hook",
        id=an_id(ear.url),
        municipality_id=municipality,
        url=ear.url,
        secret_sealed=keys.seal(SECRET),
        active=False,
    )
    has_client(world, municipality)
    yield ear
    ear.may_answer.set()
    server.shutdown()
    server.server_close()


def has_client(world: Any, municipality: Any) -> None:
    """The journal of the stories is a client that is in use."""
    world.connection.execute(
        "INSERT INTO machine_client (id, client_id, municipality_id, name, jwks, scopes, hook_url, active)"
        " VALUES (%s, 'journal', %s, 'Journalen', '{}', '{}', '', true) ON CONFLICT DO NOTHING",
        [an_id("journal"), municipality],
    )


def asks(url: str, topic: Topic = notification.MESSAGE_SENT, **elements: Any) -> dict[str, Any]:
    """A Subscription as a journal writes it; None takes an element away."""
    resource = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "Svar på meldinger",
        "criteria": topic.canonical,
        "channel": {
            "type": "rest-hook",
            "endpoint": url,
            "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": f"{GUIDE}/backport-payload-content", "valueCode": "id-only"}]},
            "header": [f"Authorization: {BEARER}"],
            "extension": [{"url": systems.HOOK_SECRET, "valueString": SECRET}],
        },
        **elements,
    }
    return {name: value for name, value in resource.items() if value is not None}


def filtered(text: str) -> dict[str, Any]:
    """What stands beside the criteria."""
    return {"extension": [{"url": f"{GUIDE}/backport-filter-criteria", "valueString": text}]}


def call_until_quiet(callers: Callers, *, rounds: int = 40) -> None:
    """Let the callers go until nobody has anything to bring."""
    for _ in range(rounds):
        if not callers.step(patience_s=0.5) and not callers._under_way:
            return
    raise AssertionError("the callers are never done")
