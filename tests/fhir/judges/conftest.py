"""The portal on the net: the same application that is served, behind a small server in a thread of the tests."""

from collections.abc import Iterator
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

if TYPE_CHECKING:
    from tests.fhir.judges.journal import Journal


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written of a request: its address may hold anything."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give back what the thread had of the database."""
        from django.db import connections

        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


@pytest.fixture
def portal(world, monkeypatch) -> Iterator[str]:
    """Where the portal answers while the story lasts."""
    from django.conf import settings

    from hjemmekontakt.project.wsgi import application

    with Server(("127.0.0.1", 0), Quiet) as server:
        server.set_app(application)
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(settings, "PUBLIC_URL", address)
        monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["127.0.0.1"])
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield address
        server.shutdown()
        serving.join()


@pytest.fixture
def tunviks(world, portal) -> "Journal":
    """Tunvik's journal system at the portal that runs."""
    from tests.fhir.judges.journal import Journal, register

    register(world, "tunvik-epj", world.tunvik)
    return Journal(f"{portal}/fhir", "tunvik-epj")
