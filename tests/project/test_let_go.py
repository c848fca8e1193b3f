"""What was read for a page is let go of with its answer: nothing waits for Python to go through all there is (decision 74)."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from hjemmekontakt.access.rules import Actor
from tests.doors import client_of


@contextmanager
def left_behind() -> Iterator[list[object]]:
    """What is held by itself alone after the block: Python finds it only by going through all there is."""
    found: list[object] = []
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
    finally:
        gc.set_debug(0)
        found += gc.garbage
        gc.garbage.clear()


def _served(portal: WSGIHandler, page: str, cookie: str) -> int:
    """A page as the web server asks for it; the test's own browser would keep the request."""
    begun: list[str] = []
    asked = RequestFactory(headers={"cookie": cookie}).get(page).environ
    answer = portal(asked, lambda *said: begun.append(said[0]))
    list(answer)
    answer.close()
    return int(begun[0][:3])


@pytest.mark.parametrize(
    ("person", "at_work", "page"),
    [("astrid", False, "/"), ("astrid", False, "/timeavtaler/"), ("mona", True, "/ansatt/innboks/{world.nord}/")],
)
def test_a_request_and_what_was_read_for_it_end_with_the_answer(world, person, at_work, page) -> None:
    cookie = client_of(person, employee=at_work).cookies.output(attrs=[], header="", sep=";").strip()
    portal, page = WSGIHandler(), page.format(world=world)
    _served(portal, page, cookie)
    with left_behind() as found:
        assert _served(portal, page, cookie) == 200
    assert not [each for each in found if isinstance(each, HttpRequest | HttpResponse | Actor)]
