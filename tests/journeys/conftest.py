"""Chromium, the demo that most journeys share, and one for the journeys that change what cannot be changed back."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from hjemmekontakt.project.commands import build
from tests.journeys.reader import Reader
from tests.journeys.running import Demo, last_words, running_demo

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEMOS: pytest.StashKey[list[Path]] = pytest.StashKey()
At = Callable[..., Reader]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that stands in this folder needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Show what the demos said last, where a journey ends badly."""
    report = yield
    if report.when == "call" and report.failed:
        for data in item.config.stash.get(DEMOS, []):
            report.sections.append((f"the demo in {data.name}", last_words(data)))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for all journeys."""
    program = os.environ.get("HK_CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is missing: install the package chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="session")
def start_demo(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], object]:
    """Starts a demo in a folder of its own."""
    build.build_all()

    def start(name: str):
        data = tmp_path_factory.mktemp(name)
        pytestconfig.stash.setdefault(DEMOS, []).append(data)
        return running_demo(data)

    return start


@pytest.fixture(scope="session")
def demo(start_demo) -> Iterator[Demo]:
    """The demo for all journeys that leave the persons as they found them."""
    with start_demo("demo") as running:
        yield running


@pytest.fixture(scope="session")
def own_demo(start_demo) -> Iterator[Demo]:
    """The demo for the journeys that move the clock, or end what others build on."""
    with start_demo("own-demo") as running:
        yield running


@pytest.fixture(scope="session")
def logged_in() -> dict[tuple[str, ...], Any]:
    """The cookies of those who have logged in and not out again: who tries for ever is sent away at the door."""
    return {}


@pytest.fixture
def at_a_browser(browser: Browser, logged_in) -> Iterator[At]:
    """`at_a_browser(demo, "Astrid Berg")`: a person at a browser of her own, logged in where a name is given.

    Her log-in may be from an earlier journey; `fresh="yes"` makes it a new one, as for all who log out in the journey.
    """
    opened: list[Reader] = []

    def sit_down(
        demo: Demo, name: str = "", *, door: str = "/", fresh: str = "no", scripts: str = "on", language: str = "nb"
    ) -> Reader:
        known = logged_in.get((str(demo.data), name, door)) if fresh == "no" else None
        reader = Reader(browser, demo, scripts=scripts, cookies=known)
        opened.append(reader)
        if not name:
            return reader
        if known:
            reader.open(door)
        else:
            reader.log_in(name, door=door)
        if reader.language != language:
            reader.choose_language(language)
        if fresh == "no":
            logged_in[str(demo.data), name, door] = reader.context.storage_state()
        return reader

    yield sit_down
    for reader in opened:
        reader.close()
