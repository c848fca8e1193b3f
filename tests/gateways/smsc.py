"""A real SMPP server (`smpp34`, another implementation than the client's) whose answers the test decides; and a bad wire."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any

import smpp34

SOON = 10.0
SUBMIT_SM_RESP, DELIVER_SM, BIND_RESP, ENQUIRE_LINK_RESP = 0x80000004, 0x00000005, 0x80000009, 0x80000015


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Smsc:
    """The server, and what it has taken over; `refusals` are the statuses it answers first."""

    port: int = field(default_factory=free_port)
    refusals: deque[int] = field(default_factory=deque)
    heard: list[Any] = field(default_factory=list)
    taken: dict[str, Any] = field(default_factory=dict)
    bound: list[Any] = field(default_factory=list)
    name: str = ""
    changed: Condition = field(default_factory=Condition)

    def start(self) -> "Smsc":
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = smpp34.Server("127.0.0.1", self.port)
        self.run(self._server.start).result(SOON)
        self._listening = self.run(self._listen)
        return self

    def stop(self) -> None:
        """The server goes down; who is bound is cut off."""
        self._listening.cancel()
        self.run(self._server.stop).result(SOON)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()  # the loop stays open: the package may still have a last word for it

    def run(self, work: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> "Future[Any]":
        async def inside() -> Any:
            return await work(*given, **named)

        return asyncio.run_coroutine_threadsafe(inside(), self._loop)

    def tell(self, text: str, *, esm_class: int = 0x04, **more: Any) -> "Future[Any]":
        """Send a `deliver_sm` to who bound last; the future holds the answer, when it comes."""
        said = {"source_addr": "4790000001", "esm_class": esm_class, **more}
        return self.run(self.bound[-1].deliver_sm, "Tunvik", text.encode("latin-1"), **said)

    def receipt(self, name: str, stat: str = "DELIVRD", **more: Any) -> "Future[Any]":
        """Tell what became of a message, in the form of the specification's appendix B."""
        return self.tell(
            f"id:{name} sub:001 dlvrd:001 submit date:2603020900 done date:2603020901 stat:{stat} err:000 text:Tunvik",
            **more,
        )

    def until(self, so: Callable[[], Any]) -> None:
        """Wait for the server to see something."""
        with self.changed:
            assert self.changed.wait_for(so, timeout=SOON)

    async def _listen(self) -> None:
        while True:
            event = await self._server.next()
            with self.changed:
                if isinstance(event, smpp34.Esme):
                    self.bound.append(event)
                elif isinstance(event, smpp34.SubmitSmEvent):
                    self._take(event)
                self.changed.notify_all()

    def _take(self, event: Any) -> None:
        self.heard.append(event)
        if self.refusals:
            event.reject(self.refusals.popleft())
            return
        name = self.name or f"m-{len(self.taken) + 1}"
        self.taken[name] = event
        event.accept(name)


Answer = Callable[[int, bytes], list[bytes] | None]


class Wire:
    """A wire to the server that does to its answers what the test says: passes, repeats, changes, or cuts (None)."""

    def __init__(self, to: int, *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.to, self._tls = to, tls
        self.on_answer: Answer = lambda _command, pdu: [pdu]
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", port))
        self.port = self._door.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut all that is open, and let nobody in."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # who waits in accept() holds the door open otherwise
        self._door.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                with suppress(ssl.SSLError, ConnectionError):
                    client = self._tls.wrap_socket(client, server_side=True) if self._tls else client
                    server = socket.create_connection(("127.0.0.1", self.to))
                    self._open += [client, server]
                    Thread(target=self._carry, args=(client, server, None), daemon=True).start()
                    Thread(target=self._carry, args=(server, client, self), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, answers: "Wire | None") -> None:
        with suppress(OSError, EOFError):
            while True:
                pdu = _pdu(source)
                command = int.from_bytes(pdu[4:8])
                carried = answers.on_answer(command, pdu) if answers else [pdu]
                if carried is None:
                    break
                for each in carried:
                    target.sendall(each)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def with_status(pdu: bytes, status: int) -> bytes:
    """The same answer with another status, and nothing but its head."""
    return (16).to_bytes(4) + pdu[4:8] + status.to_bytes(4) + pdu[12:16]


def _pdu(source: socket.socket) -> bytes:
    head = _exactly(source, 4)
    return head + _exactly(source, int.from_bytes(head) - 4)


def _exactly(source: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        more = source.recv(count - len(got))
        if not more:
            raise EOFError
        got += more
    return got
