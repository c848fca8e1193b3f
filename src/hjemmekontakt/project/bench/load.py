"""The load, a process of its own: a few clients on connections that stay open, each asking again when it is answered.

`python -m hjemmekontakt.project.bench.load` reads a pickled `Plan` and writes a pickled `Result`. One thread drives all
the clients, so that the load takes as little as it can of the machine that it measures.
"""

import pickle
import re
import resource
import selectors
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
STATUS = slice(9, 12)
WITHOUT_BODY = (b"204", b"304")
PATIENCE = 30.0
TOLD = 400


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as bytes, with the status and the marker that a right answer has."""

    wire: bytes
    status: bytes
    marker: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to ask, what, by how many at once, and for how long at most."""

    port: int
    clients: int
    seconds: float
    asks: Sequence[Ask]


@dataclass(slots=True)
class Result:
    """What came of it: the time of each right answer, the wrong ones in words, and what the load itself used."""

    times_ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    own_cpu_seconds: float = 0.0


@dataclass(slots=True)
class Client:
    """One connection, the question it waits for an answer to, and what has come of it."""

    connection: socket.socket
    ask: Ask | None = None
    asked_at: float = 0.0
    answer: bytearray = field(default_factory=bytearray)
    whole: int = 0

    def put(self, ask: Ask) -> None:
        """Ask."""
        self.ask, self.whole = ask, 0
        self.answer.clear()
        self.asked_at = time.perf_counter()
        self.connection.sendall(ask.wire)

    def has_answer(self) -> bool:
        """Take in what has come, and tell whether the answer is whole."""
        part = self.connection.recv(262144)
        if not part:
            raise ConnectionError("the connection was closed")
        self.answer += part
        if not self.whole:
            head = self.answer.find(b"\r\n\r\n")
            if head < 0:
                return False
            self.whole = head + 4 + _length(self.answer[: head + 2])
        return len(self.answer) >= self.whole


def _length(head: bytes | bytearray) -> int:
    found = LENGTH.search(head)
    if found is None and head[STATUS] not in WITHOUT_BODY:
        raise ConnectionError("an answer without Content-Length")
    return int(found[1]) if found else 0


def drive(plan: Plan) -> Result:
    """Ask until the time or the questions are used up; wait for the last answers."""
    result, asks = Result(), iter(plan.asks)
    with selectors.DefaultSelector() as selector:
        clients = [_connect(plan.port) for _ in range(plan.clients)]
        began = last = time.perf_counter()
        waiting = 0
        for client in clients:
            selector.register(client.connection, selectors.EVENT_READ, client)
            waiting += _ask_next(client, asks, before=began + plan.seconds)
        while waiting and not result.failures:
            ready = selector.select(PATIENCE)
            if not ready:
                result.failures.append(f"ikke noe svar på {PATIENCE:.0f} sekunder")
            for key, _ in ready:
                if not key.data.has_answer():
                    continue
                last = time.perf_counter()
                _judge(key.data, last, result)
                waiting += _ask_next(key.data, asks, before=began + plan.seconds) - 1
        for client in clients:
            client.connection.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    result.seconds, result.own_cpu_seconds = last - began, used.ru_utime + used.ru_stime
    return result


def _connect(port: int) -> Client:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Client(connection)


def _ask_next(client: Client, asks: Iterator[Ask], *, before: float) -> int:
    ask = next(asks, None) if time.perf_counter() < before else None
    if ask is None:
        return 0
    client.put(ask)
    return 1


def _judge(client: Client, now: float, result: Result) -> None:
    assert client.ask is not None
    if client.answer[STATUS] == client.ask.status and client.ask.marker in client.answer:
        result.times_ms.append((now - client.asked_at) * 1000)
        return
    asked = client.ask.wire.split(b" HTTP/1.1", 1)[0].split(b"?", 1)[0].decode()
    answered = bytes(client.answer[:TOLD]).decode(errors="replace")
    result.failures.append(f"{asked} ga ikke «{client.ask.marker.decode()}», men:\n{answered}")


def main() -> int:
    """Read a plan, drive it, write what came of it."""
    plan = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the command that started us
    try:
        result = drive(plan)
    except OSError as problem:
        result = Result(failures=[f"forbindelsen brøt: {problem}"])
    pickle.dump(result, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    # Under its full name, so that what is pickled is known on both sides.
    from hjemmekontakt.project.bench import load

    sys.exit(load.main())
