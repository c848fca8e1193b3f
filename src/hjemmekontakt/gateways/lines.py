"""Lines that stay open to an outside system that is called many times a second, each for one call at a time.

They are Python's own HTTP client. `httpx` (`calling.py`) takes three times as long for a call, which is a third of what it
costs to tell somebody by SMS; it stays where one call asks about many people, or is seldom (decision 64).
"""

import select
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from hjemmekontakt.gateways.calling import LOOPBACK, tls


class NotConnected(Exception):
    """Nobody answers there: nothing was sent."""


class LineBroke(Exception):
    """It went silent or broke after we began to send: what we said may have been heard."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an outside system answered to one call."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status says that all is well."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class Lines:
    """The open lines to one outside system; any thread may call, and takes a line that no other one uses."""

    def __init__(self, url: str, *, timeout_s: float, auth: tuple[str, str] | None = None) -> None:
        where = urlsplit(url.rstrip("/"))
        if where.scheme != "https" and where.hostname not in LOOPBACK:
            raise ValueError("the address of an outside system must be https")
        self._is_secret, self._host, self._port = where.scheme == "https", where.hostname or "", where.port
        self._begins, self._timeout_s = where.path, timeout_s
        self._headers = {"Accept": "*/*", "User-Agent": "hjemmekontakt"}
        if auth:
            self._headers["Authorization"] = f"Basic {b64encode(':'.join(auth).encode()).decode()}"
        self._idle: deque[HTTPConnection] = deque()

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call, and wait for the answer; raises NotConnected or LineBroke, which tell apart what certainly was not sent."""
        body, said = None, {**self._headers, **(headers or {})}
        if json is not None:
            body, said["Content-Type"] = msgspec.json.encode(json), "application/json"
        line = self._an_idle_line() or self._a_new_line()
        try:
            line.request(method, f"{self._begins}{path}{f'?{urlencode(params)}' if params else ''}", body, said)
            response = line.getresponse()
            answer = Answer(response.status, response.read())
        except (OSError, HTTPException):
            line.close()
            raise LineBroke from None
        if line.sock is not None:  # the other side keeps it open too
            self._idle.append(line)
        return answer

    def close(self) -> None:
        """Let go of the open lines."""
        while self._idle:
            self._idle.pop().close()

    def _an_idle_line(self) -> HTTPConnection | None:
        """The line that was used last; one that the other side has closed meanwhile is let go of."""
        while True:
            try:
                line = self._idle.pop()
            except IndexError:
                return None
            if not _has_something_to_say(line):
                return line
            line.close()

    def _a_new_line(self) -> HTTPConnection:
        line: HTTPConnection = (
            HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=tls())
            if self._is_secret
            else HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        )
        try:
            line.connect()
        except OSError:
            line.close()
            raise NotConnected from None
        return line


def _has_something_to_say(line: HTTPConnection) -> bool:
    """Whether anything came on a line that nobody has asked on: its end, or what belongs to no call of ours."""
    asked = select.poll()
    asked.register(line.sock, select.POLLIN)
    return bool(asked.poll(0))


def object_in(answer: Answer) -> dict[str, Any]:
    """Read the answer as a JSON object; an empty one where it is none."""
    try:
        said = msgspec.json.decode(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
