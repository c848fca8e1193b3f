"""SMPP 3.4, which nearly every aggregator speaks: one bound connection for sending and for the receipts that come back."""

import asyncio
import logging
import ssl
from collections import OrderedDict
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from smpplib import consts

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.calling import LOOPBACK
from hjemmekontakt.gateways.handover import Accepted, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.sms import smpp_receipt
from hjemmekontakt.gateways.sms.message import Record, Sms, sender_name
from hjemmekontakt.gateways.sms.numbers import e164, why_not_number
from hjemmekontakt.gateways.sms.smpp_line import Line, LineBroke, NotBound, Server
from hjemmekontakt.ground import clock

NAME = "smpp"
PORTS = {"smpp": 2775, "smpps": 3550}
MOST_REMEMBERED = 20_000
MOST_AT_ONCE = 200
LONGEST_PAUSE_S = 8.0
LONGEST_USER, LONGEST_PASSWORD = 15, 8
BOTH_ENDS, ONLY_FAILURE = 1, 2  # registered_delivery
CODINGS = {gsm7.Alphabet.GSM7: consts.SMPP_ENCODING_DEFAULT, gsm7.Alphabet.UCS2: consts.SMPP_ENCODING_ISO10646}
SLOW_DOWN = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL})
REASONS = {
    **dict.fromkeys(SLOW_DOWN, Why.BUSY),
    consts.SMPP_ESME_RINVDSTADR: Why.BAD_ADDRESS,
    consts.SMPP_ESME_RINVDSTTON: Why.BAD_ADDRESS,
    consts.SMPP_ESME_RINVDSTNPI: Why.BAD_ADDRESS,
    consts.SMPP_ESME_RINVSRCADR: Why.SETUP,
    consts.SMPP_ESME_RINVBNDSTS: Why.UNAVAILABLE,
    consts.SMPP_ESME_RSYSERR: Why.UNAVAILABLE,
    consts.SMPP_ESME_RSUBMITFAIL: Why.UNAVAILABLE,
}

T = TypeVar("T")
log = logging.getLogger(__name__)


class Smpp:
    """The client of one SMPP server: smpps://host:port, or smpp:// on this machine only (a tunnel may begin here).

    May stand in the address: `?system_type=…&window=10`, and `receipt_ids=decimal` for a server that names messages in
    hexadecimal when it takes them over and in decimal when it tells what became of them. It connects when it is first
    used, and again when the line is cut. What it was told that the server took over it remembers, also what was told too
    late: sent again under the same reference, that part is not sent again.
    """

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = 10.0,
        enquire_every_s: float = 30.0,
        pause_s: float = 0.25,
        rest_s: float = 5.0,
        listen_s: float = 1.0,
        early_s: float = 5.0,
    ) -> None:
        self._server = server_at(
            url, user=user, password=password, tls=tls, timeout_s=timeout_s, enquire_every_s=enquire_every_s
        )
        self._patience_s, self._first_pause_s, self._listen_s = timeout_s, pause_s, listen_s
        self._early_s = early_s
        self._first_rest_s = self._rest_s = rest_s
        self._line: Line | None = None
        self._pause_s, self._pause_until, self._rest_until = pause_s, 0.0, 0.0
        self._taken: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._whose: OrderedDict[str, str] = OrderedDict()
        self._came: SimpleQueue[Told] = SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._opening = asyncio.Lock()
        self._thread = Thread(target=self._loop.run_forever, name="smpp", daemon=True)
        self._thread.start()

    def send(self, sms: Sms) -> Accepted:
        """Hand over one SMS, in as many parts as it takes; the receipt comes under the last part's name."""
        if why_not_number(sms.to):
            raise NotAccepted(Why.BAD_ADDRESS)
        name = ""
        for number, fields in enumerate(parts_of(sms), start=1):
            try:
                name = self._await(self._part(sms.reference, number, fields))
            except NotAccepted as refused:
                if number > 1 and refused.is_temporary:  # the parts before it are taken over
                    raise NotAccepted(Why.UNCERTAIN) from None
                raise
        return Accepted(name)

    def hand_reports_to(self, record: Record) -> int:
        """Give what the server has told to `record`, waiting a moment for it; a receipt is answered when it is kept."""
        self._await(self._open_line())
        came = self._some_that_came()
        if came:
            record([self._report(told) for told in came])
            for told in came:
                self._loop.call_soon_threadsafe(told.line.answer, told.pdu, "deliver_sm_resp")
        return len(came)

    def close(self) -> None:
        """Take leave of the server."""
        if self._line:
            self._await(self._line.unbind())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _part(self, reference: str, number: int, fields: dict[str, Any]) -> str:
        """Send one part, and again while the server asks us to slow down; then say by what name it has it."""
        give_up_at = self._loop.time() + self._patience_s
        while (reference, number) not in self._taken:
            await self._wait_out_the_pause(give_up_at)
            line = await self._open_line()
            try:
                answer = await line.ask(
                    "submit_sm", on_answer=lambda came: self._remember(reference, number, came), **fields
                )
            except TimeoutError:
                raise NotAccepted(Why.BUSY) from None
            except NotBound:
                raise NotAccepted(Why.UNAVAILABLE) from None
            except LineBroke:
                raise NotAccepted(Why.UNCERTAIN) from None
            if answer.status in SLOW_DOWN:
                self._slow_down()
            elif answer.is_error():
                raise NotAccepted(REASONS.get(answer.status, Why.REFUSED))
            else:
                self._pause_s = self._first_pause_s
                self._remember(reference, number, answer)
        return self._taken[reference, number]

    async def _wait_out_the_pause(self, give_up_at: float) -> None:
        if self._pause_until > give_up_at:
            raise NotAccepted(Why.BUSY)
        while (left := self._pause_until - self._loop.time()) > 0:
            await asyncio.sleep(left)
        if self._loop.time() > give_up_at:
            raise NotAccepted(Why.BUSY)

    def _slow_down(self) -> None:
        """Let all who send wait, twice as long for each time in a row; those who were told so at the same time count once."""
        if self._loop.time() >= self._pause_until:
            self._pause_until = self._loop.time() + self._pause_s
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    async def _open_line(self) -> Line:
        async with self._opening:
            if self._line and self._line.is_open:
                return self._line
            if self._loop.time() < self._rest_until:
                raise NotAccepted(Why.UNAVAILABLE)
            line = Line(self._server, on_deliver=self._hear)
            try:
                await line.open()
            except NotBound as refused:
                self._rest_until = self._loop.time() + self._rest_s
                self._rest_s = min(2 * self._rest_s, 12 * self._first_rest_s)
                log.warning("The SMPP server did not let us in", extra={"error": str(refused)})
                raise NotAccepted(Why.UNAVAILABLE if refused.status is None else Why.SETUP) from None
            self._line, self._rest_s = line, self._first_rest_s
            return line

    def _remember(self, reference: str, number: int, answer: Any) -> None:
        if answer.is_error():
            return
        name = (answer.message_id or b"").rstrip(b"\0").decode("latin-1")
        if self._server.decimal_receipts:
            name = decimal(name)
        self._taken[reference, number] = name
        if name:
            self._whose[name] = reference
        for known in (self._taken, self._whose):
            while len(known) > MOST_REMEMBERED:
                known.popitem(last=False)

    def _hear(self, line: Line, pdu: Any) -> None:
        receipt = smpp_receipt.read(pdu)
        if receipt is None:  # somebody's answer by SMS: nobody reads it, and it is not kept
            line.answer(pdu, "deliver_sm_resp")
        else:
            self._came.put(Told(line, pdu, receipt, self._loop.time() + self._early_s))

    def _report(self, told: "Told") -> DeliveryReport:
        name = told.receipt.provider_reference
        return DeliveryReport(
            provider=NAME,
            state=told.receipt.state,
            at=clock.real(),
            reference=self._whose.get(name, ""),
            provider_reference=name,
        )

    def _some_that_came(self) -> list["Told"]:
        """Take what has come; a receipt that came before the answer to what it is about is left for a little while."""
        came: list[Told] = []
        with suppress(Empty):
            came.append(self._came.get(timeout=self._listen_s))
            while len(came) < MOST_AT_ONCE:
                came.append(self._came.get_nowait())
        now = self._loop.time()
        early = [each for each in came if each.receipt.provider_reference not in self._whose and now < each.early_until]
        for each in early:
            self._came.put(each)
        return [each for each in came if each not in early]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A receipt that has come, and until when it may be too early."""

    line: Line
    pdu: Any
    receipt: smpp_receipt.Receipt
    early_until: float


def server_at(
    url: str, *, user: str, password: str, tls: ssl.SSLContext | None, timeout_s: float, enquire_every_s: float
) -> Server:
    """Read a server's address; ValueError where it is none, or would carry numbers in the clear over a network."""
    address = urlsplit(url)
    if address.scheme not in PORTS or not address.hostname:
        raise ValueError("the SMPP server's address must begin with smpps:// or smpp://")
    if address.scheme == "smpp" and address.hostname not in LOOPBACK:
        raise ValueError("SMS may leave this machine over TLS only")
    if len(user) > LONGEST_USER or len(password) > LONGEST_PASSWORD:
        raise ValueError("SMPP holds a user's name of 15 characters and a password of 8")
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    return Server(
        host=address.hostname,
        port=address.port or PORTS[address.scheme],
        user=user,
        password=password,
        system_type=asked.get("system_type", ""),
        tls=(tls or ssl.create_default_context()) if address.scheme == "smpps" else None,
        window=int(asked.get("window", "10")),
        decimal_receipts=asked.get("receipt_ids") == "decimal",
        timeout_s=timeout_s,
        enquire_every_s=enquire_every_s,
    )


def decimal(name: str) -> str:
    """Write a hexadecimal name of a message in decimal; another name stays as it is.

    >>> decimal("00000A1F"), decimal("m-1")
    ('2591', 'm-1')
    """
    try:
        return str(int(name, 16))
    except ValueError:
        return name


def parts_of(sms: Sms) -> list[dict[str, Any]]:
    """Write an SMS as the fields of the `submit_sm` that it takes; a long one by user data headers.

    The headers' number is made of our reference, so that a phone that gets a part twice sees that it has it.

    >>> [part["esm_class"] for part in parts_of(Sms(to="90000001", text="a" * 161, sender="Tunvik", reference="n-1"))]
    [64, 64]
    """
    text = gsm7.fold(sms.text)
    used, pieces = gsm7.alphabet(text), gsm7.cut(text)
    common = {
        "source_addr_ton": consts.SMPP_TON_ALNUM,
        "source_addr_npi": consts.SMPP_NPI_UNK,
        "source_addr": sender_name(sms.sender).encode("latin-1", "replace").decode("latin-1"),
        "dest_addr_ton": consts.SMPP_TON_INTL,
        "dest_addr_npi": consts.SMPP_NPI_ISDN,
        "destination_addr": e164(sms.to).removeprefix("+"),
        "data_coding": CODINGS[used],
        "validity_period": relative_time(sms.valid_for),
    }
    mark = sha256(sms.reference.encode()).digest()[0]
    return [
        {
            **common,
            "short_message": (bytes([5, 0, 3, mark, len(pieces), number]) if len(pieces) > 1 else b"")
            + gsm7.encoded(piece, used),
            "esm_class": consts.SMPP_GSMFEAT_UDHI if len(pieces) > 1 else consts.SMPP_MSGTYPE_DEFAULT,
            "registered_delivery": BOTH_ENDS if number == len(pieces) else ONLY_FAILURE,
        }
        for number, piece in enumerate(pieces, start=1)
    ]


def relative_time(span: timedelta) -> str:
    """Write a span of less than a hundred days as SMPP does.

    >>> relative_time(timedelta(days=1, hours=12))
    '000001120000000R'
    """
    hours, seconds = divmod(span.seconds, 3600)
    return f"0000{span.days:02}{hours:02}{seconds // 60:02}{seconds % 60:02}000R"
