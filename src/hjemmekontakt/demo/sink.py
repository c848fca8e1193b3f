"""The demo's message sink: takes over SMS and e-mail for real, and shows them in a page instead of sending them on."""

import argparse
import asyncio
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from threading import Lock, Thread
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from hjemmekontakt.demo import sink_page
from hjemmekontakt.demo.small_server import BadRequest, Call, Reply, Routes, as_json, as_page, serve
from hjemmekontakt.demo.until_stopped import until_stopped
from hjemmekontakt.ground import clock

QUEUED = 1005
MOST_KEPT = 100_000
TRY_AGAIN_LATER = "451 4.3.0 Try again later"

Item = dict[str, str]


@dataclass(slots=True)
class Box:
    """What came in, oldest first; the same reference is listed once however often it comes."""

    items: dict[str, deque[Item]] = field(
        default_factory=lambda: {"sms": deque(maxlen=MOST_KEPT), "mail": deque(maxlen=MOST_KEPT)}
    )
    known: set[str] = field(default_factory=set)
    failures_left: int = 0
    lock: Lock = field(default_factory=Lock)

    def refuses(self) -> bool:
        """Tell whether the next message is one of those to be refused, and count it."""
        with self.lock:
            self.failures_left, refused = max(self.failures_left - 1, 0), self.failures_left > 0
            return refused

    def fail(self, next_ones: int) -> None:
        """Refuse so many of the messages that come now."""
        with self.lock:
            self.failures_left = next_ones

    def keep(self, kind: str, reference: str, items: list[Item]) -> str:
        """Keep a message unless its reference has come before; the same reference gives the same receipt."""
        receipt = sha256(f"{kind}:{reference}".encode()).hexdigest()[:32]
        with self.lock:
            if receipt not in self.known:
                self.known.add(receipt)
                self.items[kind].extend(items)
        return receipt

    def all(self, kind: str) -> list[Item]:
        """List what came in, oldest first."""
        with self.lock:
            return list(self.items[kind])

    def empty(self, kind: str) -> None:
        """Forget what came in; a reference that has been seen stays seen."""
        with self.lock:
            self.items[kind].clear()


@dataclass(slots=True)
class SmsDoor:
    """The SMS aggregator's side (POST /sms/send in LINK Mobility's shape)."""

    box: Box

    def take(self, call: Call) -> Reply:
        """Take over one SMS."""
        said = call.json_object()
        if not all(isinstance(said.get(name), str) and said[name] for name in ("source", "destination", "userData")):
            return as_json(
                {"resultCode": 4001, "description": "Invalid message content"}, status=HTTPStatus.BAD_REQUEST
            )
        if self.box.refuses():
            return as_json({"resultCode": 1, "description": "Temporary error"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        item = {"to": said["destination"], "from": said["source"], "text": said["userData"], "at": _now()}
        receipt = self.box.keep("sms", str(said.get("refId") or uuid4()), [item])
        return as_json({"messageId": receipt, "resultCode": QUEUED, "description": "Queued"})


@dataclass
class MailDoor:
    """The mail server's side. It has no slots: `aiosmtpd` looks at all that it has, and Python 3.11.2 stumbles over them."""

    box: Box

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take over one e-mail."""
        if self.box.refuses():
            return TRY_AGAIN_LATER
        letter = message_from_bytes(envelope.original_content or b"", _class=EmailMessage, policy=policy.default)
        items = [_mail_item(letter, to) for to in envelope.rcpt_tos]
        receipt = self.box.keep("mail", str(letter["Message-ID"] or uuid4()), items)
        return f"250 OK {receipt}"


@dataclass(slots=True)
class Window:
    """The page and the JSON by which a person or a test looks at what came in."""

    box: Box

    def routes(self) -> Routes:
        """List the addresses."""
        return {
            ("GET", "/"): self.show,
            ("POST", "/fail"): self.fail,
            ("GET", "/sms"): partial(self.listing, "sms"),
            ("GET", "/mail"): partial(self.listing, "mail"),
            ("DELETE", "/sms"): partial(self.empty, "sms"),
            ("DELETE", "/mail"): partial(self.empty, "mail"),
        }

    def show(self, _: Call) -> Reply:
        """Show the page."""
        return as_page(sink_page.page(self.box.all("sms"), self.box.all("mail")))

    def fail(self, call: Call) -> Reply:
        """Refuse the next ones."""
        count = call.json_object().get("next")
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise BadRequest("next must be a number from 0 upwards")
        self.box.fail(count)
        return Reply()

    def listing(self, kind: str, _: Call) -> Reply:
        """List what came in, oldest first."""
        return as_json(self.box.all(kind))

    def empty(self, kind: str, _: Call) -> Reply:
        """Forget what came in."""
        self.box.empty(kind)
        return Reply()


class Sink:
    """The three doors of the sink, open until `stop()`; port 0 takes a free one. When the page answers, the others do."""

    def __init__(self, *, host: str = "127.0.0.1", page: int = 0, smtp: int = 0, sms: int = 0) -> None:
        self.box = Box()
        self._sms = serve({("POST", "/sms/send"): SmsDoor(self.box).take}, host=host, port=sms)
        self._mail = MailServer(MailDoor(self.box), host=host, port=smtp)
        self._page = serve(Window(self.box).routes(), host=host, port=page)
        self.page_url = f"http://{host}:{self._page.server_port}"
        self.sms_url = f"http://{host}:{self._sms.server_port}"
        self.smtp_url = f"smtp://{host}:{self._mail.port}"

    def stop(self) -> None:
        """Close the doors."""
        self._mail.stop()
        for server in (self._page, self._sms):
            server.shutdown()
            server.server_close()


class MailServer:
    """An SMTP server in a thread of its own, open until `stop()`."""

    def __init__(self, door: MailDoor, *, host: str, port: int) -> None:
        self._loop = asyncio.new_event_loop()
        talk = partial(
            SMTP, door, hostname="hjemmekontakt.example", ident="Hjemmekontakt", enable_SMTPUTF8=True, loop=self._loop
        )
        self._server = self._loop.run_until_complete(self._loop.create_server(talk, host, port))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()


def main() -> None:
    """Run the sink until stopped."""
    asked = argparse.ArgumentParser(prog="hjemmekontakt.demo.sink", description=__doc__)
    asked.add_argument("--host", default="127.0.0.1")
    for door in ("page", "smtp", "sms"):
        asked.add_argument(f"--{door}", type=int, required=True, metavar="PORT")
    given = asked.parse_args()
    with until_stopped():
        Sink(host=given.host, page=given.page, smtp=given.smtp, sms=given.sms)


def _mail_item(letter: EmailMessage, to: str) -> Item:
    body = letter.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n") if body else ""
    return {
        "to": to,
        "from": str(letter["From"] or ""),
        "subject": str(letter["Subject"] or ""),
        "text": text.rstrip("\n"),
        "at": _now(),
    }


def _now() -> str:
    return clock.real().isoformat(timespec="seconds")


if __name__ == "__main__":
    main()
