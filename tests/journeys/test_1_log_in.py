"""Astrid comes in with BankID's like and goes out again, here and at the identity provider."""

import re

from playwright.sync_api import expect

PROVIDER = "Test-ID"


def test_astrid_comes_in_and_goes_out_again(demo, at_a_browser):
    astrid = at_a_browser(demo)
    astrid.open("/")
    assert astrid.heading == "Enkel kontakt med hjemmetjenesten"
    astrid.picture("forside")

    astrid.log_in("Astrid Berg")
    assert astrid.heading == "Hei, Astrid"
    for entrance in ("Meldinger", "Timeavtaler", "Helsekontakter", "Profil og innstillinger"):
        expect(astrid.main.get_by_role("link", name=entrance).first).to_be_visible()
    astrid.picture("hjem")

    astrid.log_out()
    assert astrid.heading == "Du er logget ut"
    astrid.open("/meldinger/")
    assert astrid.heading == PROVIDER, "ended at the provider too: it asks who she is"


def test_substantial_is_too_low_and_the_page_says_what_to_do(demo, at_a_browser):
    astrid = at_a_browser(demo)
    astrid.log_in("Astrid Berg", level="Betydelig")

    assert astrid.heading == "Du må logge inn med høyere sikkerhet"
    astrid.sees("Prøv igjen, og velg en innlogging med høyt sikkerhetsnivå.")
    astrid.follow("Logg inn", within=astrid.main)
    astrid.press("Astrid Berg")
    assert astrid.heading == "Hei, Astrid"


def test_a_log_out_at_the_provider_ends_the_session_here(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg", fresh="yes")

    astrid.page.goto(f"{demo.told['idp']}/logout")
    astrid.look()
    astrid.press("Ja, logg ut")
    assert astrid.heading == "Du er logget ut"

    astrid.open("/timeavtaler/")
    assert astrid.heading == PROVIDER


def test_the_two_doors_are_two(demo, at_a_browser):
    astrid = at_a_browser(demo)
    astrid.log_in("Astrid Berg", door="/ansatt/")
    expect(astrid.main.get_by_role("link", name="Gå til inngangen for innbyggere")).to_be_visible()

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/", fresh="yes")
    assert mona.heading == "Innboks"
    mona.open("/meldinger/")
    assert mona.heading == "Bruksvilkår", "at the citizens' door she is somebody who comes for the first time"
    mona.open("/ansatt/")
    mona.log_out()
    mona.open("/ansatt/")
    assert mona.heading == PROVIDER


def test_before_log_in_there_is_help_to_read(demo, at_a_browser):
    reader = at_a_browser(demo)
    for path in ("/hjelp/", "/tilgjengelighet/", "/personvern/"):
        assert reader.status_of(path) == 200
    reader.open("/hjelp/")
    expect(reader.main.get_by_role("link", name=re.compile(r"^800.43.573$")).first).to_be_visible()
    assert reader.status_of("/finnes-ikke/") == 404
