"""A demo of a journey's own: started for real on free ports, asked by its JSON doors, stopped by its process id."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg

from hjemmekontakt.demo.seed import NURSING, an_id
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO

ROOT = Path(__file__).parents[2]
PORTS = 9
READY, STOPPED, SOON = 120.0, 40.0, 20.0
Item = dict[str, str]
EARLIER_THREAD = (
    "INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, subject, state, category, started_at,"
    " last_message_at) VALUES (%(id)s, %(citizen)s, %(municipality)s, %(unit)s, %(service)s, 'Før', 'answered',"
    " %(category)s, %(sent)s, %(sent)s)"
)
EARLIER_MESSAGE = (
    "INSERT INTO message (id, thread_id, citizen_id, municipality_id, unit_id, place, sender, author_id, author_name,"
    " author_role, on_behalf, channel, text, sent_at, answer_by, answered_at, waived_at, form_key) VALUES"
    " (gen_random_uuid(), %(id)s, %(citizen)s, %(municipality)s, %(unit)s, 1, 'citizen', %(citizen)s, 'Astrid Berg',"
    " '', false, 'here', 'Før', %(sent)s, %(by)s, %(answered)s, %(waived)s, gen_random_uuid())"
)
Found = TypeVar("Found")


def until(look: Callable[[], Found], *, seconds: float = SOON, what: str) -> Found:
    """Look again and again until there is something to see; give up with words after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return found


@dataclass
class Demo:
    """One running demo, as its `demo.json` tells of it."""

    told: dict[str, Any]
    data: Path
    http: httpx.Client
    moved_by: timedelta = timedelta(0)

    @property
    def web(self) -> str:
        return str(self.told["web"])

    # What has been sent

    def sms(self, to: str) -> list[Item]:
        """The SMS that one number has got."""
        return [each for each in self._listed("sms") if each["to"] == to]

    def mail(self, to: str) -> list[Item]:
        """The e-mails that one address has got."""
        return [each for each in self._listed("mail") if each["to"] == to]

    def _listed(self, kind: str) -> list[Item]:
        return self.http.get(f"{self.told['sink']}/{kind}").raise_for_status().json()

    @contextmanager
    def told_of(self, box: Callable[[str], list[Item]], to: str) -> Iterator[Callable[[], Item]]:
        """Around an act; what it gives tells the one message that came of the act, and that it was one alone."""
        self.let_everything_be_done()
        before = len(box(to))

        def the_one() -> Item:
            until(lambda: len(box(to)) > before, what=f"a message to {to}")
            self.let_everything_be_done()
            came = box(to)[before:]
            assert len(came) == 1, came
            return came[0]

        yield the_one

    def let_everything_be_done(self) -> None:
        """Wait until no event waits in the outbox, and hand over the notices that are due."""
        until(lambda: "hk_outbox_waiting 0\n" in self.http.get(f"{self.web}/metrics").text, what="an empty outbox")
        self.move_clock(self.now())

    # The clock

    def now(self) -> datetime:
        """The domain's time, as it is in this demo."""
        return clock.real().astimezone(OSLO) + self.moved_by

    def move_clock(self, moment: datetime) -> None:
        """Move the domain's time; answers when what came due is done."""
        answer = self.http.post(f"{self.web}/demo/clock", json={"now": moment.isoformat()}, timeout=30)
        assert answer.status_code == 200, answer.text[:200]
        self.moved_by = moment - clock.real()

    @contextmanager
    def in_the_afternoon(self) -> Iterator[None]:
        """While this lasts it is half past five today."""
        before = self.moved_by
        self.move_clock(self.now().replace(hour=17, minute=30))
        try:
            yield
        finally:
            self.move_clock(clock.real() + before)

    # What no page of ours makes: the municipality's decisions, and weeks that have passed

    def database(self) -> psycopg.Connection[Any]:
        """The demo's own database, behind its policies."""
        app = json.loads((self.data / "environment.json").read_text(encoding="utf-8"))["DATABASE_URL"]
        return psycopg.connect(app.replace("hk_app@", "postgres@"), autocommit=True)

    @contextmanager
    def weeks_of_messages(self, person: str) -> Iterator[None]:
        """While this lasts, a person has written to Nord each day for three weeks, and nearly all was answered in time."""
        where = {"citizen": an_id(person), "municipality": an_id("tunvik"), "unit": an_id("unit nord")}
        where["service"] = an_id(f"service nord {NURSING}")
        with self.database() as database:
            for number in range(80):
                sent = self.now().replace(hour=8 + number % 7, minute=10) - timedelta(days=1 + number % 20)
                answered = sent + timedelta(hours=3 if number % 9 else 80) if number % 8 else None
                values = {**where, "id": an_id(f"earlier {number}"), "sent": sent, "answered": answered}
                values |= {"waived": None if answered else sent, "by": sent + timedelta(days=1)}
                values["category"] = ("visit", "practical", "medicine", "visit", "other")[number % 5]
                database.execute(EARLIER_THREAD, values)
                database.execute(EARLIER_MESSAGE, values)
            try:
                yield
            finally:
                ids = [an_id(f"earlier {number}") for number in range(80)]
                database.execute("DELETE FROM message WHERE thread_id = ANY(%s)", [ids])
                database.execute("DELETE FROM thread WHERE id = ANY(%s)", [ids])

    @contextmanager
    def also_helped(self, person: str, *, unit: str) -> Iterator[None]:
        """While this lasts, a person has a decision on help from one unit more."""
        values = {"id": an_id(f"also {person} {unit}"), "citizen": an_id(person), "municipality": an_id("tunvik")}
        values |= {"unit": an_id(f"unit {unit}"), "service": an_id(f"service {unit} {NURSING}")}
        with self.database() as database:
            database.execute(
                "INSERT INTO decision (id, citizen_id, municipality_id, unit_id, service_id, starts_on, help_text,"
                " how_often, contact_name, contact_title, zone) VALUES (%(id)s, %(citizen)s, %(municipality)s,"
                " %(unit)s, %(service)s, current_date - 1, '', '', '', '', '')",
                values,
            )
            try:
                yield
            finally:
                database.execute("DELETE FROM decision WHERE id = %(id)s", values)

    # The journal

    def journal(self, what: str, **said: object) -> dict[str, Any]:
        """Let the journal do something."""
        return self.http.post(f"{self.told['epj']}/{what}", json=said, timeout=30).raise_for_status().json()

    def journal_has(self, what: str) -> list[dict[str, Any]]:
        """What the journal can be looked at for: `plan`, `seen`."""
        return self.http.get(f"{self.told['epj']}/{what}").raise_for_status().json()

    def coming(self, person: str, title: str, *, days_off: int) -> dict[str, Any]:
        """The first visit of this kind that is at least so many days off and still planned."""
        earliest = clock.real().astimezone(OSLO).date() + timedelta(days_off)
        return next(
            visit
            for visit in self.journal_has("plan")
            if (visit["person"], visit["title"]) == (person, title)
            and visit["status"] in ("proposed", "booked")
            and datetime.fromisoformat(visit["starts_at"]).astimezone(OSLO).date() >= earliest
        )


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """A whole demo, ready; stopped at the end. Its words and logs are shown where it does not come so far."""
    with ExitStack() as at_the_end:
        said = at_the_end.enter_context((data / "demo.out").open("w+", encoding="utf-8"))
        command = [ROOT / "hk", "demo", "--no-build", "--fresh", "--port", str(_free_ports()), "--data", data]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        at_the_end.callback(_stop, process)
        _wait(process, data)
        told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
        with httpx.Client(trust_env=False, timeout=10) as http:
            yield Demo(told, data, http)


def _wait(process: subprocess.Popen[bytes], data: Path) -> None:
    deadline = time.monotonic() + READY
    while not (data / "demo.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"The demo did not start.\n{last_words(data)}")
        time.sleep(0.1)


def last_words(data: Path, *, lines: int = 30) -> str:
    """The end of everything that the demo and its programs have said."""
    told = [data / "demo.out", *sorted((data / "log").glob("*.log"))]
    ends = [(each.name, each.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) for each in told]
    return "\n".join("\n".join([f"--- {name}", *end]) for name, end in ends if end)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
        try:
            process.wait(STOPPED)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_ports() -> int:
    """The first of nine ports in a row that nobody listens on."""
    for first in range(21_000 + os.getpid() % 500 * 16, 32_000, 16):
        if all(_is_free(first + offset) for offset in range(PORTS)):
            return first
    raise AssertionError("no nine free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
