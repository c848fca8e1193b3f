"""A real browser, and a small server that shows the gallery under a strict content security policy."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
KIT = ROOT / "src" / "hjemmekontakt" / "kit"
CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"


@dataclass
class Gallery:
    """Where the gallery is served, what has been sent to it, and when it may answer what is sent."""

    address: str
    sent: list[str] = field(default_factory=list)
    may_answer: Event = field(default_factory=Event)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for all the tests of the session."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing: install the package chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built style sheet and script, and the gallery's pages rendered."""
    folder = tmp_path_factory.mktemp("gallery")
    node = Path(sys.executable).with_name("node")
    subprocess.run([node if node.exists() else "node", KIT / "build.mjs"], cwd=ROOT, check=True)
    subprocess.run([sys.executable, Path(__file__).with_name("gallery.py"), folder], cwd=ROOT, check=True, env={})
    return folder


@pytest.fixture
def gallery(drawn: Path) -> Iterator[Gallery]:
    """The gallery on a free port of the loopback, for one test."""
    shown = Gallery(address="")

    class Serve(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            path = path.partition("?")[0]
            return str(KIT / path[1:] if path.startswith("/static/") else drawn / path[1:])

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def do_POST(self) -> None:
            shown.sent.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            shown.may_answer.wait(timeout=20)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what is asked for is no news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    shown.address = f"http://127.0.0.1:{server.server_port}"
    yield shown
    shown.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow page: 320 px wide, which is also what is left at 400 % zoom."""
    page = browser.new_page(viewport={"width": 320, "height": 640}, locale="nb-NO")
    yield page
    page.close()


@pytest.fixture
def tablet(browser: Browser) -> Iterator[Page]:
    """A page of Astrid's tablet's width."""
    page = browser.new_page(viewport={"width": 800, "height": 1100}, locale="nb-NO")
    yield page
    page.close()
