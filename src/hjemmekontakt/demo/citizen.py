"""A citizen of the demo at a command line: she logs in as others do, looks at a visit, and asks to have it called off.

`python -m hjemmekontakt.demo.citizen show|cancel VISIT`; for who makes a journal system and wants to see its other end.
"""

import argparse
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin
from uuid import UUID

import httpx

SILENT = frozenset({"script", "style", "template", "svg"})


class Page(HTMLParser):
    """What one sees of a page between its heading and its foot, and what its forms carry."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where we are, a form, or a field of it."""
        told = {name: value or "" for name, value in attrs}
        if tag in {"main", *SILENT}:
            self._within.append(tag)
        if tag == "form":
            self.forms.append((told.get("action", ""), {}))
        if tag == "input" and told.get("type") == "hidden" and self.forms:
            self.forms[-1][1][told["name"]] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Come out again."""
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Words of the main part."""
        if self._within == ["main"] and data.strip():
            self.words.append(re.sub(r"\s+", " ", data.strip()))


class NotThere(Exception):
    """The page was not as it should be; the text says what was there instead."""


def log_in(http: httpx.Client, web: str, person: str) -> None:
    """Come in by the test identity provider, at level «Høyt»."""
    choosing = http.get(f"{web}/logg-inn/").raise_for_status()
    [(action, _), *_rest] = Page(choosing.text).forms
    http.post(urljoin(str(choosing.url), action), data={"person": person, "level": "high"}).raise_for_status()


def show(http: httpx.Client, web: str, visit: UUID) -> str:
    """What she reads on the visit's page."""
    return "\n".join(Page(http.get(f"{web}/timeavtaler/{visit}/").raise_for_status().text).words)


def cancel(http: httpx.Client, web: str, visit: UUID) -> str:
    """Ask to have the visit called off, and read what is answered."""
    address = f"{web}/timeavtaler/{visit}/avlys/"
    page = Page(http.get(address).raise_for_status().text)
    fields = next((fields for action, fields in page.forms if action.endswith("/avlys/")), None)
    if fields is None:
        raise NotThere("\n".join(page.words))
    return "\n".join(Page(http.post(address, data=fields, headers={"Referer": address}).raise_for_status().text).words)


def main(arguments: list[str]) -> int:
    """Be somebody of the demo for a moment."""
    parser = argparse.ArgumentParser(prog="hjemmekontakt.demo.citizen", description="Vær en innbygger i demoen.")
    parser.add_argument("what", choices=["show", "cancel"])
    parser.add_argument("visit", type=UUID)
    parser.add_argument("--person", default="astrid")
    parser.add_argument("--data", type=Path, default=Path("var/demo"))
    chosen = parser.parse_args(arguments)
    web = json.loads((chosen.data / "demo.json").read_text(encoding="utf-8"))["web"]
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=20) as http:
        log_in(http, web, chosen.person)
        try:
            sys.stdout.write(f"{(show if chosen.what == 'show' else cancel)(http, web, chosen.visit)}\n")
        except NotThere as why:
            sys.stderr.write(f"{why}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
