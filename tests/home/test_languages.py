"""Every page that a reader can come to stands in the language she has chosen (R102)."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from hjemmekontakt.messages import actions as messages
from hjemmekontakt.messages import queries
from hjemmekontakt.visits import actions as visits
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id
from tests.visits.reports import another, on, performed

BOKMAAL_NOT_NYNORSK = """
    allerede ansatt ansatte bare ble bruker bekreft bekreftet besøkene da ennå et fikk flere fra fullmakten gjelder
    gjøre hjelpen hjem hjemme hva hvem hver hvis hvor hvordan hvorfor ikke jeg kobler komme kommer leser logger mandag
    meldingen meldinger meldingene mer navn noe noen nå også opplysninger se selv senest sendte siden skrev skriver slutter
    tar tidligere timer tjeneste tjenesten trenger ukene uleste uten varsler velg venter vet være åpen åpner åpnet
"""
NORWEGIAN_NOT_ENGLISH = """
    alle av avlys besøk bruk da de deg det dine du er etter fra frå fullmakt får har hjelp hos hva ikke ikkje jeg eg kan kl
    kommune melding meldinger med neste noe nå og om på se sjå skriv svar til tilbake timeavtaler tjenesten varsler vi å
"""
LEFT = {"nn": set(BOKMAAL_NOT_NYNORSK.split()), "en": set(NORWEGIAN_NOT_ENGLISH.split())}
"""Words that no text in the language has: one of them on a page is a text that was left in bokmål."""

WRITTEN_BY_PEOPLE = re.compile(
    "Hjelp til medisiner og morgenstell|To ganger om dagen|Praktisk hjelp|Hjemmetjenesten (Nord|Sør|Fjordby)|Bokmål"
)
LEADS_OUT = re.compile(r"^(?!/)|^//|^/(logg-inn|ansatt/logg-inn|fhir|static|profil/logg/last-ned)/")


@pytest.fixture
def a_full_week(world, astrid, mona, journal) -> None:
    """Astrid has written and been answered, has visits of every kind and has called one off; all is told of."""
    recorded = visits.record_visits(
        journal,
        [
            another("today", starts_at=on(2, 14), ends_at=on(2, 16)),
            another("friday", starts_at=on(6, 8), ends_at=on(6, 10)),
            another("thursday", starts_at=on(5, 8), ends_at=on(5, 10)),
            another("wednesday", starts_at=on(4, 8), ends_at=on(4, 10)),
            another("morning", starts_at=on(2, 8), ends_at=on(2, 9)),
        ],
    )
    _today, _friday, thursday, wednesday, _morning = [each.visit_id for each in recorded]
    visits.record_visits(journal, [performed(another("morning", starts_at=on(2, 8), ends_at=on(2, 9)))])
    visits.ask_to_cancel_visit(astrid, thursday, form_key=an_id("avlysning 1"))
    visits.ask_to_cancel_visit(astrid, wednesday, form_key=an_id("avlysning 2"))
    for subject in ("Nøkkel", "Rullator"):
        sent = messages.write_message(
            astrid, service_id=world.nord_nursing, subject=subject, text="Takk!", form_key=an_id(subject)
        )
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    messages.answer(mona, sent.thread_id, text="Takk!", form_key=an_id("svar"), seen_message_id=seen)


def pages_from(browser: Client, *starts: str) -> dict[str, HttpResponse]:
    """Every page that the links lead to from these, by its address."""
    pages: dict[str, HttpResponse] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in pages or LEADS_OUT.match(path):
            continue
        pages[path] = browser.get(path)
        if "Location" in pages[path]:
            waiting.append(pages[path]["Location"])
        links = re.findall(r'<a [^>]*href="([^"#]+)', pages[path].content.decode())
        waiting += [unescape(link) for link in links]
    return pages


def left_in_bokmaal(page: HttpResponse, language: str) -> set[str]:
    """The words on a page, its title and its labels among them, that are not of this language."""
    markup = re.sub(r"<(script|style).*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]+)"', markup)
    text = WRITTEN_BY_PEOPLE.sub(" ", unescape(" ".join([re.sub(r"<[^>]+>", " ", markup), *labels])))
    return set(re.findall(r"[\w-]+", text.lower())) & LEFT[language]


@pytest.fixture
def reader(world) -> Callable[..., Client]:
    """A browser of somebody who reads in a language: `reader("astrid", "nn")`."""

    def in_language(key: str, language: str, **door: Any) -> Client:
        world.connection.execute("UPDATE citizen SET language = %s", [language])
        browser = client_of(key, **door)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return browser

    return in_language


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize(
    ("key", "door", "start", "at_least"),
    [
        ("astrid", {}, "/", 30),
        ("jonas", {"acting_for": "astrid"}, "/", 24),
        ("siri", {}, "/", 16),
        ("einar", {"has_accepted": False}, "/bruksvilkar/", 10),
        ("mona", {"employee": True}, "/ansatt/", 6),
    ],
)
def test_no_page_that_the_links_lead_to_has_bokmaal_left(
    a_full_week, reader, key, door, start, at_least, language
) -> None:
    pages = pages_from(reader(key, language, **door), start)
    left = {path: left_in_bokmaal(page, language) for path, page in pages.items()}
    assert {path: words for path, words in left.items() if words} == {}
    assert len(pages) >= at_least


@pytest.mark.parametrize("language", ["nn", "en"])
def test_nor_has_any_page_before_log_in_nor_what_is_not_found(database, language) -> None:
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    pages = pages_from(browser, "/", "/logg-ut/ferdig/", "/finnes-ikke/")
    assert {path: words for path, page in pages.items() if (words := left_in_bokmaal(page, language))} == {}
    assert pages["/finnes-ikke/"].status_code == 404


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/meldinger/ny/", {"subject": "", "text": ""}),
        ("/meldinger/ny/", {"subject": "a" * 60, "text": "a" * 4001}),
        ("/meldinger/ny/", {"subject": "Nøkkel", "text": "\x00"}),
        ("/profil/fullmakter/ny/", {"number": "123"}),
        ("/profil/kontaktinformasjon/", {"message": "due"}),
    ],
)
def test_what_is_wrong_with_a_form_is_said_in_her_language(a_full_week, reader, path, fields, language) -> None:
    astrid = reader("astrid", language)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', astrid.get(path).content.decode()))
    answer = astrid.post(path, {**hidden, **fields})
    assert "ds-validation-message" in answer.content.decode()
    assert left_in_bokmaal(answer, language) == set()


def test_astrid_reads_good_nynorsk(a_full_week, reader) -> None:
    astrid = reader("astrid", "nn")
    said = " ".join(text_of(page) for page in pages_from(astrid, "/").values())
    for sentence in [
        "Kven som kjem, er ikkje bestemt enno",
        "Ulesen frå Hjemmetjenesten Nord",
        "Her ser du kven som har brukt opplysningane dine i denne tenesta, og når.",
        "Vi veit ikkje om vi rekk å stanse besøket.",
        "Desse har fullmakt frå deg",
        "Hjelpa du får heime, held fram akkurat som før.",
    ]:
        assert sentence in said


def test_the_journal_gets_the_reason_in_bokmaal_whatever_she_reads(a_full_week, reader, database) -> None:
    astrid = reader("astrid", "en")
    visit = database.execute("SELECT id FROM visit WHERE starts_at = %s", [on(6, 8)]).fetchone()[0]
    path = f"/timeavtaler/{visit}/avlys/"
    key = re.search(r'name="form_key" value="([^"]+)"', astrid.get(path).content.decode())[1]
    astrid.post(path, {"form_key": key, "reason": "away", "more": "Back on Sunday"})
    reason = database.execute("SELECT reason FROM cancellation WHERE visit_id = %s", [visit]).fetchone()[0]
    assert reason == "Jeg er ikke hjemme. Back on Sunday"
