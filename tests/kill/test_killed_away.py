"""Kill -9 in the middle of a time away, and of the clock that rings for a silent journal: whole or not at all, and once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings

from hjemmekontakt.visits.actions import ask_to_cancel_visit, record_visits
from tests.doors import client_of
from tests.kill.conftest import standing_still_at, until, wait_until_gone
from tests.people import an_id
from tests.visits.reports import ASTRIDS_MORNING, another, on

PAGE = "/timeavtaler/borte/"
WEEK = {"first": "2026-03-09", "until": "day", "last": "2026-03-15", "confirm": "1"}


@pytest.fixture
def visits(journal):
    """Two visits of Astrid's in the week to come, and one on Friday."""
    week = [another(f"n{n}", starts_at=on(n, 8), ends_at=on(n, 10)) for n in (10, 11)]
    return [each.visit_id for each in record_visits(journal, [ASTRIDS_MORNING, *week])]


@pytest.fixture
def astrids_browser(world, port):
    """Astrid's browser, logged in; it talks to the web server over the net."""
    cookie = client_of("astrid").cookies[settings.CITIZEN_COOKIE].value
    base = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=base, cookies={settings.CITIZEN_COOKIE: cookie}, trust_env=False, timeout=30) as browser:
        yield browser


def filled_in(browser) -> dict[str, str]:
    """The form as Astrid has filled it in, with the hidden fields of its page."""
    page = browser.get(PAGE).raise_for_status().text
    form = re.search(rf'<form action="{PAGE}".*?</form>', page, re.DOTALL)
    assert form, page
    return {**dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', form[0])), **WEEK}


def kept(world) -> dict[str, int]:
    """How much there is of each that a time away leaves behind."""
    names = ("away_period", "cancellation")
    return {name: world.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def test_killed_while_she_tells_nothing_is_there_and_the_form_can_be_sent_again(
    programs, world, port, astrids_browser, visits
):
    web = programs.start_web(port)
    fields = filled_in(astrids_browser)
    with ThreadPoolExecutor(1) as aside, standing_still_at("cancellation", "SHARE", world=world) as the_one_who_waits:
        sending = aside.submit(astrids_browser.post, PAGE, data=fields)
        backend = the_one_who_waits()
        programs.kill(web)
        assert isinstance(sending.exception(), httpx.TransportError)
    wait_until_gone(backend, world=world)
    assert kept(world) == {"away_period": 0, "cancellation": 0}

    programs.start_web(port)
    first, again = (astrids_browser.post(PAGE, data=fields) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302), (first.text, again.text)
    assert urlsplit(first.headers["Location"]).path == urlsplit(again.headers["Location"]).path
    assert kept(world) == {"away_period": 1, "cancellation": 2}


def test_killed_while_it_rings_for_a_silent_journal(programs, world, astrid, visits):
    ask_to_cancel_visit(astrid, visits[0], form_key=an_id("form"))
    world.connection.execute("UPDATE demo_clock SET moved_by = moved_by + %s", [timedelta(minutes=31)])
    rung = "SELECT count(*) FROM cancellation WHERE alarmed_at IS NOT NULL"
    with standing_still_at("cancellation", "SHARE", world=world) as the_one_who_waits:
        worker = programs.start_worker()
        backend = the_one_who_waits()
        programs.kill(worker)
    wait_until_gone(backend, world=world)
    assert world.connection.execute(rung).fetchone() == (0,)

    programs.start_worker()
    programs.start_worker()
    until(lambda: world.connection.execute(rung).fetchone() == (1,), what="the alarm")
