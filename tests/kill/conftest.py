"""Real processes on the tests' own database: the web, the worker and what they call, each killed by its process id."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

import httpx
import psycopg
import pytest

from hjemmekontakt.demo.registers import Registers
from hjemmekontakt.demo.sink import Box, SmsDoor
from hjemmekontakt.demo.small_server import Call, Reply, serve
from hjemmekontakt.gateways.krr import Address, Contact
from hjemmekontakt.ground import clock
from hjemmekontakt.project.commands.serve import web_command
from tests.conftest import MONDAY, ROOT
from tests.people import NATIONAL_IDS, World

SOON = 20.0
ASTRID = "+4790000001"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that stands in this folder kills."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.kill)


def until(look: Callable[[], Any], *, what: str) -> Any:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + SOON
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {SOON:.0f} s: {what}"
        time.sleep(0.01)
    return found


@dataclass
class SmsProvider:
    """The sink's SMS door; from the message at which it is to be slow, it has accepted but not yet said so."""

    box: Box = field(default_factory=Box)
    references: list[str] = field(default_factory=list)
    slow_from: int = 1_000_000
    may_answer: Event = field(default_factory=Event)

    def take(self, call: Call) -> Reply:
        """Accept, and then answer, or keep the caller waiting."""
        reply = SmsDoor(self.box).take(call)
        self.references.append(json.loads(call.body)["refId"])
        if len(self.references) >= self.slow_from:
            self.may_answer.wait(SOON)
        return reply

    def texts(self) -> list[tuple[str, str]]:
        """To whom, and what."""
        return [(each["to"], each["text"]) for each in self.box.all("sms")]


@pytest.fixture
def sms() -> Iterator[SmsProvider]:
    """The SMS provider, that outlives those who call it."""
    provider = SmsProvider()
    server = serve({("POST", "/sms/send"): provider.take}, host="127.0.0.1", port=0)
    provider.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield provider
    provider.may_answer.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def register() -> Iterator[str]:
    """The contact register with Astrid in it; its address."""
    mobile = Address(value=ASTRID, verified_at=clock.real())
    contact = Contact(national_id=NATIONAL_IDS["astrid"], mobile=mobile, email=None, language="nb")
    server = serve(Registers({contact.national_id: contact}, {}, Lock()).routes(), host="127.0.0.1", port=0)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass
class Programs:
    """The programs of one story; all ended after it."""

    environment: dict[str, str]
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program in a process group of its own."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.running.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        return self.start([sys.executable, "-P", "-m", "hjemmekontakt", "work"])

    def start_web(self, port: int) -> subprocess.Popen[bytes]:
        """Start the web server, as in production, and wait until it answers."""
        process = self.start(web_command("127.0.0.1", port, workers=1))
        until(lambda: _answers(port), what=f"the web answers\n{self.log.read_text()[-2000:]}")
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9: the whole group at once, with no time for a last word."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)


@pytest.fixture
def programs(world: World, sms: SmsProvider, register: str, tmp_path: Path) -> Iterator[Programs]:
    """Programs on the story's database, on the story's Monday."""
    world.insert("demo_clock", id=1, moved_by=MONDAY - clock.real())
    outside = {"HK_SMS_URL": sms.url, "HK_SMS_USER": "tests", "HK_SMS_PASSWORD": "tests", "HK_KRR_URL": register}
    made = Programs({**os.environ, **outside, "PYTHONPATH": str(ROOT / "src")}, tmp_path / "log")
    yield made
    for process in list(made.running):
        made.kill(process)


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def standing_still_at(table: str, mode: str, *, world: World) -> Iterator[Callable[[], int]]:
    """Whoever writes to this table stands still within; what it gives waits for one, and tells its backend's number."""
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"]) as holding:
        holding.execute(f'LOCK TABLE "{table}" IN {mode} MODE')

        def the_one_who_waits() -> int:
            asked = "SELECT pid FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
            return int(until(lambda: world.connection.execute(asked, [table]).fetchone(), what=f"a wait at {table}")[0])

        yield the_one_who_waits
        holding.rollback()


def wait_until_gone(backend: int, *, world: World) -> None:
    """Wait until the database has noticed that a killed program is gone."""
    asked = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)"
    until(lambda: world.connection.execute(asked, [backend]).fetchone()[0], what="the backend's end")


def let_leases_run_out(world: World) -> None:
    """The minutes pass after which another worker may take what a killed one held."""
    for table in ("outbox", "notice"):
        world.connection.execute(f"UPDATE {table} SET leased_until = leased_until - interval '1 hour'")
