"""Astrid puts away what she is done with, finds it again by a word, and has it on paper; what worries is said after sending."""

import re

from playwright.sync_api import expect

from tests.journeys.test_11_at_work import answer_field, find, write


def test_what_is_put_away_comes_back_with_something_new(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    write(astrid, "Brøyting", "Kan dere komme inn porten når det snør?", category="Annet")
    astrid.press("Legg i arkivet")
    astrid.sees("Samtalen ligger i arkivet. Kommer det noe nytt, ligger den her igjen.")
    expect(astrid.main.get_by_role("link", name="Brøyting")).to_have_count(0)
    astrid.press("Angre")
    expect(astrid.main.get_by_role("link", name="Brøyting")).to_have_count(1)
    astrid.follow("Brøyting")
    astrid.press("Legg i arkivet")
    astrid.follow("Arkiv", within=astrid.main)
    astrid.sees("Her ligger samtaler du har lagt bort.", "Brøyting")
    astrid.picture("arkiv")

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    find(mona, "Brøyting")
    answer_field(mona).fill("Ja, vi måker oss inn.")
    mona.press("Send svar")
    astrid.open("/meldinger/")
    astrid.sees("Ulest: Brøyting")


def test_a_word_finds_it_and_stands_in_no_address(demo, at_a_browser):
    for scripts in ("on", "off"):
        astrid = at_a_browser(demo, "Astrid Berg", scripts=scripts)
        if scripts == "on":
            write(astrid, "Rullestolrampen", "Rampen er glatt om morgenen.", category="Annet")
        astrid.open("/meldinger/")
        astrid.page.get_by_label("Søk i meldinger").fill("glatte ramper")
        astrid.press("Søk")
        astrid.sees("Dette fant vi", "Rullestolrampen")
        assert "ramp" not in astrid.page.url
        astrid.follow("Rullestolrampen")
        astrid.follow("Skriv ut")
        astrid.sees("Skrevet ut", re.compile("Astrid Berg, .*kl. "), "Rampen er glatt om morgenen.")

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.open("/ansatt/sok/")
    mona.page.get_by_role("searchbox").fill("glatt rampe")
    mona.press("Søk", within=mona.main)
    mona.sees("Rullestolrampen", "Astrid Berg, f. 1944")
    per = at_a_browser(demo, "Per Sand", door="/ansatt/")
    per.open("/ansatt/sok/")
    per.page.get_by_role("searchbox").fill("glatt rampe")
    per.press("Søk", within=per.main)
    per.sees("Ingen treff")


def test_without_scripts_whom_to_call_stands_first_once_it_is_sent(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg", scripts="off")
    astrid.open("/meldinger/ny/")
    astrid.page.get_by_label("Emne").fill("I natt")
    astrid.page.get_by_role("textbox", name="Melding").fill("Jeg falt på badet.")
    astrid.press("Send melding")
    astrid.sees("Meldingen er sendt. Svaret kommer hit.")
    said = astrid.main.inner_text()
    assert said.index("Haster det? Ikke vent på svar her.") < said.index("Meldingen er sendt.")
    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.open("/ansatt/")
    expect(mona.main.get_by_role("row").filter(has_text="I natt")).to_contain_text("Haster?")
