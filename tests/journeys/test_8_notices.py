"""Kontaktinformasjon og varseloppsett: what the register has, what the SMS says, and how one wants to be told."""

import re

from playwright.sync_api import Locator, expect

PATH = "/profil/kontaktinformasjon/"


def choice(reader, about: str, kind: str) -> Locator:
    """The group of buttons for one kind of event in one section."""
    section = reader.main.locator("section", has=reader.page.get_by_role("heading", name=about))
    return section.get_by_role("group", name=kind)


def test_astrid_sees_her_number_and_exactly_what_the_sms_says(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/profil/")
    astrid.picture("profil")
    for entrance in ("Personopplysninger", "Bruk av helsetjenester og ordninger", "Deling av helseopplysninger"):
        astrid.open("/profil/")
        astrid.follow(entrance, within=astrid.main)
        assert astrid.heading == entrance
    astrid.open("/profil/")
    astrid.follow("Kontaktinformasjon og varseloppsett", within=astrid.main)

    astrid.sees("900 00 001", "Ikke registrert")
    expect(choice(astrid, "Varsler til deg", "Utførte besøk").get_by_label("SMS")).to_be_checked()
    astrid.main.get_by_text("Slik ser SMS-en ut").nth(1).click()
    astrid.sees("Tunvik: Besøket er utført kl. 08.40. Logg inn for å se mer.")
    astrid.picture("varsler")


def test_jonas_chooses_sms_and_then_e_mail_again(demo, at_a_browser):
    jonas = at_a_browser(demo, "Jonas Berg")
    jonas.open(PATH)
    jonas.sees("jonas.berg@example.no", "Varsler om Astrid Berg")

    for channel in ("SMS", "E-post"):
        choice(jonas, "Varsler om Astrid Berg", "Nye meldinger").get_by_label(channel).check()
        jonas.press("Lagre", within=jonas.main)
        jonas.sees("Lagret.")
        jonas.open(PATH)
        expect(choice(jonas, "Varsler om Astrid Berg", "Nye meldinger").get_by_label(channel)).to_be_checked()


def test_astrid_chooses_a_digest_and_proves_a_number_of_her_own(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open(PATH)
    astrid.main.get_by_label("En oppsummering én gang om dagen").check()
    astrid.main.get_by_label("Når oppsummeringen skal komme").select_option("16")
    astrid.press("Lagre", within=astrid.main)
    astrid.sees("Lagret.")
    expect(astrid.main.get_by_label("Når oppsummeringen skal komme")).to_have_value("16")

    astrid.follow("Bruk et eget nummer eller en egen e-post bare her", within=astrid.main)
    astrid.main.get_by_label("Nummer eller e-post").fill("987 65 432")
    astrid.press("Send kode", within=astrid.main)
    astrid.sees("Vi har sendt en kode på seks sifre til 987 65 432.")
    code = re.findall(r"\b\d{6}\b", demo.sms("+4798765432")[-1]["text"])[0]
    astrid.main.get_by_label("Kode").fill(code)
    astrid.press("Bekreft", within=astrid.main)
    astrid.sees("Bekreftet. Varslene går hit fra nå av.", "987 65 432")

    astrid.press("Slett eget nummer", within=astrid.main)
    astrid.press("Alt", within=astrid.main)
    astrid.sees("Lagret.", "Dette har du nå.")
