"""The journal's line to the portal: it can be down for a while, and what the portal did not take is kept for the page."""

from threading import Event, Lock
from time import monotonic
from typing import Any

import httpx

from hjemmekontakt.demo.epj.config import Config
from hjemmekontakt.demo.epj.portal import Portal, Unreachable

PROBLEMS_KEPT = 50


class Line:
    """What is said over it waits while the journal is down."""

    def __init__(self, config: Config, *, stopping: Event) -> None:
        self.problems: list[str] = []
        self._stopping = stopping
        self._down_until = 0.0
        self._portal = Portal(config, stopping=stopping)
        self._lock = Lock()

    def close(self) -> None:
        """Let go of the connections."""
        self._portal.close()

    @property
    def is_down(self) -> bool:
        """Whether the journal is away just now."""
        return monotonic() < self._down_until

    def go_down(self, seconds: float) -> None:
        """Be away for some seconds; nothing is heard and nothing is sent meanwhile."""
        self._down_until = monotonic() + max(0.0, seconds)

    def wait_while_down(self) -> None:
        """Come back when the journal is not away."""
        while self.is_down:
            if self._stopping.wait(min(1.0, max(0.0, self._down_until - monotonic()))):
                raise Unreachable

    def fetch(self, path: str) -> tuple[dict[str, Any] | None, str]:
        """Read one resource and its version; nothing where the portal has none."""
        self.wait_while_down()
        answer = self._portal.get(path)
        if not self.note(answer):
            return None, ""
        return answer.json(), answer.headers.get("ETag", "")

    def put(self, path: str, resource: dict[str, Any], *, if_match: str = "") -> str:
        """Write one resource; an empty answer tells that the portal did not take it."""
        return self.note(self._portal.put(path, resource, if_match=if_match))

    def report(self, resource: dict[str, Any], *, name: str, within: float | None = None) -> httpx.Response:
        """Write one visit or plan by its name in the journal; the caller looks at the answer."""
        self.wait_while_down()
        return self._portal.put("Appointment", resource, identifier=name, within=within)

    def post(self, path: str, resource: dict[str, Any], *, within: float) -> int:
        """Create one resource; the answer's status."""
        return self._portal.post(path, resource, within=within).status_code

    def note(self, answer: httpx.Response) -> str:
        """Tell whether the portal took it; if not, keep what it answered for the page."""
        if answer.is_success:
            return "taken"
        with self._lock:
            self.problems.append(f"{answer.request.method} {answer.request.url.path}: {answer.status_code}")
            del self.problems[:-PROBLEMS_KEPT]
        return ""
