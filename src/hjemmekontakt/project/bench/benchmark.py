"""What a benchmark is: one request of ours, the same work at its barest, and the proof that it was done."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

HOST = "hjemmekontakt.example.no"
CSRF_SECRET = "benchmarkbenchmarkbenchmarkbench"  # noqa: S105 - as long as Django's, for requests of our own alone
# In the order they are run; each has a file of its name here.
ASKED = (
    "staff_inbox",
    "open_thread",
    "send_message",
    "message_search",
    "citizen_home",
    "fhir_read",
    "fhir_search",
    "fhir_put",
    "fhir_bundle_100",
    "fhir_import",
    "notices_accept",
)
# These ask no page: they look at the worker and what it sends.
NOTICES = ("notices_end_to_end", "notices_digest")
NAMES = (*ASKED, *NOTICES)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request and how its answer is known to be the right one: its status, and what stands in it."""

    path: str
    status: int
    marker: str
    form: Mapping[str, str] | None = None
    cookie: str = ""
    token: str = ""
    resource: bytes | None = None
    method: str = "PUT"

    def on_the_wire(self) -> bytes:
        """The request as a browser, or a journal with its token, behind the TLS proxy sends it: the connection stays open."""
        return self._of_a_journal() if self.token else self._of_a_browser()

    def _of_a_journal(self) -> bytes:
        lines = [
            f"{'GET' if self.resource is None else self.method} {self.path} HTTP/1.1",
            f"Host: {HOST}",
            "X-Forwarded-Proto: https",
            "Accept: application/fhir+json",
            f"Authorization: Bearer {self.token}",
        ]
        if self.resource is None:
            return _written(lines)
        lines += ["Content-Type: application/fhir+json", f"Content-Length: {len(self.resource)}"]
        return _written(lines) + self.resource

    def _of_a_browser(self) -> bytes:
        lines = [
            f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: {HOST}",
            "X-Forwarded-Proto: https",
            "Accept: text/html,application/xhtml+xml",
            "Accept-Language: nb",
            "Sec-Fetch-Mode: navigate",
            f"Cookie: {self.cookie}; __Host-hk-csrf={CSRF_SECRET}",  # as from the first page she opened
        ]
        if self.form is None:
            return _written(lines)
        body = urlencode({**self.form, "csrfmiddlewaretoken": CSRF_SECRET}).encode()
        lines += [
            f"Origin: https://{HOST}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        return _written(lines) + body


def _written(lines: list[str]) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True)
class Benchmark:
    """One benchmark. The rows say what each request is about; both ours and the floor are asked about the same rows.

    `rows` is SQL for as many different subjects as there are, spread over units, people and threads. `ask` makes our
    request for one of them. `floor` is the one durable statement, with the columns of `rows` as its named parameters.
    `done` is SQL that counts what has been written since `%(since)s`, one for each request that was answered.
    `rows_alike`, where there is one, is what is asked about instead where two towns are compared: such rows as give an
    answer of the same size in both.
    """

    rows: str
    ask: Callable[[Row], Request]
    floor: str
    done: str
    rows_alike: str = ""


def load(name: str) -> Benchmark:
    """The benchmark of this name."""
    found: Benchmark = importlib.import_module(f"{__package__}.{name}").BENCHMARK
    return found


def citizen(person_id: object) -> str:
    """The cookie of a citizen's session, laid by `sessions.lay`."""
    return f"__Host-hk-innbygger=bench-{person_id}"


def employee(person_id: object) -> str:
    """The cookie of an employee's session, laid by `sessions.lay`."""
    return f"__Host-hk-ansatt=bench-{person_id}"


def journal(municipality_id: object) -> str:
    """The token of a municipality's journal, laid by `sessions.lay`."""
    return f"bench-{municipality_id}"


def ask_floor(name: str, row: Row) -> Request:
    """The floor's request for the same row: what its statement needs, and nothing else."""
    return Request(f"/floor/{name}?{urlencode(dict(row))}", 200, "floor")
