"""One bound SMPP 3.4 connection: requests in a window, their answers, what the server sends by itself, signs of life.

`smpplib` writes and reads the PDUs; the connection is our own, because its client loses half a PDU at a time-out, has
no window and checks no server's name (docs/decisions/0041-sms-providers.md).
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from smpplib import consts, smpp
from smpplib.client import SimpleSequenceGenerator

log = logging.getLogger(__name__)

HEADER = 16
LONGEST_PDU = 70_000
ANSWER = 0x80000000
UNKNOWN_COMMAND = 0x00000003


class NotBound(Exception):
    """There is no open line, and nothing was sent; `status` is what the server said, None where there was none."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__("not bound" if status is None else f"not bound: 0x{status:x}")
        self.status = status


class LineBroke(Exception):
    """The line was cut, or the server fell silent, after something was sent and before its answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the server is, who we are to it, and how it is spoken to."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: ssl.SSLContext | None = None
    window: int = 10
    decimal_receipts: bool = False
    timeout_s: float = 10.0
    enquire_every_s: float = 30.0


class Line:
    """A connection that is bound as transceiver; used from its event loop alone."""

    def __init__(self, server: Server, *, on_deliver: Callable[["Line", Any], None]) -> None:
        self._server = server
        self._on_deliver = on_deliver
        self._sequence = SimpleSequenceGenerator()
        self._waiting: dict[int, tuple[asyncio.Future[Any], Callable[[Any], None] | None]] = {}
        self._window = asyncio.Semaphore(server.window)
        self._tasks: list[asyncio.Task[None]] = []
        self.is_open = False

    async def open(self) -> None:
        """Connect and bind, or raise NotBound."""
        server = self._server
        try:
            async with asyncio.timeout(server.timeout_s):
                self._reader, self._writer = await asyncio.open_connection(
                    server.host, server.port, ssl=server.tls, server_hostname=server.host if server.tls else None
                )
                bound = await self._bind()
        except ssl.SSLCertVerificationError:
            self.close()
            raise NotBound(consts.SMPP_ESME_RBINDFAIL) from None
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            self.close()
            raise NotBound from None
        if bound.is_error():
            self.close()
            raise NotBound(bound.status)
        self.is_open = True
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._show_life())]

    async def ask(self, command: str, *, on_answer: Callable[[Any], None] | None = None, **fields: Any) -> Any:
        """Send a request when the window has room, and give its answer; `on_answer` hears it also when it comes too late.

        TimeoutError: there was no room, and NotBound: no line; nothing was sent. LineBroke: it was, and no answer came.
        """
        async with asyncio.timeout(self._server.timeout_s):
            await self._window.acquire()
        try:
            answer = self._send(command, on_answer, **fields)
            async with asyncio.timeout(self._server.timeout_s):
                return await asyncio.shield(answer)
        except (TimeoutError, OSError):
            raise LineBroke from None
        finally:
            self._window.release()

    def answer(self, asked: Any, command: str, *, status: int = consts.SMPP_ESME_ROK) -> None:
        """Answer what the server asked; nothing where the line is gone, for then it asks again."""
        if self.is_open:
            said = smpp.make_pdu(command, client=self._sequence, status=status)
            said.status, said.sequence = status, asked.sequence
            with suppress(OSError):
                self._writer.write(said.generate())

    def close(self) -> None:
        """Let go of the line; who waits for an answer is told that it broke."""
        self.is_open = False
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        if writer := getattr(self, "_writer", None):
            writer.close()
        for answer, _ in self._waiting.values():
            if not answer.done():
                answer.set_exception(LineBroke())
                answer.exception()  # nobody may be waiting any more
        self._waiting.clear()

    async def unbind(self) -> None:
        """Take leave of the server."""
        if self.is_open:
            with suppress(LineBroke, NotBound, TimeoutError):
                await self.ask("unbind")
        self.close()

    async def _bind(self) -> Any:
        asked = smpp.make_pdu(
            "bind_transceiver",
            client=self._sequence,
            system_id=self._server.user,
            password=self._server.password,
            system_type=self._server.system_type,
        )
        self._writer.write(asked.generate())
        return await self._pdu()

    def _send(self, command: str, on_answer: Callable[[Any], None] | None, **fields: Any) -> "asyncio.Future[Any]":
        if not self.is_open:
            raise NotBound
        pdu = smpp.make_pdu(command, client=self._sequence, **fields)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[pdu.sequence] = answer, on_answer
        self._writer.write(pdu.generate())
        return answer

    async def _read(self) -> None:
        try:
            while self.is_open:
                self._hear(await self._pdu())
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.close()
        except Exception as problem:  # a line that nobody listens to must not look open
            log.warning("The SMPP line was let go", extra={"error": type(problem).__name__})
            self.close()

    async def _pdu(self) -> Any:
        """Read one PDU; one that cannot be understood is answered so, and passed over."""
        while True:
            header = await self._reader.readexactly(HEADER)
            length = int.from_bytes(header[:4])
            if not HEADER <= length <= LONGEST_PDU:
                raise ValueError("not SMPP")
            raw = header + await self._reader.readexactly(length - HEADER)
            try:
                return smpp.parse_pdu(raw, client=self._sequence, allow_unknown_opt_params=True)
            except Exception as problem:  # the package raises whatever it stumbles over
                log.warning("An SMPP PDU was not understood", extra={"error": type(problem).__name__})
                self._refuse(raw)

    def _refuse(self, raw: bytes) -> None:
        command, sequence = int.from_bytes(raw[4:8]), raw[12:16]
        if not command & ANSWER:
            self._writer.write(b"".join(part.to_bytes(4) for part in (HEADER, ANSWER, UNKNOWN_COMMAND)) + sequence)

    def _hear(self, pdu: Any) -> None:
        if pdu.command == "deliver_sm":
            self._on_deliver(self, pdu)
        elif pdu.command == "enquire_link":
            self.answer(pdu, "enquire_link_resp")
        elif pdu.command == "unbind":
            self.answer(pdu, "unbind_resp")
            self.close()
        elif pdu.is_response() and (asked := self._waiting.pop(pdu.sequence, None)):
            answer, on_answer = asked
            if on_answer:  # at once: the next thing the server says may be about this
                on_answer(pdu)
            if not answer.done():
                answer.set_result(pdu)

    async def _show_life(self) -> None:
        """Ask for a sign of life now and then; a server that gives none has gone."""
        while self.is_open:
            await asyncio.sleep(self._server.enquire_every_s)
            try:
                await self.ask("enquire_link")
            except (LineBroke, NotBound, TimeoutError):
                self.close()
