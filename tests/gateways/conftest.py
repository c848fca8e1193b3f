"""The two providers that log-in is tried on: the real test identity provider, and one that lies as it is told to."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hjemmekontakt.demo.provider import client, command, configuration
from hjemmekontakt.gateways import idporten

PORTAL = "http://127.0.0.1:9"
PERSONS = [
    {"key": "astrid", "name": "Astrid Berg", "national_id": "12844420097", "role": "citizen"},
    {"key": "jonas", "name": "Jonas Berg", "national_id": "21819040041", "role": "citizen"},
    {"key": "mona", "name": "Mona Lie", "national_id": "03898230049", "role": "employee"},
]


@dataclass
class RealProvider:
    """The running test identity provider, with the portal's two clients: one for citizens, one for employees."""

    citizens: idporten.Provider
    employees: idporten.Provider
    log: Path
    persons: list[dict[str, str]] = field(default_factory=lambda: PERSONS)
    portal: str = PORTAL


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@cache
def key_of(client_id: str) -> dict[str, Any]:
    """Each client has a key of its own, made once."""
    return idporten.new_client_key()


def who_we_are(issuer: str, client_id: str) -> idporten.Provider:
    return idporten.Provider(
        issuer=issuer,
        client_id=client_id,
        client_jwk=key_of(client_id),
        redirect_uri=f"{PORTAL}/{client_id}/tilbake/",
        post_logout_redirect_uri=f"{PORTAL}/{client_id}/utlogget/",
    )


def registered(settings: idporten.Provider) -> dict[str, Any]:
    return client(
        settings.client_id,
        "Hjemmekontakt",
        key=settings.client_jwk,
        redirect_uri=settings.redirect_uri,
        logged_out_uri=settings.post_logout_redirect_uri,
        frontchannel_uri=f"{PORTAL}/{settings.client_id}/frontkanal/",
    )


def wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            if httpx.get(address, timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            threading.Event().wait(0.05)
    raise AssertionError(f"the test identity provider never answered: {log.read_text()}")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealProvider]:
    """The test identity provider on a free port, as the demo runs it."""
    folder, port = tmp_path_factory.mktemp("provider"), free_port()
    issuer = f"http://127.0.0.1:{port}"
    citizens, employees = who_we_are(issuer, "innbygger"), who_we_are(issuer, "ansatt")
    config = folder / "provider.json"
    config.write_text(json.dumps(configuration(PERSONS, [registered(citizens), registered(employees)], port=port)))
    log = folder / "provider.log"
    with log.open("wb") as output, subprocess.Popen(command(config), stdout=output, stderr=output) as process:
        try:
            wait_until_ready(process, f"{issuer}/healthz", log)
            yield RealProvider(citizens, employees, log)
        finally:
            process.terminate()


@dataclass
class LyingProvider:
    """A provider whose every answer the test decides; it signs nothing itself."""

    settings: idporten.Provider
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    token_answer: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    pushed: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, path: str) -> tuple[int, bytes]:
        self.calls.append(path)
        if path in self.failing:
            self.failing.remove(path)
            return 503, b"{}"
        if path in self.missing:
            return 404, b"{}"
        answers = {
            "/.well-known/openid-configuration": self.metadata,
            "/jwks": {"keys": self.keys},
            "/par": {"request_uri": "urn:lying:1", "expires_in": 60},
            "/token": self.token_answer,
        }
        return (201 if path == "/par" else 200), self.raw.get(path) or json.dumps(answers[path]).encode()


@pytest.fixture
def lying() -> Iterator[LyingProvider]:
    """A provider that answers what the test tells it to."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = told.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.pushed = parse_qs(form) if self.path == "/par" else told.pushed
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing is written: the test looks at `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    issuer = f"http://127.0.0.1:{server.server_port}"
    told = LyingProvider(who_we_are(issuer, "innbygger"))
    told.metadata = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
    }
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        idporten.forget_provider()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody trusts unless told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    since = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 17, since, since + timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    as_pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(*as_pem) + made.public_bytes(serialization.Encoding.PEM))
    return path
