"""One person at a browser: everything she opens is looked over, for WCAG and for a narrow phone, once a kind of page."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from tests.journeys import pictures
from tests.journeys.running import Demo

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = "({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})"
SOON = 15_000
WIDE, PHONE, NARROWEST = (1280, 800), (360, 740), 320
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{20,}")
KNOWN_NOISE = "Failed to load resource"

PARTS = """[...new Set([...document.querySelectorAll('body, body *')].map(part =>
    [part.localName, part.className.baseVal ?? part.className, part.role ?? '', part.dataset.color ?? '',
     part.dataset.state ?? '', part.dataset.variant ?? ''].join(' ')))].sort().join('|')"""

looked_over: set[tuple[str, ...]] = set()
measured: set[tuple[str, ...]] = set()
"""The kinds of pages that have been looked over, and measured in each language, in this run."""


class Reader:
    """A person at a browser of her own, with no memory of anybody else's."""

    def __init__(self, browser: Browser, demo: Demo, *, scripts: str = "on", cookies: Any = None) -> None:
        self.demo = demo
        self.has_scripts = scripts == "on"
        self.context: BrowserContext = browser.new_context(
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            java_script_enabled=self.has_scripts,
            storage_state=cookies,
            viewport={"width": WIDE[0], "height": WIDE[1]},
            reduced_motion="reduce",  # what still unfolds might be pressed where it no longer is
        )
        self.context.set_default_timeout(SOON)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._hear_answer)

    # Ways through the pages

    def open(self, path: str) -> Response:
        """Go to an address, as from a bookmark."""
        answer = self.page.goto(f"{self.demo.web}{path}")
        self.look()
        assert answer is not None
        return answer

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow the first link of this name."""
        with self._going_on():
            self._in(within).get_by_role("link", name=name).first.click()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the first button of this name; every button of ours leads on to a page."""
        with self._going_on():
            self._in(within).get_by_role("button", name=name).first.click()

    def reload(self) -> None:
        """Ask for the same page once more."""
        self.page.reload()
        self.look()

    def log_in(self, name: str, *, door: str = "/", level: str = "Høyt") -> None:
        """Log in at the test identity provider as somebody, from the first page or from the staff's."""
        self.open(door)
        if door == "/":
            self.follow("Logg inn")
        self.page.get_by_label(level).check()
        self.press(name)

    def reach(self, part: Locator) -> None:
        """Come to a part of the page by the keyboard alone: Tab, until it has the focus."""
        for _ in range(120):
            if part.evaluate("part => part === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self._where()}: the keyboard does not come to {part}")

    def key(self, name: str, *, role: str = "button", typed: str = "") -> None:
        """By the keyboard alone: go to a link or button and press it, or to a field and write in it."""
        self.reach(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        if typed:
            self.page.keyboard.type(typed)
            return
        with self._going_on():
            self.page.keyboard.press("Enter")

    def choose_language(self, language: str) -> None:
        """Choose a language at the foot of the page."""
        names = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
        self.press(names[language], within=self.page.locator("footer"))

    def log_out(self, name: str = "Logg ut") -> None:
        """Log out by the menu under her name; the identity provider's page comes between, and goes on by itself."""
        self.open_menu()
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_url(re.compile("/logg-ut/ferdig/"), timeout=SOON)
        self.look()

    def open_menu(self) -> None:
        """Open the menu under her name."""
        self.page.locator("details[data-menu] summary").click()

    # What she sees

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def language(self) -> str:
        return self.page.locator("html").get_attribute("lang") or ""

    def sees(self, *words: str | re.Pattern[str]) -> None:
        """All these words stand on the page, where they can be seen."""
        for each in words:
            expect(self.main.get_by_text(each).first).to_be_visible(timeout=SOON)

    def sees_not(self, *words: str) -> None:
        """None of these words stand on the page."""
        for each in words:
            expect(self.page.get_by_text(each)).to_have_count(0)

    def sees_after_a_while(self, *words: str) -> None:
        """The words come when what she waits for is done: she asks for the page again until then."""
        for _ in range(60):
            if all(self.main.get_by_text(each).count() for each in words):
                break
            self.page.reload()
            self.page.wait_for_timeout(250)
        self.sees(*words)
        self.look()

    def status_of(self, path: str) -> int:
        """What an address answers her."""
        return self.open(path).status

    def place_of(self, moment: str) -> Locator:
        """The point of a list that tells of this moment."""
        told = self.main.locator("li time").evaluate_all("times => times.map(time => time.dateTime)")
        place = [datetime.fromisoformat(each) for each in told].index(datetime.fromisoformat(moment))
        return self.main.locator("li", has=self.page.locator("time")).nth(place)

    def card(self, words: str) -> Locator:
        """The card with these words in it."""
        return self.page.locator(".ds-card").filter(has_text=words).first

    # Looking over

    def look(self) -> None:
        """See that the page has its heading and no fault: axe on each kind of page once, and 320 px without sliding.

        A page that goes on by itself, as the identity provider's farewell does, is let go on first.
        """
        expect(self.page.locator("meta[http-equiv=refresh]")).to_have_count(0, timeout=SOON)
        expect(self.page.locator("h1").first).to_be_attached()
        assert self.complaints == [], f"{self._where()}: {self.complaints}"
        kind, language = self._kind(), self.language
        if (*kind, language) not in measured:
            self._measure()
            measured.add((*kind, language))
        if kind not in looked_over and self.has_scripts:
            self._axe()
            looked_over.add(kind)

    def _kind(self) -> tuple[str, ...]:
        """Whose page it is, which one, and every part that is on it: two with the same parts look the same to axe."""
        address = urlsplit(self.page.url)
        area = "portal" if self.page.url.startswith(self.demo.web) else "provider"
        return area, AN_ID.sub("…", address.path), self.page.evaluate(PARTS)

    def _measure(self) -> None:
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        width = self.page.evaluate("document.scrollingElement.scrollWidth")
        if size:
            self.page.set_viewport_size(size)
        assert width <= NARROWEST, f"{self._where()} slides sideways: {width} px wide on a phone of {NARROWEST}"

    def _axe(self) -> None:
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(f"axe.run({WCAG})")
        faults = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]
        assert faults == [], f"{self._where()}: {faults}"

    def _where(self) -> str:
        return AN_ID.sub("…", urlsplit(self.page.url).path)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        with self.page.expect_navigation(timeout=SOON):
            yield
        self.look()

    def _in(self, within: Locator | None) -> Locator:
        return self.page.locator("body") if within is None else within

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(KNOWN_NOISE):
            self.complaints.append(said.text)

    def _hear_answer(self, answer: Response) -> None:
        if answer.status >= 500:
            self.complaints.append(f"{answer.status} from {AN_ID.sub('…', urlsplit(answer.url).path)}")

    # Pictures

    def picture(self, name: str) -> None:
        """Take the page's picture for the documents, on a phone and on a desk, where a folder is asked for."""
        folder = os.environ.get("HK_PICTURES")
        if not folder or not self.has_scripts:
            return
        counting = self.context.new_page()
        for width, height in (PHONE, WIDE):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate("document.activeElement?.blur(), window.scrollTo(0, 0), document.fonts.ready")
            pictures.save(self.page.screenshot(), Path(folder) / f"{name}-{width}.png", page=counting)
        counting.close()
        self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    def close(self) -> None:
        """Leave the browser."""
        self.context.close()
