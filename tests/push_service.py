"""A push service with its browsers, in a language and by a hand of its own: what is sealed is opened there, and shown."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from hjemmekontakt.demo import push_service
from hjemmekontakt.gateways.push import Browser


class PushService:
    """The running service."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._line = httpx.Client(base_url=self.url, verify=False, trust_env=False)

    def browser(self, name: str) -> Browser:
        """What a browser of this name gives a page that may tell it."""
        return Browser(**self._line.get(f"/nettleser/{name}").json())

    def shown(self) -> list[dict[str, Any]]:
        """What the browsers show, oldest first."""
        return self._line.get("/varsler").json()

    def dies(self, name: str) -> None:
        """Let a browser not want any more."""
        self._line.delete(f"/push/{name}").raise_for_status()

    def always_answers(self, name: str, status: int) -> None:
        """Let every push to this browser be answered so, until everything is begun again."""
        self._line.post("/svar", json={"status": status, "to": name}).raise_for_status()

    def answers(self, status: int, *, next_ones: int = 1, **headers: str) -> None:
        """Let the next pushes be answered so."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        self._line.post("/svar", json={"status": status, "headers": said, "next": next_ones}).raise_for_status()

    def begin_again(self) -> None:
        """Nothing is shown, and every browser wants again."""
        self._line.delete("/varsler").raise_for_status()


@contextmanager
def running() -> Iterator[PushService]:
    """Run the service for the length of a block, on a free port."""
    process = subprocess.Popen(push_service.command(0), stdout=subprocess.PIPE, text=True)
    try:
        yield PushService(int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
