"""Pages that are kept for all who see the same: what stands in them is what is rendered anew, and nobody's is kept."""

import re
from uuid import UUID

import pytest
from django.shortcuts import render
from django.test import RequestFactory
from django.utils import translation
from msgspec.structs import replace

from hjemmekontakt.access.rules import Actor, Role, Standing, UnitRole
from hjemmekontakt.kit import kept_pages
from hjemmekontakt.kit.kept_pages import kept_page
from hjemmekontakt.messages.rules import AnswerTemplates, FilledTemplate, StaffThreadView
from hjemmekontakt.messages.thread_page import Offered, blanks_of, offered_by
from hjemmekontakt.notifications.call_list.queries import InTheMenu
from tests.conftest import MONDAY
from tests.messages.test_thread_rows import EVIL, a_thread
from tests.people import an_id

PAGE = "messages/staff_thread.html.jinja"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
THREAD = an_id("thread")
NURSE = UnitRole(an_id("nord"), "Nord", Role.NURSE)
MONA = Actor(Standing.EMPLOYEE, an_id("mona"), "Mona Lie", municipality_id=an_id("lier"), units=(NURSE,))


def asks(actor: Actor = MONA, thread: UUID = THREAD):
    request = RequestFactory().get(f"/ansatt/meldinger/{thread}/")
    request.actor, request.waiting, request._messages = actor, InTheMenu(), ()
    return request


def filled(thread: StaffThreadView, request, signature: str = "Mona") -> tuple[Offered, dict[str, object]]:
    templates = AnswerTemplates((FilledTemplate(an_id("mal"), EVIL, EVIL, False),), "nb", signature)
    return offered_by(request.actor, thread, []), blanks_of(request, thread, templates, None)


def of_all_but_its_token(response) -> str:
    return TOKEN.sub("", response.content.decode())


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    "other",
    [
        {},
        {"one_way": True, "is_letter": True},
        {"case_kind": "complaint", "state": "as-case", "urgent_words": True, "with_leader": True},
        {"answer_by": MONDAY, "alarm_stage": 50, "who_else": (EVIL,), "assignee_id": MONA.id},
        {"birth_year": None, "subject": EVIL},
    ],
)
def test_what_is_kept_is_what_would_be_rendered(language: str, other: dict) -> None:
    thread, request = replace(a_thread(EVIL), **{"case_kind": "", "pulse": '"1"', **other}), asks()
    with translation.override(language):
        shape, blanks = filled(thread, request, EVIL)
        kept = of_all_but_its_token(kept_page(request, PAGE, shape, blanks))
        rendered = of_all_but_its_token(render(request, PAGE, {**shape.as_context(), "blank": blanks}))
    assert kept == rendered
    assert "\0" not in kept
    assert "<b>" not in kept
    assert kept.count("&lt;b&gt;&#34;&#39;&amp;") > 10


def test_nothing_of_one_dialogue_or_reader_stands_on_the_next_page() -> None:
    request, gerd = asks(), asks(Actor(Standing.EMPLOYEE, an_id("gerd"), "Gerd Vik", units=(NURSE,)), UUID(int=1))
    first = kept_page(request, PAGE, *filled(replace(a_thread("Astrid"), case_kind=""), request, "Mona"))
    made = kept_pages._made.cache_info().misses
    ids = {
        "case_kind": "",
        "id": UUID(int=1),
        "citizen_id": UUID(int=2),
        "unit_id": UUID(int=3),
        "last_message_id": UUID(int=4),
    }
    other = replace(a_thread("Einar"), **ids, messages=(), notes=(), handlings=())
    second = kept_page(gerd, PAGE, *filled(other, gerd, "Gerd"))

    assert kept_pages._made.cache_info().misses == made
    html, before = second.content.decode(), first.content.decode()
    for hers in ("Astrid", "Mona", *map(str, (an_id("thread"), an_id("astrid"), an_id("nord"), an_id("message 4")))):
        assert hers in before
        assert hers not in html.replace(f'<p class="hk-unit">{NURSE.unit_name}', "")
    keys = re.findall(r'name="(?:form_key|csrfmiddlewaretoken)" value="([^"]+)"', before + html)
    assert len(set(keys)) == 8  # three forms of each page, and one token for all of a page
    for address in (f"/ansatt/meldinger/{UUID(int=1)}/svar/", f"/ansatt/innboks/{UUID(int=3)}/", str(UUID(int=2))):
        assert address in html
