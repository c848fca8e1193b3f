"""A small HTTP server for the demo's stand-ins: a table of addresses and functions, on this machine only."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LARGEST_BODY = 1_000_000


class BadRequest(ValueError):
    """What was sent cannot be understood."""


@dataclass(frozen=True, slots=True)
class Call:
    """What came in."""

    headers: Message
    body: bytes

    def json_object(self) -> dict[str, Any]:
        """Read the body as a JSON object."""
        try:
            said = json.loads(self.body)
        except ValueError:
            raise BadRequest("not JSON") from None
        if not isinstance(said, dict):
            raise BadRequest("not a JSON object")
        return said


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out."""

    status: HTTPStatus = HTTPStatus.NO_CONTENT
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Routes = Mapping[tuple[str, str], Callable[[Call], Reply]]


def as_json(said: object, *, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    """Answer with JSON."""
    return Reply(status, json.dumps(said, ensure_ascii=False).encode())


def as_page(html: str) -> Reply:
    """Answer with a page."""
    return Reply(
        HTTPStatus.OK,
        html.encode(),
        "text/html; charset=utf-8",
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def serve(routes: Routes, *, host: str, port: int) -> ThreadingHTTPServer:
    """Open the doors and answer until `shutdown()`; port 0 takes a free one."""
    if host not in LOOPBACK:
        raise ValueError("the demo's stand-ins open nothing outside this machine")
    server = _Server((host, port), _handler_for(routes))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler_for(routes: Routes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection; it keeps no log, since bodies and numbers belong in none."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 60

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST_BODY:
                self.close_connection = True
                return self._send(Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            return self._send(
                _reply(routes, (self.command, urlsplit(self.path).path), Call(self.headers, self.rfile.read(length)))
            )

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Cache-Control", "no-store")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

    return Handler


def _reply(routes: Routes, address: tuple[str, str], call: Call) -> Reply:
    door = routes.get(address)
    if door is None:
        known = any(path == address[1] for _, path in routes)
        return Reply(HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND)
    try:
        return door(call)
    except BadRequest as refused:
        return as_json({"error": str(refused)}, status=HTTPStatus.BAD_REQUEST)
