"""A subscriber outside is called at the very address that was looked at, by its own name and certificate."""

import functools
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from hjemmekontakt.gateways import journal
from hjemmekontakt.gateways import outside as outside_lines
from hjemmekontakt.gateways.handover import NotAccepted, Why

PUT_UP = "https://localhost:{port}/topics"


class Outside:
    """A subscriber's server with TLS: which name it was called by, and on which."""

    def __init__(self, certificate) -> None:
        self.names: list[tuple[str, str]] = []
        self.bodies: list[bytes] = []
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outside.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                outside.names.append((outside.asked_for, self.headers["Host"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *about: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.asked_for = ""
        context.sni_callback = lambda socket, name, _: setattr(outside, "asked_for", name)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        Thread(target=lambda: self.server.serve_forever(poll_interval=0.01), daemon=True).start()


@pytest.fixture
def outside(certificate) -> Iterator[Outside]:
    made = Outside(certificate)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def trusting(monkeypatch, certificate) -> None:
    """Every name leads to this machine, which counts as outside, and the certificate as one that holds."""
    look_up = outside_lines.socket.getaddrinfo
    monkeypatch.setattr(
        outside_lines.socket, "getaddrinfo", lambda _, port, *how, **more: look_up("127.0.0.1", port, **more)
    )
    context = ssl.create_default_context(cafile=str(certificate))
    client = functools.lru_cache(lambda host, address: httpx.Client(timeout=5, verify=context, trust_env=False))
    monkeypatch.setattr(outside_lines, "_client_to", client)
    monkeypatch.setattr(outside_lines, "_is_outside", lambda address: True)


def call(url: str) -> None:
    journal.tell_outside(url, headers={"Authorization": "x"}, body=b"{}", on_this_machine=frozenset())


def test_the_address_is_called_by_the_name_and_the_names_certificate(outside, trusting) -> None:
    call(PUT_UP.format(port=outside.port))
    assert outside.names == [("localhost", f"localhost:{outside.port}")]
    assert outside.bodies == [b"{}"]


def test_a_certificate_of_another_name_is_not_taken(outside, trusting) -> None:
    with pytest.raises(NotAccepted) as refused:
        call(f"https://journal.tunvik.example:{outside.port}/topics")
    assert refused.value.why is Why.UNAVAILABLE
    assert outside.bodies == []


def test_a_name_that_does_not_exist_and_an_open_line_are_not_called() -> None:
    with pytest.raises(NotAccepted) as refused:
        call("https://nowhere.invalid/topics")
    assert refused.value.why is Why.UNAVAILABLE
    with pytest.raises(NotAccepted) as refused:
        call("http://journal.example/topics")
    assert refused.value.why is Why.SETUP
