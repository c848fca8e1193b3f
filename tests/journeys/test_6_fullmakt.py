"""Jonas acts for his mother until she takes it back; Siri is asked and says yes; of Nils nothing is told."""

import re

import pytest
from playwright.sync_api import expect

from hjemmekontakt.demo.persons import BY_KEY

BAND = "Du bruker tjenesten på vegne av Astrid Berg"


@pytest.fixture(scope="module")
def demo(own_demo):
    """What Astrid takes back here is taken back for good."""
    return own_demo


def test_jonas_acts_for_astrid_until_she_takes_it_back(demo, at_a_browser):
    jonas = at_a_browser(demo, "Jonas Berg")
    act_for_astrid(jonas)
    jonas.picture("paa-vegne-av")
    jonas.open("/timeavtaler/")
    jonas.sees("Morgenstell")
    jonas.open("/meldinger/ny/")
    jonas.page.get_by_label("Emne").fill("Briller")
    jonas.page.get_by_role("textbox", name="Melding").fill("Mor leter etter brillene sine.")
    jonas.press("Send melding på vegne av Astrid Berg")
    jonas.sees("Meldingen er sendt. Svaret kommer hit.")

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.follow("Briller")
    mona.sees("Jonas Berg på vegne av Astrid Berg")

    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/meldinger/")
    astrid.follow("Briller")
    astrid.sees("Jonas Berg på vegne av deg")
    astrid.open("/profil/fullmakter/")
    astrid.sees("Jonas Berg kan se besøk, avlyse besøk, lese meldinger, skrive meldinger og få varsler.")
    astrid.picture("fullmakter")
    astrid.follow("Trekk tilbake fullmakten til Jonas Berg")
    astrid.sees("Det skjer med en gang.")
    astrid.press("Trekk tilbake")
    astrid.sees("Fullmakten er trukket tilbake.")

    jonas.reload()
    assert jonas.heading == "Tilgangen på vegne av Astrid Berg er avsluttet"
    jonas.sees_not("Briller", "Mor leter")
    jonas.open("/")
    jonas.sees_not(BAND)
    assert jonas.heading == "Hei, Jonas"


def act_for_astrid(jonas):
    """Bytt person, from the menu under his name."""
    jonas.open_menu()
    jonas.follow("Bytt person")
    jonas.press("Bruk tjenesten på vegne av Astrid Berg")
    expect(jonas.page.get_by_text(BAND)).to_be_visible()
    assert "på vegne av Astrid Berg" in jonas.page.title()


def test_astrid_gives_siri_a_fullmakt_and_siri_takes_it(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg", fresh="yes")
    begin_to_give(astrid)
    say_who(astrid, BY_KEY["siri"].national_id)
    for right in ("Se besøkene mine", "Lese meldingene mine"):
        astrid.page.get_by_label(right).check()
    astrid.press("Neste")
    astrid.page.get_by_label("Til jeg trekker den tilbake").check()
    astrid.press("Neste")
    astrid.sees("Når invitasjonen er tatt imot, kan personen se besøk og lese meldinger for deg.")
    astrid.sees_not("Siri")
    astrid.picture("gi-fullmakt")
    with demo.told_of(demo.sms, BY_KEY["siri"].mobile) as the_sms:
        astrid.press("Gi fullmakt")
        astrid.sees("Invitasjonen er sendt.")
    assert "Noen vil gi deg fullmakt." in the_sms()["text"]

    siri = at_a_browser(demo, "Siri Holm")
    siri.press("Jeg godtar bruksvilkårene")
    siri.open("/profil/fullmakter/")
    siri.sees("Astrid Berg vil gi deg fullmakt")
    siri.press("Ja, ta imot")
    siri.sees("Du har tatt imot fullmakten.")
    siri.open_menu()
    siri.follow("Bytt person")
    siri.press("Bruk tjenesten på vegne av Astrid Berg")
    siri.open("/timeavtaler/")
    siri.sees("Morgenstell")
    assert siri.status_of("/meldinger/ny/") == 403

    astrid.open("/profil/fullmakter/")
    astrid.sees("Siri Holm kan se besøk og lese meldinger.")


def test_of_nils_nothing_is_told(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    begin_to_give(astrid)
    say_who(astrid, BY_KEY["nils"].national_id)
    astrid.page.get_by_label("Se besøkene mine").check()
    astrid.press("Neste")
    astrid.page.get_by_label("Til jeg trekker den tilbake").check()
    astrid.press("Neste")
    astrid.press("Gi fullmakt")

    astrid.sees(re.compile("Vi kunne ikke sende invitasjonen til dette nummeret."))
    astrid.sees_not("Nils", "Foss", "adresse", "sperre")


def begin_to_give(astrid):
    """Gi fullmakt begins with a log-in that is fresh."""
    astrid.open("/profil/fullmakter/")
    astrid.follow("Gi fullmakt", within=astrid.main)
    if astrid.heading == "Test-ID":
        astrid.press("Astrid Berg")
    assert astrid.heading == "Hvem skal få fullmakt?"


def say_who(astrid, number):
    """The number of the one who is to have it; a slip is told."""
    field = astrid.page.get_by_role("textbox", name=re.compile("Fødselsnummer"))
    field.fill(number[:10])
    astrid.press("Neste")
    astrid.sees("Fødselsnummeret har 11 siffer.")
    field.fill(f"{number[:6]} {number[6:]}")
    astrid.press("Neste")
    assert astrid.heading == "Hva skal fullmakten gjelde?"
