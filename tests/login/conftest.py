"""The doors' own pages, the test identity provider with the portal as its client, and a person's way through both."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from hjemmekontakt.demo import registers
from hjemmekontakt.demo.persons import BY_KEY
from hjemmekontakt.demo.provider import client, command, configuration
from hjemmekontakt.gateways import configured, idporten
from tests.gateways.conftest import free_port, wait_until_ready
from tests.people import NATIONAL_IDS

CLIENT_ID = "hjemmekontakt"
PORTAL = "http://testserver"


@pytest.fixture(autouse=True)
def at_the_doors() -> Iterator[None]:
    """Serve the doors and pages that say what the door told them."""
    with override_settings(ROOT_URLCONF="tests.login.pages"):
        yield


@dataclass(frozen=True)
class RunningProvider:
    """Where the test identity provider runs, and the key that we prove ourselves by."""

    issuer: str
    client_jwk: str


@pytest.fixture(scope="session")
def running_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder, port, key = tmp_path_factory.mktemp("provider"), free_port(), idporten.new_client_key()
    numbers = NATIONAL_IDS | {"tor": BY_KEY["tor"].national_id}
    persons = [{"key": key, "name": key, "national_id": number, "role": "citizen"} for key, number in numbers.items()]
    portal = client(
        CLIENT_ID,
        "Hjemmekontakt",
        key=key,
        redirect_uri=f"{PORTAL}/logg-inn/svar/",
        logged_out_uri=f"{PORTAL}/logg-ut/ferdig/",
        frontchannel_uri=f"{PORTAL}/logg-ut/fra-id-porten/",
    )
    config = folder / "provider.json"
    config.write_text(json.dumps(configuration(persons, [portal], port=port)))
    log: Path = folder / "provider.log"
    issuer = f"http://127.0.0.1:{port}"
    with log.open("wb") as output, subprocess.Popen(command(config), stdout=output, stderr=output) as process:
        try:
            wait_until_ready(process, f"{issuer}/healthz", log)
            yield RunningProvider(issuer, json.dumps(key))
        finally:
            process.terminate()


@pytest.fixture
def provider(running_provider: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningProvider]:
    """The portal is set up with the running provider."""
    monkeypatch.setattr(settings, "IDPORTEN_ISSUER", running_provider.issuer)
    monkeypatch.setattr(settings, "IDPORTEN_CLIENT_ID", CLIENT_ID)
    monkeypatch.setattr(settings, "IDPORTEN_CLIENT_JWK", running_provider.client_jwk)
    _forget()
    yield running_provider
    _forget()


@pytest.fixture
def no_provider(provider: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity provider does not answer: nothing listens at its address."""
    monkeypatch.setattr(settings, "IDPORTEN_ISSUER", f"http://127.0.0.1:{free_port()}")
    _forget()


def _forget() -> None:
    configured.forget()
    idporten.forget_provider()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The demo's population register; the address where persons can be put into it."""
    server = registers.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(settings, "FOLKEREGISTER_URL", address)
    configured.forget()
    yield address
    server.shutdown()
    server.server_close()
    configured.forget()


class Walker:
    """One browser, on the portal and at the identity provider."""

    def __init__(self) -> None:
        self.portal = Client()
        self.elsewhere = httpx.Client(timeout=10)

    def to_the_provider(self, path: str = "/logg-inn/") -> httpx.Response:
        """Press «Logg inn»; the provider's page, or its way back where she is logged in there already."""
        return self._follow(self.elsewhere.get(self.portal.get(path)["Location"]))

    def answer(self, page: httpx.Response, **fields: str) -> str:
        """Fill in the provider's page; the address that it sends her back to."""
        action = page.url.join(re.search(r'action="([^"]+)"', page.text)[1])
        return self._follow(self.elsewhere.post(action, data=fields)).headers["location"]

    def log_in(self, person: str, *, path: str = "/logg-inn/", level: str = "high", **fields: str):
        """All the way: the portal's answer when she comes back."""
        page = self.to_the_provider(path)
        back = page.headers["location"] if page.is_redirect else self.answer(page, person=person, level=level, **fields)
        return self.portal.get(back)

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect and (place := answer.url.join(answer.headers["location"])).netloc == answer.url.netloc:
            answer = self.elsewhere.get(place)
        return answer


@pytest.fixture
def walker() -> Iterator[Walker]:
    made = Walker()
    yield made
    made.elsewhere.close()


@pytest.fixture
def counted():
    """The statements that reach the database meanwhile."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        asked: list[str] = []

        def write_down(execute, sql, params, many, context):
            asked.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(write_down):
            yield asked

    return count
