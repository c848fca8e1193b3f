"""The virus scanner: what it found in a file, and a client that speaks with ClamAV's `clamd`."""

import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Protocol
from urllib.parse import unquote, urlsplit

PORT = 3310
CHUNK = 256 * 1024
LONGEST_ANSWER = 4096
PONG = "PONG"
CLEAN = "stream: OK"
TOO_LARGE = "INSTREAM size limit exceeded"


class Finding(StrEnum):
    """What came of a scan."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not-scanned"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says of a file; `detail` is for whoever runs the portal, never for citizens.

    The detail is the virus's name, or why the file could not be scanned.
    """

    finding: Finding
    detail: str = ""


class NoScanner(Exception):
    """The scanner did not answer in time or answered what it should not; the text holds nothing of the file."""


class VirusScanner(Protocol):
    """Whoever can say whether there is a virus in a file."""

    def scan(self, content: bytes) -> Verdict:
        """Say what is in a file; one that could not be scanned is never called clean."""
        ...


class Clamd:
    """The client of `clamd`, by `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`; a file is sent, never named."""

    def __init__(self, url: str, *, timeout_s: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme == "tcp" and parts.hostname:
            self._place: tuple[str, int] | str = (parts.hostname, parts.port or PORT)
        elif parts.scheme == "unix" and parts.path and not parts.netloc:
            self._place = unquote(parts.path)
        else:
            raise ValueError("the virus scanner's address must begin with tcp:// or unix:///")
        self._timeout_s = timeout_s

    def scan(self, content: bytes) -> Verdict:
        """Say what is in a file; the whole scan has one time limit."""
        try:
            return _read(self._ask(chain([b"zINSTREAM\0"], _in_chunks(content))))
        except NoScanner as failure:
            return Verdict(Finding.NOT_SCANNED, str(failure))

    def ping(self) -> None:
        """Ask whether it is there; NoScanner tells what is wrong."""
        answer = self._ask([b"zPING\0"])
        if answer != PONG:
            raise NoScanner(f"answered {answer!r} to PING")

    def _ask(self, parts: Iterable[bytes]) -> str:
        give_up_at = time.monotonic() + self._timeout_s
        try:
            with self._line() as line:
                _send(line, parts, give_up_at)
                return _answer(line, give_up_at)
        except OSError as failure:  # a time limit is one too
            raise NoScanner(type(failure).__name__) from None

    def _line(self) -> socket.socket:
        if isinstance(self._place, tuple):
            return socket.create_connection(self._place, timeout=self._timeout_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self._timeout_s)
        try:
            line.connect(self._place)
        except OSError:
            line.close()
            raise
        return line


def _in_chunks(content: bytes) -> Iterator[bytes]:
    """Put a file on the wire: each piece after its length, and a length of nothing at the end."""
    for start in range(0, len(content), CHUNK):
        piece = content[start : start + CHUNK]
        yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _send(line: socket.socket, parts: Iterable[bytes], give_up_at: float) -> None:
    try:
        for part in parts:
            line.settimeout(_left(give_up_at))
            line.sendall(part)
    except (BrokenPipeError, ConnectionResetError):
        return  # it has heard enough, as when a file is over its limit; the answer may still be read


def _answer(line: socket.socket, give_up_at: float) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < LONGEST_ANSWER:
        line.settimeout(_left(give_up_at))
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        heard += piece
    return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(give_up_at: float) -> float:
    left = give_up_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(answer: str) -> Verdict:
    if answer == CLEAN:
        return Verdict(Finding.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(Finding.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if answer.startswith(TOO_LARGE):
        return Verdict(Finding.NOT_SCANNED, "over the scanner's StreamMaxLength")
    return Verdict(Finding.NOT_SCANNED, f"answered {answer[:100]!r}" if answer else "hung up without an answer")
