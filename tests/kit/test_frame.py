"""The frame is kept for all who see the same, and no reader's name or token is kept with it."""

from pathlib import Path
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from jinja2 import FileSystemLoader
from markupsafe import Markup
from msgspec.structs import replace

from hjemmekontakt.kit import frame
from hjemmekontakt.kit.frame import Page, framed
from hjemmekontakt.kit.jinja import environment, url

JONAS = Page(area="citizen", path="/meldinger/", person_name="Jonas <Berg>", navigation_current="messages")
HEADER = "kit/header.html.jinja"


def made():
    return environment(loader=FileSystemLoader(Path(frame.__file__).with_name("templates")))


def test_each_reader_gets_her_own_name_path_and_token_in_what_is_kept_for_both():
    pages, kept = made(), frame._made.cache_info().misses
    for_jonas = framed(pages, HEADER, JONAS, Markup("<i>token-1</i>"))
    siri = replace(JONAS, person_name="Siri Dahl", path="/meldinger/ny/?a=1&b=2")
    for_siri = framed(pages, HEADER, siri, Markup("<i>token-2</i>"))

    assert frame._made.cache_info().misses == kept + 1
    assert "Jonas &lt;Berg&gt;" in for_jonas
    assert "Siri" in for_siri
    assert "Jonas" not in for_siri
    assert "token-1" not in for_siri
    assert for_siri.count("<i>token-2</i>") == for_siri.count("<form") == 3
    assert 'value="/meldinger/ny/?a=1&amp;b=2"' in for_siri
    assert "\0" not in for_siri


def test_who_acts_for_another_is_told_so_and_a_page_of_nobody_has_no_menu():
    pages = made()
    acting = framed(pages, HEADER, replace(JONAS, acting_for_name="Astrid Berg"), "")

    assert "på vegne av Astrid Berg" in acting
    assert "hk-band" not in framed(pages, HEADER, JONAS, "")
    assert "hk-menu" not in framed(pages, HEADER, Page(), "")


def test_the_frame_is_in_the_language_of_its_reader():
    pages = made()
    with translation.override("en"):
        english = framed(pages, HEADER, replace(JONAS, language="en"), "")

    assert "Fullmakter" not in english
    assert "Fullmakter" in framed(pages, HEADER, JONAS, "")


def test_an_address_is_the_one_that_django_gives():
    first, second = UUID(int=1), UUID(int=2)

    assert url("inbox:file", first, second) == reverse("inbox:file", args=[first, second])
    assert url("inbox:file", second, first) == reverse("inbox:file", args=[second, first])
    assert url("inbox:treat-as-case", first, "klage") == reverse("inbox:treat-as-case", args=[first, "klage"])
    assert url("inbox:home") == reverse("inbox:home")
