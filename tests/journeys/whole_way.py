"""The whole way through the service in one go, in any language, with or without JavaScript."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import expect

from hjemmekontakt.demo.persons import BY_KEY
from tests.journeys.running import Demo

Say = Callable[..., str]


def walk(demo: Demo, at_a_browser, *, newcomer: str, subject: str, days_off: int, say: Say, **browser: str) -> None:
    """Every point of the service: terms, message, visit, fullmakt, log, notices, overview, and out again."""
    accept_the_terms(at_a_browser(demo, newcomer, fresh="yes", **browser), say=say)
    astrid = at_a_browser(demo, "Astrid Berg", fresh="yes", **browser)
    assert astrid.heading == say("Hei, %(name)s", name="Astrid")

    write(astrid, subject, say=say)
    thread = urlsplit(astrid.page.url).path
    answer(at_a_browser(demo, "Mona Lie", door="/ansatt/"), subject)
    astrid.open("/meldinger/")
    assert astrid.heading == say("Meldinger")
    astrid.sees(say("Du har fått svar"))
    astrid.follow(subject)
    astrid.sees("Hei fra Nord.")

    call_off(astrid, demo.coming("astrid", "Morgenstell", days_off=days_off), say=say)
    give_and_take_back(astrid, say=say)
    read_as_jonas(at_a_browser(demo, "Jonas Berg", fresh="yes", **browser), thread, say=say)
    look_at_the_profile(astrid, subject, say=say)
    look_at_the_overview(at_a_browser(demo, scripts=browser.get("scripts", "on")))
    astrid.log_out(say("Logg ut"))


def accept_the_terms(newcomer, *, say: Say) -> None:
    """Somebody comes for the first time."""
    assert newcomer.heading == say("Bruksvilkår")
    newcomer.press(say("Jeg godtar bruksvilkårene"))
    newcomer.open("/meldinger/")
    assert newcomer.heading == say("Ikke klart ennå")


def write(astrid, subject: str, *, say: Say) -> None:
    """From Helsekontakter to a message."""
    astrid.follow(say("Helsekontakter"), within=astrid.main)
    assert astrid.heading == say("Helsekontakter")
    astrid.follow(say("Skriv melding"), within=astrid.main)
    astrid.sees(say("Trenger du hjelp med en gang? Ikke skriv her."))
    astrid.page.get_by_label(say("Emne")).fill(subject)
    astrid.press(say("Send melding"))
    astrid.sees(say("Skriv en melding før du sender."))
    expect(astrid.page.get_by_label(say("Emne"))).to_have_value(subject)
    astrid.page.get_by_role("textbox", name=say("Melding")).fill("Hei! 🔑")
    astrid.press(say("Send melding"))
    astrid.sees(say("Meldingen er sendt. Svaret kommer hit."))


def answer(mona, subject: str) -> None:
    """Mona answers, in her own language and browser."""
    mona.follow(subject)
    mona.page.get_by_role("textbox", name="Svar").fill("Hei fra Nord.")
    mona.press("Send svar")


def call_off(astrid, visit: dict[str, str], *, say: Say) -> None:
    """From Timeavtaler to a cancellation that the journal confirms."""
    astrid.open("/timeavtaler/")
    assert astrid.heading == say("Timeavtaler")
    astrid.follow(re.compile("."), within=astrid.place_of(visit["starts_at"]))
    astrid.follow(say("Avlys besøk"), within=astrid.main)
    astrid.press(say("Bekreft avlysning"))
    astrid.sees_after_a_while(say("Avlyst av deg"))
    astrid.open("/timeavtaler/tidligere/")
    assert astrid.heading == say("Utførte og tidligere besøk")


def give_and_take_back(astrid, *, say: Say) -> None:
    """A fullmakt is offered to Siri, and taken back before she has answered."""
    astrid.open("/profil/fullmakter/ny/")
    astrid.page.get_by_role("textbox").first.fill(BY_KEY["siri"].national_id)
    astrid.press(say("Neste"))
    astrid.page.get_by_label(say("Se besøkene mine")).check()
    astrid.press(say("Neste"))
    astrid.page.get_by_label(say("Til jeg trekker den tilbake")).check()
    astrid.press(say("Neste"))
    astrid.press(say("Gi fullmakt"))
    astrid.sees(say("Invitasjon som venter på svar"))
    astrid.follow(say("Trekk tilbake"), within=astrid.card(say("Invitasjon som venter på svar")))
    astrid.press(say("Trekk tilbake"))
    astrid.sees(say("Fullmakten er trukket tilbake. Den gjelder ikke lenger."))


def read_as_jonas(jonas, thread: str, *, say: Say) -> None:
    """Jonas acts for Astrid and reads what she has written."""
    jonas.open("/bytt-person/")
    jonas.press(say("Bruk tjenesten på vegne av %(name)s", name="Astrid Berg"))
    expect(jonas.page.locator(".hk-band")).to_contain_text(
        say("Du bruker tjenesten på vegne av %(name)s", name="Astrid Berg")
    )
    jonas.open(thread)
    jonas.sees("Hei fra Nord.")
    jonas.press(say("Bytt person"), within=jonas.page.locator(".hk-band"))
    jonas.press(say("Bruk tjenesten for meg selv"))
    expect(jonas.page.locator(".hk-band")).to_have_count(0)


def look_at_the_profile(astrid, subject: str, *, say: Say) -> None:
    """The log knows Jonas and Mona; the notices are saved as they are."""
    astrid.open("/profil/logg/")
    assert astrid.heading == say("Logg over bruk")
    astrid.sees(re.compile(rf"Jonas Berg .+ «{subject}»"), re.compile(rf"Mona Lie, .+ «{subject}»"))
    astrid.open("/profil/kontaktinformasjon/")
    assert astrid.heading == say("Kontaktinformasjon og varseloppsett")
    astrid.press(say("Lagre"), within=astrid.main)
    astrid.sees(say("Lagret."))


def look_at_the_overview(reader) -> None:
    """Anybody searches for a municipality."""
    reader.open("/kommunetjenester/")
    reader.page.get_by_role("searchbox").fill("fjord")
    reader.main.get_by_role("search").get_by_role("button").click()
    expect(reader.main.get_by_role("heading", name="Fjordby", exact=True)).to_be_visible()
    expect(reader.main.get_by_text("Tunvik")).to_have_count(0)
    reader.look()
