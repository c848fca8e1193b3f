"""The outside world of the notices: the demo's sink and contact register, spoken to over HTTP and SMTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.demo.registers import Registers
from hjemmekontakt.demo.sink import Sink
from hjemmekontakt.demo.small_server import serve
from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.krr import Address, Contact, Krr
from hjemmekontakt.gateways.mail import Smtp
from hjemmekontakt.gateways.push import new_push_key
from hjemmekontakt.gateways.sms import LinkMobility
from hjemmekontakt.ground import clock
from tests.people import NATIONAL_IDS, World, an_id
from tests.push_service import PushService, running

if TYPE_CHECKING:
    from hjemmekontakt.notifications.delivery import Gateways

ASTRIDS_MOBILE, JONAS_MOBILE, JONAS_EMAIL = "+4790000001", "+4790000002", "jonas.berg@example.no"


@dataclass
class Outside:
    """The sink, the register, and the real clients that speak to them."""

    sink: Sink
    contacts: dict[str, Contact]
    gateways: "Gateways"
    register_url: str = field(default="")

    def reach(self, key: str, *, mobile: str = "", email: str = "", months_ago: int = 1) -> None:
        """Let the register know a person's number and address, confirmed so long ago."""
        at = clock.real() - timedelta(days=31 * months_ago)
        self.contacts[NATIONAL_IDS[key]] = Contact(
            national_id=NATIONAL_IDS[key],
            mobile=Address(value=mobile, verified_at=at) if mobile else None,
            email=Address(value=email, verified_at=at) if email else None,
        )

    def reach_nobody(self) -> None:
        """Empty the register and the sink."""
        for kind in ("sms", "mail"):
            httpx.delete(f"{self.sink.page_url}/{kind}").raise_for_status()
        self.contacts.clear()

    def sms(self) -> list[dict[str, str]]:
        """The SMS that came to the sink, oldest first."""
        return httpx.get(f"{self.sink.page_url}/sms").json()

    def mail(self) -> list[dict[str, str]]:
        """The e-mails that came to the sink, oldest first."""
        return httpx.get(f"{self.sink.page_url}/mail").json()

    def fail(self, next_ones: int) -> None:
        """Let the sink refuse the next ones."""
        httpx.post(f"{self.sink.page_url}/fail", json={"next": next_ones}).raise_for_status()


@pytest.fixture(scope="module")
def lines() -> Iterator[Outside]:
    """One sink and one register for the module."""
    from hjemmekontakt.notifications.delivery import Gateways

    sink, registers = Sink(), Registers({}, {}, Lock())
    server = serve(registers.routes(), host="127.0.0.1", port=0)
    url = f"http://127.0.0.1:{server.server_port}"
    gateways = Gateways(
        Krr(url, token=lambda: "test"),
        LinkMobility(sink.sms_url, user="test", password="test"),
        Smtp(sink.smtp_url, sender="Hjemmekontakt <ikke-svar@tunvik.example>"),
    )
    yield Outside(sink, registers.contacts, gateways, url)
    server.shutdown()
    server.server_close()
    sink.stop()


@pytest.fixture
def outside(lines: Outside) -> Outside:
    """Empty, with Astrid's mobile, and Jonas's mobile and e-mail in the register."""
    lines.fail(0)
    lines.reach_nobody()
    lines.reach("astrid", mobile=ASTRIDS_MOBILE)
    lines.reach("jonas", mobile=JONAS_MOBILE, email=JONAS_EMAIL)
    return lines


@pytest.fixture
def deliver(outside: Outside) -> Callable[..., int]:
    """Hand over what is due, until nothing is."""
    from hjemmekontakt.notifications.delivery import deliver_due

    def until_done(gateways: "Gateways | None" = None) -> int:
        taken = 0
        while some := deliver_due(clock.now(), gateways=gateways or outside.gateways):
            taken += some
        return taken

    return until_done


@pytest.fixture
def wishes(world: World) -> Callable[..., None]:
    """Let somebody have chosen: `wishes("jonas", about="astrid", message="email")`."""

    def choose(key: str, *, about: str | None = None, **channels: str) -> None:
        for kind, channel in channels.items():
            world.insert(
                "preference",
                id=an_id(f"wish {key} {about} {kind}"),
                receiver_id=an_id(key),
                about_id=an_id(about or key),
                kind=kind.replace("_", "-"),
                channel=channel,
            )

    return choose


@pytest.fixture
def decisions(database: psycopg.Connection) -> Callable[[], dict[str, tuple[str, str]]]:
    """What was decided for whom: channel and decision by the person's key."""
    keys = {an_id(key): key for key in NATIONAL_IDS}

    def all_of_them() -> dict[str, tuple[str, str]]:
        rows = database.execute("SELECT receiver_id, channel, decision FROM notice").fetchall()
        assert len({receiver for receiver, _, _ in rows}) == len(rows)
        return {keys[receiver]: (channel, decision) for receiver, channel, decision in rows}

    return all_of_them


@pytest.fixture
def django_queries() -> Callable[[], CaptureQueriesContext]:
    """Count what is asked of the database: `with django_queries() as statements`."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def time_passes(database: psycopg.Connection) -> Callable[[], None]:
    """Let leases run out and retries come due, as they do by themselves by the real clock."""

    def pass_by() -> None:
        database.execute(
            "UPDATE notice SET leased_until = leased_until - interval '1 hour', retry_at = retry_at - interval '1 hour'"
        )

    return pass_by


def performed_visit(
    world: World, name: str, *, ended_at: str = "2026-03-02T08:40:00+01:00", window: bool = False
) -> UUID:
    """A visit to Astrid that Nord has reported as performed."""
    id = an_id(f"visit {name}")
    world.insert(
        "visit",
        id=id,
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        service_id=world.nord_nursing,
        identifier_system="urn:test",
        identifier_value=name,
        status="performed",
        starts_at=datetime.fromisoformat(ended_at) - timedelta(minutes=20),
        ends_at=ended_at,
        is_window=window,
        title="Medisin og morgenstell",
        instruction="",
        performer_name="Mona",
        performer_role="sykepleier",
        place="home",
        cancellable=True,
        cancelled_by="",
        not_performed_reason="",
        source_updated_at=ended_at,
        version=1,
        digest=b"1",
        reported_at=ended_at,
        stored_at=ended_at,
    )
    return id


@pytest.fixture(scope="module")
def push_service() -> Iterator[PushService]:
    with running() as service:
        yield service


@pytest.fixture
def service(push_service: PushService, outside, monkeypatch) -> Iterator[PushService]:
    """The portal is set up for browsers, and the push service is the test's own."""
    push_service.begin_again()
    for name, value in (
        ("KEY", json.dumps(new_push_key())),
        ("CONTACT", "mailto:drift@tunvik.example"),
        ("SERVICES", push_service.url),
    ):
        monkeypatch.setattr(settings, f"WEB_PUSH_{name}", value)
    monkeypatch.setattr(settings, "KRR_URL", outside.register_url)
    configured.forget()
    outside.gateways = replace(outside.gateways, push=configured.push())
    yield push_service
    outside.gateways = replace(outside.gateways, push=None)
    configured.forget()


def wanted(actor, service, *names: str) -> None:
    """Somebody lets browsers be told."""
    from hjemmekontakt.notifications.push import actions as browsers

    for name in names:
        browsers.keep_browser(actor, service.browser(name))
