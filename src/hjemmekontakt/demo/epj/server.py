"""The journal's doors: a page and buttons for people, JSON for tests, and the rest-hook for the portal."""

import hmac
import json
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from hjemmekontakt.demo.epj import page
from hjemmekontakt.demo.epj.book import NotPossible, Unknown
from hjemmekontakt.demo.epj.journal import Journal, Policy
from hjemmekontakt.demo.epj.portal import Unreachable

LONGEST_BODY = 1_000_000


class Server(ThreadingHTTPServer):
    """Listens on loopback alone; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, port: int, journal: Journal) -> None:
        self.journal = journal
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer the page, or what can be looked at."""
        journal = self.server.journal
        if journal.line.is_down:
            return self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "away"})
        match self.path:
            case "/":
                return self._page()
            case "/seen":
                return self._answer(HTTPStatus.OK, journal.seen())
            case "/visits":
                return self._answer(HTTPStatus.OK, journal.book.landmarks())
            case "/plan":
                return self._answer(HTTPStatus.OK, [asdict(visit) for visit in journal.book.overview()])
            case "/ready":
                ready = journal.book.all_sent.is_set()
                return self._answer(HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE, {"ready": ready})
        return self._answer(HTTPStatus.NOT_FOUND, {"error": "no such page"})

    def do_POST(self) -> None:
        """Do what was asked, and say what came of it."""
        asked = self._body()
        if self.server.journal.line.is_down and self.path != "/outage":
            return self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "away"})
        if self.path == "/hook":
            return self._hook(asked)
        try:
            told = self._do(asked if isinstance(asked, dict) else {})
        except Unknown:
            return self._answer(HTTPStatus.NOT_FOUND, {"error": "no such visit, person or page"})
        except NotPossible as reason:
            return self._answer(HTTPStatus.CONFLICT, {"error": str(reason)})
        except Unreachable:
            return self._answer(HTTPStatus.BAD_GATEWAY, {"error": "the portal does not answer"})
        except (KeyError, TypeError, ValueError):
            return self._answer(HTTPStatus.BAD_REQUEST, {"error": "something is missing or not as it should be"})
        if self.is_from_the_page:
            return self._see_page()
        return self._answer(HTTPStatus.OK, told)

    def _do(self, asked: dict[str, Any]) -> dict[str, Any]:
        journal = self.server.journal
        match self.path:
            case "/perform":
                return journal.book.perform(asked["visit"])
            case "/move":
                return journal.book.move(asked["visit"], *_times(asked))
            case "/plan":
                return journal.book.plan_visit(asked["person"], *_times(asked))
            case "/answer":
                return journal.answer(asked["thread"], asked["text"])
            case "/policy":
                journal.set_policy(_policy(asked))
                return asdict(journal.policy)
            case "/outage":
                journal.line.go_down(float(asked["seconds"]))
                return {"seconds": asked["seconds"]}
        raise Unknown

    def _hook(self, bundle: Any) -> None:
        given = self.headers.get("Authorization", "").encode()
        expected = f"Bearer {self.server.journal.config.hook_secret}".encode()
        if not hmac.compare_digest(given, expected):
            return self._answer(HTTPStatus.UNAUTHORIZED, {"error": "not the portal"})
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            return self._answer(HTTPStatus.BAD_REQUEST, {"error": "a Bundle is expected"})
        self.server.journal.hear(bundle)
        return self._answer(HTTPStatus.OK, {})

    def _body(self) -> Any:
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY)
        sent = self.rfile.read(length)
        # A form of our own page; a tool that names its JSON a form is understood as well.
        self.is_from_the_page = "urlencoded" in self.headers.get("Content-Type", "") and not sent.lstrip().startswith(
            b"{"
        )
        if self.is_from_the_page:
            return {name: values[0] for name, values in parse_qs(sent.decode(errors="replace")).items()}
        try:
            return json.loads(sent or b"{}")
        except ValueError:
            return None

    def _page(self) -> None:
        journal = self.server.journal
        book, persons = journal.book, journal.config.persons
        drawn = page.listing(book.overview(), persons, inactive=book.inactive, problems=journal.line.problems)
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", drawn.encode())

    def _see_page(self) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, told: Any) -> None:
        self._send(status, "application/json", json.dumps(told, ensure_ascii=False, default=_plain).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a request line may tell about a person."""


def _policy(asked: dict[str, Any]) -> Policy:
    """What was asked for; `cancellation` may be left out where `wish` is not, and then stands as preset."""
    return Policy(
        asked.get("cancellation", Policy.cancellation) if "wish" in asked else asked["cancellation"],
        float(asked.get("delay_s", Policy.delay_s)),
        times=int(asked.get("times", Policy.times)),
        blindly=asked.get("blindly") in (True, "true"),
        wish=asked.get("wish", Policy.wish),
    )


def _times(asked: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(asked["start"]), datetime.fromisoformat(asked["end"])


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError
