"""The conversation at work as markup: what people write is text in it, everything stands in its place, in each language."""

from datetime import time, timedelta

import pytest
from django.template import engines
from django.utils import translation
from markupsafe import Markup

from hjemmekontakt.messages import thread_rows
from hjemmekontakt.messages.rules import (
    AttachmentView,
    Author,
    HandlingKind,
    HandlingView,
    Kind,
    MessageView,
    NoteView,
    Sender,
    StaffThreadView,
    ThreadState,
)
from hjemmekontakt.municipalities.rules import ServiceView, UnitView
from tests.conftest import MONDAY
from tests.people import an_id

EVIL = "<b>\"'&"
HOUR = timedelta(hours=1)


def message(place: int, sender: Sender, words: str = "Hei", **other) -> MessageView:
    author = Author(an_id("x"), words, "nurse" if sender is Sender.UNIT else "", sender, on_behalf=False)
    said = {"text": words, "sent_at": MONDAY + place * HOUR, "answer_by": None, "answered_at": None, "read_by": 0}
    return MessageView(id=an_id(f"message {place}"), place=place, author=author, **said, **{"read_at": None, **other})


def a_thread(words: str = "Hei") -> StaffThreadView:
    unit = UnitView(an_id("nord"), "Nord", "32 00 00 00", "", an_id("lier"), "Lier", "", time(8), time(16))
    names = ("person_name", "subject", "category", "assignee_name", "case_kind")
    photo = AttachmentView(an_id("file"), words, Kind.JPEG, 2048, MONDAY)
    phone = {"channel": "phone", "signature": words, "read_at": MONDAY + 9 * HOUR}
    return StaffThreadView(
        id=an_id("thread"), citizen_id=an_id("astrid"), unit_id=unit.id, **dict.fromkeys(names, words), birth_year=1944,
        state=ThreadState.OPENED, answer_by=None, assignee_id=None, urgent_words=False, one_way=False, with_leader=False,
        alarm_stage=0, leads=False, service=ServiceView(an_id("help"), words, "15", unit, *[None] * 4, False),
        messages=(message(1, Sender.CITIZEN, words, files=(photo,)), message(4, Sender.UNIT, words, **phone)),
        notes=(NoteView(an_id("note"), MONDAY + 2 * HOUR, words, words),),
        handlings=(HandlingView(HandlingKind.GIVEN, 1, MONDAY + 3 * HOUR, words, words, "", ""),),
        last_message_id=an_id("message 4"),
    )  # fmt: skip


def shown(thread: StaffThreadView) -> str:
    environment = engines["jinja2"].env
    ui, files, icons = (
        environment.get_template(name).module
        for name in ("kit/components.html.jinja", "messages/files.html.jinja", "kit/icons.html.jinja")
    )
    made = thread_rows.conversation(thread, now=MONDAY + 10 * HOUR, tag=ui.tag, icon=icons.icon, files=files.sent)
    assert isinstance(made, Markup)
    return str(made)


def test_nothing_that_anybody_has_written_is_taken_as_markup() -> None:
    html = shown(a_thread(EVIL))
    assert "<b>" not in html
    assert "\"'" not in html
    # two authors, two texts, a file, a signature, a note and who wrote it, and both who gave and who was given
    assert html.count("&lt;b&gt;&#34;&#39;&amp;") == 10


def test_messages_notes_and_what_was_done_stand_in_the_order_it_happened() -> None:
    html = shown(a_thread())
    places = [
        html.index(each) for each in (f'data-item="{an_id("message 1")}"', "Intern merknad", "Hei ga samtalen til Hei")
    ]
    assert [*places, html.index("Svart på telefon")] == sorted([*places, html.index("Svart på telefon")])
    assert (
        html.count('data-variant="tinted"') == html.count("Åpnet av innbyggeren") == html.count("Hei, sykepleier") == 1
    )
    assert f'/ansatt/meldinger/{an_id("thread")}/vedlegg/{an_id("file")}/">Hei</a> (2 kB)' in html


@pytest.mark.parametrize("language", ["nn", "en"])
def test_each_reader_reads_it_in_her_own_language(language: str) -> None:
    with translation.override(language):
        assert "Åpnet av innbyggeren" not in shown(a_thread())
    assert "Åpnet av innbyggeren" in shown(a_thread())
