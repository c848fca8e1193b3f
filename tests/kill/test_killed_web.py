"""Kill -9 of the web process in the middle of sending a message: it is there whole or not at all, and never twice."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings

from tests.doors import client_of
from tests.kill.conftest import standing_still_at, until, wait_until_gone

PAGE = "/meldinger/ny/"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)">')
TRACES = ("thread", "message", "outbox")


@pytest.fixture
def astrids_browser(world, port):
    """Astrid's browser, logged in; it talks to the web server over the net."""
    cookie = client_of("astrid").cookies[settings.CITIZEN_COOKIE].value
    base = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=base, cookies={settings.CITIZEN_COOKIE: cookie}, trust_env=False, timeout=30) as browser:
        yield browser


def filled_in(browser) -> tuple[str, dict[str, str]]:
    """The form «Skriv melding» as Astrid has filled it in: where it is sent, and all its fields."""
    page = browser.get(PAGE).raise_for_status().text
    form = re.search(rf'<form [^>]*action="({PAGE}\?tjeneste=[^"]+)".*?</form>', page, re.DOTALL)
    assert form, page
    return form[1], {
        **dict(HIDDEN.findall(form[0])),
        "subject": "Nøkkel",
        "text": "Hvem har nøkkelen?\n\nHilsen Astrid",
    }


def kept(world) -> dict[str, int]:
    """How much there is of each that a message leaves behind; of its event, how much for each who listens."""
    counted = dict.fromkeys(TRACES, "count(*)") | {"outbox": "count(*) / greatest(count(DISTINCT listener), 1)"}
    return {
        name: world.connection.execute(f"SELECT {what} FROM {name}").fetchone()[0] for name, what in counted.items()
    }


def test_killed_before_it_is_placed_nothing_is_there_and_the_form_can_be_sent_again(
    programs, world, port, astrids_browser
):
    web = programs.start_web(port)
    address, fields = filled_in(astrids_browser)

    with killed_at("service", "ACCESS EXCLUSIVE", web, programs, world, astrids_browser, address, fields):
        pass
    assert kept(world) == dict.fromkeys(TRACES, 0)

    programs.start_web(port)
    first, again = (astrids_browser.post(address, data=fields) for _ in range(2))
    assert_sent_once(world, first, again)


def test_killed_while_it_is_placed_all_of_it_is_there_and_the_same_form_sends_no_other(
    programs, world, port, astrids_browser
):
    web = programs.start_web(port)
    address, fields = filled_in(astrids_browser)

    with killed_at("message", "SHARE", web, programs, world, astrids_browser, address, fields):
        assert kept(world) == dict.fromkeys(TRACES, 0)  # nothing of it is seen before all is there
    assert kept(world) == dict.fromkeys(TRACES, 1)  # one statement does it all, and the database has it

    programs.start_web(port)
    first, again = (astrids_browser.post(address, data=fields) for _ in range(2))
    assert_sent_once(world, first, again)


@contextmanager
def killed_at(table, mode, web, programs, world, browser, address, fields) -> Iterator[None]:
    """Astrid sends the form, and the web process is killed while its statement stands still at this table; then it goes on."""
    with ThreadPoolExecutor(1) as aside, standing_still_at(table, mode, world=world) as the_one_who_waits:
        sending = aside.submit(browser.post, address, data=fields)
        backend = the_one_who_waits()
        programs.kill(web)
        assert isinstance(sending.exception(), httpx.TransportError)
        yield
    wait_until_gone(backend, world=world)


def test_killed_after_the_commit_the_message_is_there_and_the_same_form_sends_no_other(
    programs, world, port, astrids_browser
):
    web = programs.start_web(port)
    address, fields = filled_in(astrids_browser)

    with ThreadPoolExecutor(1) as aside:
        sending = aside.submit(astrids_browser.post, address, data=fields)
        until(lambda: kept(world)["message"], what="the message is committed")
        programs.kill(web)
        sending.exception()  # answered or not: she has seen nothing of it

    programs.start_web(port)
    first, again = (astrids_browser.post(address, data=fields) for _ in range(2))
    assert_sent_once(world, first, again)


def assert_sent_once(world, first: httpx.Response, again: httpx.Response) -> None:
    """Both answers lead to the one dialogue, and it is whole."""
    assert (first.status_code, again.status_code) == (302, 302), (first.text, again.text)
    assert urlsplit(first.headers["Location"]).path == urlsplit(again.headers["Location"]).path
    assert kept(world) == dict.fromkeys(TRACES, 1)
    text, subject = world.connection.execute(
        "SELECT message.text, thread.subject FROM message JOIN thread ON thread.id = message.thread_id"
    ).fetchone()
    assert (subject, text) == ("Nøkkel", "Hvem har nøkkelen?\n\nHilsen Astrid")
